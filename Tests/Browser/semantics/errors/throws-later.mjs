
export function fail() {
  return undefinedName; // line 3
}
export const failInside = () => {
  const url = import.meta.url, lazy = () => import("./answer.mjs");
  if (url && lazy) throw new TypeError("line 7");
};
