import { ran } from "../ran.mjs";
import { grid } from "../cars/index.mjs";
import { positionAt, svgPath } from "../track/index.mjs";
import { element } from "./element.mjs";

ran(import.meta.url);

const dots = new Map(
  grid.map((car) => [
    car.number,
    element(
      "svg:g",
      {},
      element("svg:circle", { r: 9, fill: car.team.colour }),
      element("svg:text", { y: 3.5 }, String(car.number)),
    ),
  ]),
);
const [startX, startY] = positionAt(0);

export const map = element(
  "svg:svg",
  { class: "map", viewBox: "60 30 630 355" },
  element("svg:path", { class: "kerb", d: svgPath }),
  element("svg:path", { class: "road", d: svgPath }),
  element("svg:path", { class: "line", d: `M${startX - 14} ${startY}h28` }),
  ...dots.values(),
);

export function showPositions() {
  for (const car of grid) {
    const [x, y] = positionAt(car.distance);
    dots.get(car.number).setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  }
}
