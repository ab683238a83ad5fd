import { ran } from "../ran.mjs";
import { words } from "../i18n/index.mjs";
import { onEvent } from "../race/events.mjs";
import { element } from "./element.mjs";
import { lapTime } from "./format.mjs";

ran(import.meta.url);

const shown = 7;

export const ticker = element("ol", { class: "ticker" });

const texts = {
  lap: ({ lap }) => words.lap(lap + 1),
  flag: ({ flag }) => words[flag],
  fastest: ({ car, lapTime: time }) => words.fastest(car.driver.name, lapTime(time)),
  stop: ({ car }) => words.stop(car.driver.name),
};

onEvent((event) => {
  ticker.prepend(
    element(
      "li",
      { "data-kind": event.kind === "flag" ? event.flag : event.kind },
      element("time", {}, lapTime(event.time).split(".")[0]),
      texts[event.kind](event),
    ),
  );
  while (ticker.children.length > shown) ticker.lastChild.remove();
});
