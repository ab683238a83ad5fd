import { ran } from "../ran.mjs";
import { element } from "./element.mjs";

ran(import.meta.url);

/** A small line of lap times: up is slower. */
export function sparkline(times, width = 72, height = 18) {
  const low = Math.min(...times);
  const range = Math.max(...times) - low || 1;
  const points = times.map(
    (time, index) =>
      `${((index / Math.max(times.length - 1, 1)) * width).toFixed(1)},${(height - 2 - ((time - low) / range) * (height - 4)).toFixed(1)}`,
  );
  return element(
    "svg:svg",
    { class: "sparkline", viewBox: `0 0 ${width} ${height}`, width, height },
    element("svg:polyline", { points: points.join(" ") }),
  );
}
