import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 11,
  driver: { name: "Mei Tanaka", skill: 0.98 },
  teamKey: "meridian",
  setup: { wing: 0.5 },
  compound: "medium",
});
