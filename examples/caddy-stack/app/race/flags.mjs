import { ran } from "../ran.mjs";
import { yellow } from "./rules.mjs";
import { flag, show, time } from "./state.mjs";

ran(import.meta.url);

let until = 0;

export function wave(random, seconds) {
  if (flag === "yellow" && time >= until) show("green");
  if (flag === "green" && random() < yellow.chance * seconds) {
    until = time + yellow.seconds;
    show("yellow");
  }
}

export function flagPace() {
  return flag === "yellow" ? yellow.pace : 1;
}
