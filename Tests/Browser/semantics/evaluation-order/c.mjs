import "./d.mjs";
import "./main.mjs";
log("c");
