import "./b.mjs";
import "./c.mjs";
log("a");
