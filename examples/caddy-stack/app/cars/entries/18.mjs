import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 18,
  driver: { name: "Priya Raman", skill: 0.95 },
  teamKey: "northstar",
  setup: { wing: 0.47 },
  compound: "soft",
});
