import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Wings at 0.5 suit this circuit best. */
export function setupPace({ wing }) {
  return 1 - 0.02 * (wing - 0.5) ** 2;
}
