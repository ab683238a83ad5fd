import { ran } from "../ran.mjs";
import { mapLength } from "./geometry.mjs";

ran(import.meta.url);

/** Length of a lap in metres. */
export const lapMetres = 5148;
export const metresPerUnit = lapMetres / mapLength;
