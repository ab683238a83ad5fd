import { ran } from "../../ran.mjs";
import { Car } from "../car.mjs";

ran(import.meta.url);

export default new Car({
  number: 7,
  driver: { name: "Tomás Ferreira", skill: 0.91 },
  teamKey: "falcon",
  setup: { wing: 0.44 },
  compound: "medium",
});
