import { ran } from "../ran.mjs";
import { flag, leaderLap, time } from "./state.mjs";

ran(import.meta.url);

const listeners = new Set();

/** Tells every listener, with the state as it is now. */
export function announce(kind, details = {}) {
  for (const listener of listeners) listener({ kind, flag, lap: leaderLap, time, ...details });
}

export function onEvent(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
