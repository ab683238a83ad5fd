import { ran } from "../ran.mjs";
import teams from "../data/teams.json" with { type: "json" };
import { Car } from "./car.mjs";
import { colours } from "./colours.mjs";

ran(import.meta.url);

// This module and car.mjs import each other: neither uses the other's class before both have run.
export class Team {
  #cars = [];

  constructor(key) {
    this.key = key;
    this.name = teams[key].name;
    this.power = teams[key].power;
    this.colour = colours[key];
  }

  enter(car) {
    if (!(car instanceof Car)) throw new TypeError(`${this.name} enters cars only`);
    this.#cars.push(car);
  }

  get cars() {
    return [...this.#cars];
  }
}

const known = new Map();

export function team(key) {
  if (!known.has(key)) known.set(key, new Team(key));
  return known.get(key);
}
