import { ran } from "../ran.mjs";
import { positionAt } from "./geometry.mjs";
import { lapMetres, metresPerUnit } from "./length.mjs";

ran(import.meta.url);

/** Radius in metres of the circle through three points of the circuit around `fraction`. */
export function radiusAt(fraction) {
  const reach = 25 / lapMetres;
  const [a, b, c] = [fraction - reach, fraction, fraction + reach].map(positionAt);
  const sides = [[a, b], [b, c], [c, a]].map(([p, q]) => Math.hypot(p[0] - q[0], p[1] - q[1]));
  const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
  return area < 1e-9 ? Infinity : ((sides[0] * sides[1] * sides[2]) / (4 * area)) * metresPerUnit;
}
