import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Personal and overall bests of laps and sectors. */
export class Bests {
  overall = Infinity;
  holder = null;
  #personal = new Map();

  /** "overall", "personal" or "none". */
  judge(number, time) {
    const own = this.#personal.get(number) ?? Infinity;
    if (time < own) this.#personal.set(number, time);
    if (time < this.overall) {
      this.overall = time;
      this.holder = number;
      return "overall";
    }
    return time < own ? "personal" : "none";
  }

  personal(number) {
    return this.#personal.get(number);
  }
}
