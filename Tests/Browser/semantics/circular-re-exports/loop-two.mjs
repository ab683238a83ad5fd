export { y as x, y } from "./loop-one.mjs"; log("never");
