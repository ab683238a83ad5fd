import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 16,
  driver: { name: "Jonas Weber", skill: 0.88 },
  teamKey: "meridian",
  setup: { wing: 0.61 },
  compound: "soft",
});
