import value from "./all.mjs";
log("never evaluated", value);
