import { ran } from "../ran.mjs";

ran(import.meta.url);

// How the modules came: Pitlane says so in one event once the entry has run; without Pitlane none comes.
export let transport = "over HTTP";
export let loadMilliseconds = 0;
const listeners = new Set();

window.addEventListener("pitlane:loaded", ({ detail }) => {
  if (detail.via === "websocket") {
    transport = detail.received === 0 ? "WebSocket, cached" : "over WebSocket";
  }
  for (const listener of listeners) listener();
});

export function noteLoadTime() {
  loadMilliseconds = performance.now();
}

export function onTransport(listener) {
  listeners.add(listener);
}
