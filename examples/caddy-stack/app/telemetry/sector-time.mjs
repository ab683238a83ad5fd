import { ran } from "../ran.mjs";
import { sectorEnds } from "../track/sectors.mjs";

ran(import.meta.url);

/** The times of one lap's sectors, filled while the lap goes on. */
export class SectorTimes {
  times = [];

  constructor(start) {
    this.last = start;
  }

  /** Notes that the car is in `sector` at `time`. */
  enter(sector, time) {
    while (this.times.length < sector) this.#close(time);
  }

  finish(time) {
    while (this.times.length < sectorEnds.length) this.#close(time);
  }

  #close(time) {
    this.times.push(time - this.last);
    this.last = time;
  }
}
