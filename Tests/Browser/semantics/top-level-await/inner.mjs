import { value } from "./slow.mjs";
export const inner = await Promise.resolve(`inner after ${value}`);
log("inner");
