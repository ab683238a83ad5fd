export * from "./all.mjs";
export { default, default as viaDefault } from "./left.mjs";
export const ambiguous = "settled here";
