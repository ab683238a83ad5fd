export { same } from "./base.mjs";
export const ambiguous = "right", onlyRight = "right only", own = "right's own";
export default "right default";
