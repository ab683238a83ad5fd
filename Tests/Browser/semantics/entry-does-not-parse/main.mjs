import "./module.mjs";
log("never"
