export * from "./left.mjs";
export * from "./right.mjs";
export * from "./left.mjs";
export * as named from "./left.mjs";
export const own = "own wins";
