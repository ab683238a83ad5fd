import { ran } from "../ran.mjs";

ran(import.meta.url);

export class Driver {
  constructor({ name, skill }) {
    this.name = name;
    this.skill = skill;
  }

  get code() {
    return this.name.split(" ").at(-1).slice(0, 3).toUpperCase();
  }

  get pace() {
    return 0.985 + 0.015 * this.skill;
  }
}
