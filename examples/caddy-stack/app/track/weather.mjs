import { ran } from "../ran.mjs";
import weather from "../data/weather.json" with { type: "json" };

ran(import.meta.url);

export const { air, track: trackTemperature, rain, wind } = weather;
export const isWet = rain > 0.2;
