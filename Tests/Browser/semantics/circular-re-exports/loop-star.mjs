export * from "./loop-through-star.mjs"; export const found = 1; log("loop-star");
