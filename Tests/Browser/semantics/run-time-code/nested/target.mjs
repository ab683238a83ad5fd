log("target is evaluated");
export const name = {};
