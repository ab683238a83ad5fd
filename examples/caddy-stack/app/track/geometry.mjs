import { ran } from "../ran.mjs";
import { points } from "./points.mjs";
import { closedCurve } from "./spline.mjs";

ran(import.meta.url);

export const curve = closedCurve(points, 12);

const lengths = [0];
for (let index = 0; index < curve.length; index += 1) {
  const [[x0, y0], [x1, y1]] = [curve[index], curve[(index + 1) % curve.length]];
  lengths.push(lengths[index] + Math.hypot(x1 - x0, y1 - y0));
}
export const mapLength = lengths.at(-1);

/** The point on the map at `fraction` of a lap. */
export function positionAt(fraction) {
  const wanted = (fraction - Math.floor(fraction)) * mapLength;
  let low = 0;
  let high = curve.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lengths[middle] <= wanted) low = middle;
    else high = middle;
  }
  const part = (wanted - lengths[low]) / (lengths[low + 1] - lengths[low]);
  const [[x0, y0], [x1, y1]] = [curve[low], curve[(low + 1) % curve.length]];
  return [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part];
}
