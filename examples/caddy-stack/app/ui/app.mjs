import { ran } from "../ran.mjs";
import { leaderLap } from "../race/state.mjs";
import { raceLaps } from "../race/rules.mjs";
import { simulate } from "../race/simulation.mjs";
import { timeScale } from "../telemetry/index.mjs";
import { board, showStandings } from "./board.mjs";
import { element } from "./element.mjs";
import { logo } from "./logo.mjs";
import { map, showPositions } from "./map.mjs";
import { seasonStrip } from "./season.mjs";
import "./sheets.mjs";
import { showStatus, status } from "./status.mjs";
import { ticker } from "./ticker.mjs";
import { noteLoadTime } from "./transport.mjs";
import { weatherPanel } from "./weather-panel.mjs";

ran(import.meta.url);

const lap = element("output", { class: "lap" });

export function start(root) {
  root.replaceChildren(
    element("header", {}, logo, element("h1", {}, "Lap board"), lap, status),
    element("main", {}, element("section", {}, board), element("aside", {}, map, weatherPanel, ticker)),
    seasonStrip,
  );
  // Some laps are over when the page opens, so that there is something to see.
  simulate(420);
  show();
  noteLoadTime();
  showStatus();
  requestAnimationFrame(frame);
}

let last;
let shown = 0;

function frame(now) {
  simulate(Math.min((now - (last ?? now)) / 1000, 0.25) * timeScale);
  last = now;
  showPositions();
  if (now - shown > 250) {
    shown = now;
    show();
  }
  requestAnimationFrame(frame);
}

function show() {
  showPositions();
  showStandings();
  showStatus();
  lap.textContent = `Lap ${Math.min(leaderLap + 1, raceLaps)} of ${raceLaps}`;
}
