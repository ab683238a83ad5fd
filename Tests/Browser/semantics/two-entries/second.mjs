import { step } from "./steps.mjs";
import { third } from "./third.mjs";
log("second", step(), third);
globalThis.release();
