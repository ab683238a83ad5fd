import { ran } from "../ran.mjs";
import { weather } from "../track/index.mjs";
import { element } from "./element.mjs";

ran(import.meta.url);

const facts = [
  ["Air", `${weather.air} °C`],
  ["Track", `${weather.trackTemperature} °C`],
  ["Wind", `${weather.wind} km/h`],
  ["Surface", weather.isWet ? "wet" : "dry"],
];

export const weatherPanel = element(
  "dl",
  { class: "weather" },
  ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
);
