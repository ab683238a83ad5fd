import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Cars from the first to the last. */
export function order(cars) {
  return [...cars].sort((a, b) => b.distance - a.distance);
}
