export * as namesSeenFrom from "./names.mjs";
