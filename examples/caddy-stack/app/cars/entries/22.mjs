import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 22,
  driver: { name: "Luc Moreau", skill: 0.9 },
  teamKey: "northstar",
  setup: { wing: 0.55 },
  compound: "hard",
});
