export { same } from "./base.mjs";
export const ambiguous = "left", onlyLeft = "left only", own = "left's own";
export default "left default";
