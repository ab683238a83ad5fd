import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Seconds a stop costs, the drive through the lane included. */
export const stopSeconds = 19.5;
/** Where the lane leaves the circuit. */
export const entryFraction = 0.97;
