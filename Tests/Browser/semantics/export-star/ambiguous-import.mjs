import { ambiguous } from "./all.mjs";
log("never evaluated", ambiguous);
