import { ran } from "../ran.mjs";

ran(import.meta.url);

export function sample(car, time, speed) {
  return { number: car.number, time, speed, distance: car.distance };
}
