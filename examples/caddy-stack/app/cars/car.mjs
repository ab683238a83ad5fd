import { ran } from "../ran.mjs";
import { Driver } from "./driver.mjs";
import { enginePace } from "./engine.mjs";
import { fuelPace, fuelAfter } from "./fuel.mjs";
import { setupPace } from "./setup.mjs";
import { planStops } from "./strategy.mjs";
import { team } from "./team.mjs";
import { Tyres } from "./tyres.mjs";

ran(import.meta.url);

export class Car {
  distance = 0;
  stopped = 0;
  fuel = 1;

  constructor({ number, driver, teamKey, setup, compound }) {
    this.number = number;
    this.driver = new Driver(driver);
    this.team = team(teamKey);
    this.setup = setup;
    this.tyres = new Tyres(compound);
    this.stops = planStops(compound, number);
    this.team.enter(this);
  }

  /** Laps begun, the first being 0. */
  get lap() {
    return Math.floor(this.distance);
  }

  get pace() {
    const machine = enginePace(this.team.power) * setupPace(this.setup);
    return machine * this.tyres.pace * fuelPace(this.fuel) * this.driver.pace;
  }

  finishLap() {
    this.tyres.wear();
    this.fuel = fuelAfter(this.fuel);
  }
}
