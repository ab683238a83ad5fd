import { ran } from "../ran.mjs";

ran(import.meta.url);

/** A seeded generator of numbers in [0, 1): every visitor sees the same race. */
export function generator(state) {
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
