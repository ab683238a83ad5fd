import { ran } from "../ran.mjs";

ran(import.meta.url);

/** The highest speed of every car so far, in kilometres an hour. */
export class SpeedTrap {
  #best = new Map();

  note({ number, speed }) {
    const here = speed * 3.6;
    if (here > (this.#best.get(number) ?? 0)) this.#best.set(number, here);
  }

  best(number) {
    return this.#best.get(number) ?? 0;
  }
}
