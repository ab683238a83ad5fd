log("j");
export const fromJ = "j";
