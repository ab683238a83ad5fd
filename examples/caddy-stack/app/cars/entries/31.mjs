import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 31,
  driver: { name: "Nia Okafor", skill: 0.96 },
  teamKey: "osprey",
  setup: { wing: 0.49 },
  compound: "medium",
});
