import "./syntax.mjs";
log("never");
