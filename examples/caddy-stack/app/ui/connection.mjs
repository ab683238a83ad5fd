import { ran } from "../ran.mjs";

ran(import.meta.url);

// What Pitlane says about itself, as events on window; without Pitlane none comes.
const lastUpdate = "lap-board-last-update";
const listeners = new Set();
export let connection = window.pitlane ? "connecting" : "no Pitlane";
export let update = sessionStorage.getItem(lastUpdate);

const states = {
  "pitlane:connected": "connected",
  "pitlane:disconnected": "reconnecting",
  "pitlane:failed": "not reachable",
};
for (const [name, state] of Object.entries(states)) {
  window.addEventListener(name, () => {
    connection = state;
    changed();
  });
}
// The connection was there before this module was.
window.addEventListener("pitlane:loaded", ({ detail }) => {
  if (detail.via === "websocket" && connection === "connecting") connection = "connected";
  changed();
});

window.addEventListener("pitlane:updated", ({ detail }) => {
  update = detail.path;
  // The page is about to be loaded again, and is to show this then.
  sessionStorage.setItem(lastUpdate, update);
  changed();
});

export function onConnection(listener) {
  listeners.add(listener);
}

function changed() {
  for (const listener of listeners) listener();
}
