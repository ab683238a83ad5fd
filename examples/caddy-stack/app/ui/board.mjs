import { ran } from "../ran.mjs";
import { grid } from "../cars/index.mjs";
import { recorder, speeds, standings } from "../race/simulation.mjs";
import { gapSeconds } from "../telemetry/index.mjs";
import { element } from "./element.mjs";
import { Row } from "./row.mjs";

ran(import.meta.url);

const headings = ["", "No", "Driver", "Team", "Gap", "Last", "Best", "km/h", "Laps"];
const rows = new Map(grid.map((car) => [car.number, new Row(car)]));
const body = element("tbody");

export const board = element(
  "table",
  { class: "board" },
  element("thead", {}, element("tr", {}, ...headings.map((text) => element("th", {}, text)))),
  body,
);

// Only the trend needs it, so it may come later than the rest.
let draw;
import("./sparkline.mjs").then(({ sparkline }) => (draw = sparkline));

export function showStandings() {
  const cars = standings();
  cars.forEach((car, index) => {
    const row = rows.get(car.number);
    const laps = recorder.laps(car.number);
    row.show({
      place: index + 1,
      behind: gapSeconds(cars[0], car, speeds.get(car.number) ?? 60),
      laps,
      best: recorder.bests.personal(car.number),
      trap: recorder.trap.best(car.number),
      isFastest: recorder.bests.holder === car.number,
      inPits: car.stopped > 0,
    });
    if (draw) row.trend(laps, draw);
  });
  const nodes = cars.map((car) => rows.get(car.number).node);
  if (nodes.some((node, index) => body.children[index] !== node)) body.replaceChildren(...nodes);
}
