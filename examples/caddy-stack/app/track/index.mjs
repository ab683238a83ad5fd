import { ran } from "../ran.mjs";

ran(import.meta.url);

export * from "./geometry.mjs";
export * from "./length.mjs";
export * from "./pit-lane.mjs";
export * from "./sectors.mjs";
export * from "./speed.mjs";
export * from "./svg-path.mjs";
export * as weather from "./weather.mjs";
