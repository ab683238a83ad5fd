import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 4,
  driver: { name: "Ada Lindqvist", skill: 0.97 },
  teamKey: "falcon",
  setup: { wing: 0.52 },
  compound: "soft",
});
