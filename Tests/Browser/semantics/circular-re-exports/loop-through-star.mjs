export * from "./loop-star.mjs"; log("loop-through-star");
