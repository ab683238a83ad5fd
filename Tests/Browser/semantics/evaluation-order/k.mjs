import "./l.mjs";
log("k");
