import "./a.mjs";
import "./d.mjs";
log("e");
