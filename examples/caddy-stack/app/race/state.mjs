import { ran } from "../ran.mjs";
import { announce } from "./events.mjs";

ran(import.meta.url);

// A cycle with live bindings: events.mjs reads `leaderLap` and `flag` from here, this module announces there.
export let leaderLap = 0;
export let flag = "green";
export let time = 0;

export function advance(seconds) {
  time += seconds;
}

export function reachLap(lap) {
  if (lap <= leaderLap) return;
  leaderLap = lap;
  announce("lap");
}

export function show(next) {
  if (next === flag) return;
  flag = next;
  announce("flag");
}
