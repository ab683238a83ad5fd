import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Race seconds for every real second. */
export const timeScale = 6;
/** Seconds of race time that one step of the simulation covers. */
export const step = 0.1;
