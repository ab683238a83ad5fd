// Modules that exist only while the dev server runs, as a bundler's virtual modules do: built when asked for,
// never on disk. Pitlane can have them only from its upstream.

const rounds = [
  ["Albert Park", 5.278, 58],
  ["Suzuka", 5.807, 53],
  ["Imola", 4.909, 63],
  ["Monaco", 3.337, 78],
  ["Spa", 7.004, 44],
  ["Monza", 5.793, 53],
  ["Interlagos", 4.309, 71],
  ["Zandvoort", 4.259, 72],
];

/** The module's source, or undefined when `path` is not one of the generated ones. */
export function generate(path) {
  if (path === "/generated/season.mjs") return season();
  const match = /^\/generated\/round-(\d+)\.mjs$/.exec(path);
  return match && rounds[match[1] - 1] ? round(Number(match[1])) : undefined;
}

function season() {
  const numbers = rounds.map((_, index) => index + 1);
  return `// Generated for this request; there is no such file.
import { ran } from "../ran.mjs";
${numbers.map((n) => `import { round as round${n} } from "./round-${n}.mjs";`).join("\n")}

ran(import.meta.url);

export const season = [${numbers.map((n) => `round${n}`).join(", ")}];
`;
}

function round(number) {
  const [name, kilometres, laps] = rounds[number - 1];
  return `// Generated for this request; there is no such file.
import { ran } from "../ran.mjs";

ran(import.meta.url);

export const round = ${JSON.stringify({ number, name, kilometres, laps })};
`;
}
