import { ran } from "../ran.mjs";

ran(import.meta.url);

export const colours = {
  falcon: "#ff5d5d",
  meridian: "#46c8ff",
  northstar: "#ffd166",
  osprey: "#7ae582",
  vela: "#c792ff",
};
