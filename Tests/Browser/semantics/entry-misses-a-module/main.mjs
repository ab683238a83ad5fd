import "./module.mjs";
import "./nowhere.mjs";
log("never");
