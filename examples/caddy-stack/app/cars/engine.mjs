import { ran } from "../ran.mjs";

ran(import.meta.url);

/** Share of the perfect speed an engine of `kilowatts` allows. */
export function enginePace(kilowatts) {
  return 0.94 + 0.06 * (kilowatts / 760);
}
