export * from "./star-cycle-b.mjs";
export const fromA = "A";
