import { ran } from "../ran.mjs";
import { mean, spread } from "./statistics.mjs";

ran(import.meta.url);

/** 1 for laps that are all alike. */
export function consistency(times) {
  return times.length < 2 ? 1 : 1 - spread(times) / mean(times);
}
