import { ran } from "../ran.mjs";
import { element } from "./element.mjs";
import { gap, lapTime } from "./format.mjs";

ran(import.meta.url);

const columns = ["place", "car", "driver", "team", "gap", "last", "best", "trap", "trend"];

export class Row {
  #cells = Object.fromEntries(columns.map((name) => [name, element("td", { class: name })]));
  #drawn = -1;

  constructor(car) {
    this.node = element("tr", { style: `--team: ${car.team.colour}` }, ...Object.values(this.#cells));
    this.#cells.car.textContent = car.number;
    this.#cells.driver.append(element("b", {}, car.driver.code), element("span", {}, car.driver.name));
    this.#cells.team.textContent = car.team.name;
  }

  show({ place, behind, laps, best, trap, isFastest, inPits }) {
    const last = laps.at(-1);
    this.#cells.place.textContent = place;
    this.#cells.gap.textContent = inPits ? "pit" : place === 1 ? "leader" : gap(behind);
    this.#cells.last.textContent = lapTime(last?.time);
    this.#cells.last.dataset.mark = last?.mark ?? "none";
    this.#cells.best.textContent = lapTime(best);
    this.#cells.best.dataset.mark = isFastest ? "overall" : "none";
    this.#cells.trap.textContent = Math.round(trap);
  }

  /** Draws the trend when there is a lap more than last time. */
  trend(laps, draw) {
    if (laps.length === 0 || laps.at(-1).number === this.#drawn) return;
    this.#drawn = laps.at(-1).number;
    this.#cells.trend.replaceChildren(draw(laps.map((lap) => lap.time)));
  }
}
