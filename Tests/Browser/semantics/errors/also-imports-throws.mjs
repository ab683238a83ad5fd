import { nothing } from "./also-imports-throws-inner.mjs";
log("never", nothing);
