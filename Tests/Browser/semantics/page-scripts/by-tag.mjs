import { visit } from "./shared.mjs";
globalThis.tagNumber = (globalThis.tagNumber ?? 0) + 1;
export const own = `by tag ${globalThis.tagNumber}`;
log("script with src", visit("by tag"));
