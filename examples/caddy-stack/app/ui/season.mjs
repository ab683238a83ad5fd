import { ran } from "../ran.mjs";
import { season } from "/generated/season.mjs";
import { element } from "./element.mjs";

ran(import.meta.url);

/** The season's rounds: modules the dev server builds at request, so they are on no disk. */
export const seasonStrip = element(
  "ol",
  { class: "season" },
  ...season.map(({ number, name, kilometres, laps }) =>
    element(
      "li",
      {},
      element("b", {}, `${number}`),
      element("span", {}, name),
      element("small", {}, `${laps} × ${kilometres.toFixed(3)} km`),
    ),
  ),
);
