import { ran } from "../ran.mjs";
import { isWet, trackTemperature } from "./weather.mjs";

ran(import.meta.url);

/** Friction of the asphalt: best near 38 °C, much worse in the wet. */
export const grip = (isWet ? 0.62 : 1) * (1 - Math.abs(trackTemperature - 38) / 200);
