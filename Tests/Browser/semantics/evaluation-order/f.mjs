import "./g.mjs";
import "./b.mjs";
log("f");
export const late = "f";
