export { x as y } from "./loop-two.mjs"; export { y } from "./loop-two.mjs"; log("never");
