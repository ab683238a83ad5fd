import { ran } from "../ran.mjs";

ran(import.meta.url);

const perLap = 0.018;

export function fuelAfter(fuel) {
  return Math.max(0, fuel - perLap);
}

/** A full tank costs 1.5 % of the speed. */
export function fuelPace(fuel) {
  return 1 - 0.015 * fuel;
}
