import { ran } from "../ran.mjs";

ran(import.meta.url);

/** A closed Catmull-Rom curve through `points`, `steps` samples between neighbours. */
export function closedCurve(points, steps) {
  const at = (index) => points[(index + points.length) % points.length];
  return points.flatMap((_, index) =>
    Array.from({ length: steps }, (_, step) => between(at(index - 1), at(index), at(index + 1), at(index + 2), step / steps)),
  );
}

function between(a, b, c, d, t) {
  return [0, 1].map(
    (axis) =>
      0.5 *
      (2 * b[axis] +
        (c[axis] - a[axis]) * t +
        (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t ** 2 +
        (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t ** 3),
  );
}
