export * from "./star-cycle-b.mjs";
export const fromC = "C";
