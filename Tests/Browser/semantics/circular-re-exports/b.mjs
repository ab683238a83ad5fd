export { original, viaB as again } from "./a.mjs";
export { ownA as fromA } from "./a.mjs";
export * from "./c.mjs";
log("b");
