import bare from "bare";
import only from "only-scoped";
export const deeper = [bare, only, new URL(import.meta.resolve("bare")).pathname].join("+");
