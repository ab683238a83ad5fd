export * from "./star-cycle-c.mjs";
export * from "./star-cycle-a.mjs";
export const fromB = "B";
