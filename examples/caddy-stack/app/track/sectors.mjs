import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Where the three sectors end, as fractions of a lap. */
export const sectorEnds = [0.31, 0.68, 1];

export function sectorAt(fraction) {
  return sectorEnds.findIndex((end) => fraction - Math.floor(fraction) < end);
}
