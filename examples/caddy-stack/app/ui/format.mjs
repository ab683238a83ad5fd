import { ran } from "../ran.mjs";

ran(import.meta.url);

/** 83.4567 → "1:23.457" */
export function lapTime(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(3).padStart(6, "0")}`;
}

export function gap(seconds) {
  return `+${seconds.toFixed(1)}`;
}

export function count(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}
