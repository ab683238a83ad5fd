import "./d.mjs";
log("b");
