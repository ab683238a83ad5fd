import { ran } from "../ran.mjs";

ran(import.meta.url);

const compounds = {
  soft: { grip: 1.012, wear: 0.0016 },
  medium: { grip: 1.004, wear: 0.0009 },
  hard: { grip: 0.997, wear: 0.0005 },
};

export class Tyres {
  age = 0;

  constructor(compound) {
    this.compound = compound;
  }

  get pace() {
    const { grip, wear } = compounds[this.compound];
    return grip - wear * this.age;
  }

  wear() {
    this.age += 1;
  }
}
