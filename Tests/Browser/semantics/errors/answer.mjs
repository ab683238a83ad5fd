export const answer = 42;
log("answer is not evaluated by a graph that does not link");
