import { ran } from "../ran.mjs";

ran(import.meta.url);

// What Pitlane says about itself, as events on window; without Pitlane none comes.
const listeners = new Set();
export let connection = window.pitlane ? "connecting" : "no Pitlane";
export let update = null;

const states = {
  "pitlane:connected": "connected",
  "pitlane:disconnected": "reconnecting",
  "pitlane:failed": "failed",
};
for (const [name, state] of Object.entries(states)) {
  window.addEventListener(name, () => {
    connection = state;
    changed();
  });
}
if (window.pitlane?.moduleLoader?.connected) connection = "connected";

window.addEventListener("pitlane:updated", ({ detail }) => {
  update = detail.path;
  changed();
});

export function onConnection(listener) {
  listeners.add(listener);
}

function changed() {
  for (const listener of listeners) listener();
}
