// Evaluated before counter.mjs, although it imports from it: the temporal dead zone shows.
import { count, Shape, hoisted, makeShape, early } from "./counter.mjs";
import * as counter from "./counter.mjs";
export const peer = "peer";
export const seen = [];
const attempt = (name, read) => {
  try { seen.push(`${name} ${read()}`); } catch (error) { seen.push(`${name} ${kind(error)} ${error.message.includes("count")}`); }
};
attempt("count", () => count);
attempt("class", () => Shape);
attempt("function", () => typeof hoisted);
attempt("call of a function that reads count", () => hoisted());
attempt("const under another name", () => makeShape);
attempt("var", () => early);
attempt("namespace keys", () => Reflect.ownKeys(counter).map(String));
attempt("namespace value", () => counter.count);
attempt("in namespace", () => "count" in counter);
attempt("Object.keys", () => Object.keys(counter));
attempt("typeof", () => typeof count);
export const readTooEarly = () => count;
log("evaluated peer");
