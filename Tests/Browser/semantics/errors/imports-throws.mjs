import "./throws.mjs";
log("never");
