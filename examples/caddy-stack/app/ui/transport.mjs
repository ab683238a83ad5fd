import { ran } from "../ran.mjs";

ran(import.meta.url);

// How the modules came: Pitlane says so in one event once the entry has run.
export let transport = "over HTTP";
export let loadMilliseconds = 0;
const listeners = new Set();

window.addEventListener("pitlane:loaded", ({ detail }) => {
  transport = detail.transport === "websocket" ? "over WebSocket" : "over HTTP";
  if (detail.transport === "websocket" && detail.cached > 0) transport = "over WebSocket, cached";
  for (const listener of listeners) listener();
});

export function noteLoadTime() {
  loadMilliseconds = performance.now();
}

export function onTransport(listener) {
  listeners.add(listener);
}
