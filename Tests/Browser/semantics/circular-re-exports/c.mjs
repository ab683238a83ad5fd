import "./a.mjs";
export let original = "original";
export const change = (value) => (original = value), star = "star";
log("c");
