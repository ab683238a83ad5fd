import { ran } from "../ran.mjs";
import { grid } from "../cars/index.mjs";
import { Recorder, sample, step } from "../telemetry/index.mjs";
import { lapMetres } from "../track/length.mjs";
import { speedAt } from "../track/speed.mjs";
import { announce } from "./events.mjs";
import { flagPace, wave } from "./flags.mjs";
import { order } from "./order.mjs";
import { stopIfPlanned } from "./pit-stops.mjs";
import { generator } from "./random.mjs";
import * as state from "./state.mjs";

ran(import.meta.url);

const random = generator(20);
const startSlot = 0.0016;

export const recorder = new Recorder();
export const speeds = new Map();

grid.forEach((car, slot) => {
  car.distance = (grid.length - slot) * startSlot;
});

/** Moves the race on by `seconds` of race time. */
export function simulate(seconds) {
  for (let left = seconds; left > 1e-9; left -= step) tick(Math.min(step, left));
}

export function standings() {
  return order(grid);
}

function tick(seconds) {
  state.advance(seconds);
  wave(random, seconds);
  for (const car of grid) move(car, seconds);
  state.reachLap(standings()[0].lap);
}

function move(car, seconds) {
  if (car.stopped > 0) {
    car.stopped -= seconds;
    return;
  }
  const speed = speedAt(car.distance) * car.pace * flagPace() * (0.985 + 0.03 * random());
  speeds.set(car.number, speed);
  car.distance += (speed * seconds) / lapMetres;
  const lap = recorder.note(sample(car, state.time, speed));
  if (!lap) return;
  car.finishLap();
  if (lap.mark === "overall") announce("fastest", { car, lapTime: lap.time });
  stopIfPlanned(car);
}
