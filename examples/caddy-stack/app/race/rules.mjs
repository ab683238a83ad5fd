import { ran } from "../ran.mjs";

ran(import.meta.url);

export const raceLaps = 44;
/** Chance a second of race time for a yellow flag, and how long it stays out. */
export const yellow = { chance: 0.004, seconds: 14, pace: 0.82 };
