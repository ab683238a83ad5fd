import { ran } from "../ran.mjs";
import { SectorTimes } from "./sector-time.mjs";

ran(import.meta.url);

export class Lap {
  constructor(number, start) {
    this.number = number;
    this.start = start;
    this.sectors = new SectorTimes(start);
  }

  finish(time) {
    this.sectors.finish(time);
    this.time = time - this.start;
    return this;
  }
}
