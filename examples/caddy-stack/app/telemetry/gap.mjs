import { ran } from "../ran.mjs";
import { lapMetres } from "../track/length.mjs";

ran(import.meta.url);

/** Seconds between two cars on the road, at the speed of the one behind. */
export function gapSeconds(ahead, behind, speed) {
  return ((ahead.distance - behind.distance) * lapMetres) / Math.max(speed, 20);
}
