import "./d.mjs";
import "./j.mjs";
import "./k.mjs";
log("h");
