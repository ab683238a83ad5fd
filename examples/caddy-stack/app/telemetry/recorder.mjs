import { ran } from "../ran.mjs";
import { lapMetres } from "../track/length.mjs";
import { sectorAt } from "../track/sectors.mjs";
import { Bests } from "./best.mjs";
import { History } from "./history.mjs";
import { Lap } from "./lap.mjs";
import { SpeedTrap } from "./speed-trap.mjs";

ran(import.meta.url);

/** Turns samples into laps. */
export class Recorder {
  bests = new Bests();
  trap = new SpeedTrap();
  #running = new Map();
  #finished = new Map();

  /** The lap this sample completes, if it does. */
  note(sample) {
    this.trap.note(sample);
    const number = Math.floor(sample.distance);
    const running = this.#running.get(sample.number) ?? this.#begin(sample.number, number, 0);
    if (running.number === number) {
      running.sectors.enter(sectorAt(sample.distance), sample.time);
      return undefined;
    }
    // The line was crossed a little before this sample.
    const crossed = sample.time - ((sample.distance - number) * lapMetres) / sample.speed;
    const lap = running.finish(crossed);
    lap.mark = this.bests.judge(sample.number, lap.time);
    this.#laps(sample.number).push(lap);
    this.#begin(sample.number, number, crossed);
    return lap;
  }

  laps(number) {
    return this.#laps(number).values;
  }

  #begin(car, number, time) {
    const lap = new Lap(number, time);
    this.#running.set(car, lap);
    return lap;
  }

  #laps(car) {
    if (!this.#finished.has(car)) this.#finished.set(car, new History(24));
    return this.#finished.get(car);
  }
}
