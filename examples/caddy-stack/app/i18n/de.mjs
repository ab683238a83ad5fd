import { ran } from "../ran.mjs";

ran(import.meta.url);

export default {
  lap: (lap) => `Der Führende beginnt Runde ${lap}`,
  yellow: "Gelbe Flagge",
  green: "Strecke frei",
  fastest: (name, time) => `Schnellste Runde: ${name}, ${time}`,
  stop: (name) => `${name} wechselt die Reifen`,
};
