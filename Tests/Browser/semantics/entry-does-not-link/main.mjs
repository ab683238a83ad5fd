import { nothing } from "./module.mjs";
log("never", nothing);
