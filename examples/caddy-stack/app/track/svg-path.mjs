import { ran } from "../ran.mjs";
import { curve } from "./geometry.mjs";

ran(import.meta.url);

export const svgPath = `M${curve.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
