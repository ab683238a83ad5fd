import { ran } from "../ran.mjs";

ran(import.meta.url);

export default {
  lap: (lap) => `The leader starts lap ${lap}`,
  yellow: "Yellow flag",
  green: "Track clear",
  fastest: (name, time) => `Fastest lap: ${name}, ${time}`,
  stop: (name) => `${name} stops for tyres`,
};
