log("never");
export const = 3;
