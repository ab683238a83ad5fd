export * from "./throws.mjs";
export const nothing = 0;
log("never either");
