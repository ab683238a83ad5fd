import { ran } from "../ran.mjs";

ran(import.meta.url);

const stints = { soft: 11, medium: 17, hard: 24 };

/** The laps at whose end the car stops; team mates never stop together. */
export function planStops(compound, number) {
  const first = stints[compound] + (number % 2);
  return [first, first + stints.medium];
}
