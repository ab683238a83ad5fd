import { ran } from "../ran.mjs";
import { connection, onConnection, update } from "./connection.mjs";
import { element } from "./element.mjs";
import { count } from "./format.mjs";
import { loadMilliseconds, onTransport, transport } from "./transport.mjs";

ran(import.meta.url);

const tiles = Object.fromEntries(
  ["modules", "transport", "connection", "time", "update"].map((id) => [id, element("output", { id })]),
);
const labels = {
  modules: "ran once each",
  transport: "loaded",
  connection: "Pitlane",
  time: "to the first lap",
  update: "last change",
};

export const status = element(
  "section",
  { class: "status" },
  ...Object.entries(tiles).map(([id, tile]) => element("div", {}, tile, element("label", { for: id }, labels[id]))),
);

export function showStatus() {
  const twice = [...window.__ran.values()].filter((times) => times > 1).length;
  tiles.modules.textContent = count(window.__ran.size, "module", "modules");
  tiles.modules.dataset.state = twice === 0 ? "good" : "bad";
  tiles.modules.parentElement.lastChild.textContent = twice === 0 ? "ran, none twice" : `${twice} ran twice`;
  tiles.transport.textContent = transport;
  tiles.transport.dataset.state = transport.includes("WebSocket") ? "good" : "plain";
  tiles.connection.textContent = connection;
  tiles.connection.dataset.state = connection === "connected" ? "good" : "plain";
  tiles.time.textContent = `${Math.round(loadMilliseconds)} ms`;
  tiles.update.textContent = update ?? "none yet";
}

onConnection(showStatus);
onTransport(showStatus);
