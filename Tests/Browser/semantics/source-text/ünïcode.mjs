export const ü = "ü from ünïcode.mjs";
