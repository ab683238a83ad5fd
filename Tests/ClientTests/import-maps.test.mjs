import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const maps = (...texts) => {
  const { world, page } = fakeWorld();
  page.tags['script[type="importmap"]'] = texts.map((text) => ({ textContent: typeof text === "string" ? text : JSON.stringify(text) }));
  return new (run(world, { start: false }).PageImportMaps)();
};
const base = "https://app.test/src/a.mjs";

test("no map: nothing applies", () => {
  assert.equal(maps().resolve("lit", base), null);
  assert.equal(maps("{damaged").resolve("lit", base), null);
});

test("exact names, prefixes, scopes and URLs, as a browser resolves them", () => {
  const map = maps({
    imports: { lit: "/node_modules/lit/index.js", "lit/": "/node_modules/lit/", "app/": "./src/", "./old.mjs": "./new.mjs", none: null },
    scopes: { "/src/": { lit: "/lit-3.js" }, "/src/deep/": { lit: "/lit-4.js" } },
  });
  assert.equal(map.resolve("lit", "https://app.test/main.mjs"), "https://app.test/node_modules/lit/index.js");
  assert.equal(map.resolve("lit", base), "https://app.test/lit-3.js");
  assert.equal(map.resolve("lit", "https://app.test/src/deep/b.mjs"), "https://app.test/lit-4.js");
  assert.equal(map.resolve("lit/x/y.js", base), "https://app.test/node_modules/lit/x/y.js");
  assert.equal(map.resolve("app/z.mjs", base), "https://app.test/src/z.mjs");
  assert.equal(map.resolve("./old.mjs", "https://app.test/main.mjs"), "https://app.test/new.mjs");
  assert.equal(map.resolve("./old.mjs", base), null, "another file of that name");
  assert.equal(map.resolve("none", base), null);
  assert.equal(map.resolve("unknown", base), null);
});

test("of several maps the first rule for a name holds", () => {
  const map = maps({ imports: { a: "/1.js" } }, { imports: { a: "/2.js", b: "/3.js" } });
  assert.equal(map.resolve("a", base), "https://app.test/1.js");
  assert.equal(map.resolve("b", base), "https://app.test/3.js");
});

test("modules that a rule leads to are known", () => {
  const map = maps({ imports: { lit: "/lit.js", "app/": "/src/" } });
  assert.equal(map.leadsTo("https://app.test/lit.js"), true);
  assert.equal(map.leadsTo("https://app.test/src/x/y.mjs"), true);
  assert.equal(map.leadsTo("https://app.test/other.mjs"), false);
});
