const here = import.meta.url;
const lazy = (name) => import(`./${name}.mjs`);
export function fail() {
  if (here && lazy) throw new Error("on purpose");
}
