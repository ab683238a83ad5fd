import { ran } from "../ran.mjs";
import { Tyres } from "../cars/tyres.mjs";
import { stopSeconds } from "../track/pit-lane.mjs";
import { announce } from "./events.mjs";

ran(import.meta.url);

/** Sends the car to the pits when its plan says so. */
export function stopIfPlanned(car) {
  if (!car.stops.includes(car.lap)) return;
  car.stopped = stopSeconds;
  car.tyres = new Tyres("medium");
  announce("stop", { car });
}
