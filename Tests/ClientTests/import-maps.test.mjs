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

test("what a browser makes of odd rules", () => {
  const map = maps({ imports: { "lib/": "/lib", "a/": "/a/", "a/b/": "/c/", "": "/empty.js", "node:": "/n/", "node:fs/": "/fs/", "up/": "/x/" } });
  assert.equal(map.resolve("lib/x.js", base), null, "a folder leads to a folder");
  assert.equal(map.resolve("a/b/x.js", base), "https://app.test/c/x.js", "the longest prefix holds");
  assert.equal(map.resolve("node:fs/promises", base), null, "no folders in such URLs");
  assert.equal(map.resolve("up/../../y.js", base), null, "not out of the folder");
});

test("names of a module, those of one rule first", () => {
  const map = maps({ imports: { "lit/": "/lit/", lit: "/lit/index.js", "./old.mjs": "/lit/index.js", shadow: "/other.js", "x/": "/lit/", "x/index.js": "/y.js", "/src/": "/src/" } });
  assert.deepEqual(map.names("https://app.test/lit/index.js"), ["lit", "https://app.test/old.mjs", "lit/index.js"]);
  assert.deepEqual(map.names("https://app.test/lit/a/b.js"), ["lit/a/b.js", "x/a/b.js"]);
  assert.deepEqual(map.names("https://app.test/src/a.mjs"), [], "its own URL is not another name");
  assert.deepEqual(map.names("https://app.test/main.mjs"), []);
});

test("modules that keep their own URL: a rule is about it, a scope leads to it, or a name has several spellings", () => {
  const map = maps({
    imports: { lit: "/lit.js", "/old.mjs": "/new.mjs", "/moved/": "/src/", "/same/": "/same/", "ü/": "/u/", none: null, "/gone.mjs": null },
    scopes: { "/a/": { three: "/three.js", "lib/": "/lib/", "/b/": "/b/" } },
  });
  const claimed = { "/lit.js": false, "/new.mjs": false, "/old.mjs": true, "/moved/x.mjs": true, "/same/x.mjs": false, "/src/x.mjs": false,
    "/u/x.mjs": false, "/u/%C3%BC.mjs": true, "/gone.mjs": true, "/three.js": true, "/lib/x.mjs": true, "/b/x.mjs": true, "/main.mjs": false };
  for (const [path, expected] of Object.entries(claimed)) assert.equal(map.claims(`https://app.test${path}`), expected, path);
});

test("origins that the page's rules lead to", () => {
  assert.deepEqual(maps({ imports: { a: "https://cdn.test/a.js", b: "data:text/javascript,", none: null }, scopes: { "/x/": { c: "https://esm.test/c.js" } } }).origins(),
    ["https://cdn.test", "https://esm.test"]);
});
