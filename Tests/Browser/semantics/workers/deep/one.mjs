import { two } from "./two.mjs";
export const depth = `one+${two()}`;
export function one() { return depth; }
