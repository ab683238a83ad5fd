export { nowhere } from "./star-cycle-a.mjs";
