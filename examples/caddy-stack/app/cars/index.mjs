import { ran } from "../ran.mjs";

ran(import.meta.url);

export { Car } from "./car.mjs";
export { grid } from "./grid.mjs";
export { Team } from "./team.mjs";
