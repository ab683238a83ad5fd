// A page with the script tag and a site of five modules behind it.

import { fakeSite, fakeWorld, run, settle } from "./harness.mjs";

export const files = () => ({
  "main.mjs": { text: 'import "./lib/a.mjs";\nimport d from "./data.json" with { type: "json" };\nimport("./late.mjs");' },
  "lib/a.mjs": { text: 'import "./b.mjs";\nexport const a = 1;' },
  "lib/b.mjs": { text: 'import "./a.mjs";\nimport "../main.mjs";' },
  "late.mjs": { text: "export default 1;" },
  "data.json": { text: '{"a":1}', type: "application/json" },
});
export const url = (path) => `https://app.test/${path}`;
export const all = ["data.json", "late.mjs", "lib/a.mjs", "lib/b.mjs", "main.mjs"].map(url);

/** A page with the script tag, and a site behind it; `connect` lets the site answer, unless `serve` does. */
export function open({ dataset = { entry: "main.mjs" }, tag, serve, ...options } = {}) {
  const fakes = fakeWorld({ tag: { dataset, ...tag }, ...options });
  const site = options.site ?? fakeSite(options.files ?? files(), options);
  options.prepare?.(fakes);
  run(fakes.world);
  const named = (name) => fakes.page.events.filter(([n]) => n === name).map(([, detail]) => detail);
  return {
    ...fakes, site, named, pitlane: fakes.window.pitlane,
    mapped: () => fakes.page.importMaps.flatMap((map) => Object.keys(map)).sort(),
    async connect() {
      await settle();
      if (serve) serve(fakes.WebSocket.last, site);
      else site.serve(fakes.WebSocket.last);
      fakes.WebSocket.last.accept();
      await fakes.clock.advance(0);
    },
  };
}
export const ranMapped = ['import "https://app.test/main.mjs";'];
