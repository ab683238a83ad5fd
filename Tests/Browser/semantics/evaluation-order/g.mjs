import "./j.mjs";
import "./c.mjs";
log("g");
export { fromJ } from "./j.mjs";
