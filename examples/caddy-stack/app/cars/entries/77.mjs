import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 77,
  driver: { name: "Mikko Salo", skill: 0.99 },
  teamKey: "vela",
  setup: { wing: 0.58 },
  compound: "hard",
});
