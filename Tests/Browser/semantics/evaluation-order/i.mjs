import "./k.mjs";
import "./h.mjs";
log("i");
