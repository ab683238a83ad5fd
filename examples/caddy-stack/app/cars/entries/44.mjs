import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 44,
  driver: { name: "Sam Whitlock", skill: 0.93 },
  teamKey: "osprey",
  setup: { wing: 0.4 },
  compound: "soft",
});
