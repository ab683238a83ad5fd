import { ran } from "../ran.mjs";

ran(import.meta.url);

export { consistency } from "./consistency.mjs";
export { gapSeconds } from "./gap.mjs";
export { Recorder } from "./recorder.mjs";
export { sample } from "./sample.mjs";
export { step, timeScale } from "./clock.mjs";
