export const third = "third"; log("third");
