import { nowhere } from "./all.mjs";
log("never evaluated", nowhere);
