import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const url = "https://app.test/lib/m.mjs";
const runtime = (loader) => run(fakeWorld().world, { start: false }).linkedRuntime(loader);
const resolve = (specifier, base) => (specifier.startsWith(".") ? new URL(specifier, base).href : specifier);

test("import.meta as under the module's own URL", () => {
  const meta = { url: "blob:x", resolve: (specifier) => `native ${specifier}` };
  runtime({ resolve }).meta(meta, url);
  assert.equal(meta.url, url);
  assert.equal(meta.resolve("./x.mjs"), "https://app.test/lib/x.mjs");
  assert.equal(meta.resolve("lit"), "native lit");
  assert.equal(meta.resolve.name, "resolve");
  assert.equal(meta.resolve.length, 1);
  assert.throws(() => new meta.resolve("./x.mjs"), TypeError);
  assert.deepEqual(Object.keys(meta), ["url", "resolve"]);
});

test("computed imports go to the loader, with the module's own URL", async () => {
  const seen = [];
  const { importer, resolve: resolved } = runtime({ resolve, importFrom: async (...given) => seen.push(given) });
  await importer(url)("./x.mjs");
  assert.deepEqual(seen, [["./x.mjs", url]]);
  assert.equal(resolved("./x.mjs", url), "https://app.test/lib/x.mjs");
});
