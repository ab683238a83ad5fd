export const url = import.meta.url;
export const resolved = import.meta.resolve("./next.mjs");
export const meta = import.meta;
