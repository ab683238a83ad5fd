import "./k.mjs";
log("l");
