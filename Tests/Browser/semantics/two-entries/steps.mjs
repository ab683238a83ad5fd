let steps = 0; export const step = () => ++steps; log("steps");
