import bare from "bare";
import only from "only-scoped";
import special from "bare/special";
export const scoped = [bare, only, special, new URL(import.meta.resolve("bare")).pathname, (await import(["ba", "re"].join(""))).default].join("+");
