import { ran } from "../ran.mjs";
import { radiusAt } from "./corners.mjs";
import { grip } from "./surface.mjs";

ran(import.meta.url);

const gravity = 9.81;
const top = 88;
const slices = 360;

const raw = Array.from({ length: slices }, (_, index) =>
  Math.min(top, Math.sqrt(2.4 * grip * gravity * radiusAt(index / slices))),
);
// Nobody brakes or accelerates in no time: spread every limit over its neighbourhood.
const smooth = raw.map((_, index) => {
  let sum = 0;
  for (let offset = -6; offset <= 6; offset += 1) sum += raw[(index + offset + slices) % slices];
  return sum / 13;
});

/** The speed a perfect car has at `fraction` of a lap, in metres a second. */
export function speedAt(fraction) {
  return smooth[Math.floor((fraction - Math.floor(fraction)) * slices) % slices];
}
