export { original as viaB } from "./b.mjs";
export { again as renamed, star } from "./b.mjs";
export { original, change } from "./c.mjs";
export const ownA = "A";
log("a");
