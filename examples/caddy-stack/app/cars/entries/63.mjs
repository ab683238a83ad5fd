import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 63,
  driver: { name: "Elena Rossi", skill: 0.94 },
  teamKey: "vela",
  setup: { wing: 0.53 },
  compound: "medium",
});
