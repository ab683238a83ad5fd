import data from "./untyped.json";
log("never", data);
