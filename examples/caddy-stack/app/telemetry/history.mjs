import { ran } from "../ran.mjs";

ran(import.meta.url);

/** The last `capacity` values. */
export class History {
  #values = [];

  constructor(capacity) {
    this.capacity = capacity;
  }

  push(value) {
    this.#values.push(value);
    if (this.#values.length > this.capacity) this.#values.shift();
  }

  get values() {
    return [...this.#values];
  }
}
