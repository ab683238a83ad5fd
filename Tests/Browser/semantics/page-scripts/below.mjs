export * as below from "./shared.mjs";
