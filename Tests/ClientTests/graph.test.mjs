import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, importsOf, run } from "./harness.mjs";

const site = "https://app.test";
const url = (path) => `${site}/${path}`;
const module = (path, text = "", more = {}) =>
  ({ path, hash: "h", length: text.length, contentType: "text/javascript", imports: importsOf(text, path), bytes: new Uint8Array(), ...more });

function walk(entries, { memory = new Map(), importMap } = {}) {
  const fakes = fakeWorld();
  if (importMap) fakes.page.tags['script[type="importmap"]'] = [{ textContent: JSON.stringify(importMap) }];
  const parts = run(fakes.world, { start: false });
  const made = new parts.GraphWalk(entries.map(url), (path) => memory.get(path));
  made.start(importMap ? new parts.PageImportMaps() : null);
  return { ...parts, walk: made };
}

test("follows imports as modules arrive, in any order", () => {
  const { walk: w } = walk(["main.mjs"]);
  assert.deepEqual(w.wanted, ["main.mjs"]);
  w.put("b.mjs", module("b.mjs", 'import "./main.mjs"; import "./c.json" with { type: "json" }'));
  assert.deepEqual(w.wanted, ["main.mjs"]);
  w.put("main.mjs", module("main.mjs", 'import "./a.mjs"; import("./b.mjs")'));
  assert.deepEqual(w.wanted, ["a.mjs", "c.json"]);
  w.put("c.json", module("c.json", "", { contentType: "application/json", imports: undefined }));
  w.put("a.mjs", null);
  assert.deepEqual(w.wanted, []);
  assert.deepEqual([...w.nodes].map(([u, types]) => [u, [...types]]),
    [[url("main.mjs"), [""]], [url("a.mjs"), [""]], [url("b.mjs"), [""]], [url("c.json"), ["json"]]]);
  assert.deepEqual(w.targets.get(url("main.mjs")), [url("a.mjs"), url("b.mjs")]);
  assert.equal(w.modules.get("a.mjs"), null);
});

test("a module under two URLs is two nodes and one module", () => {
  const { walk: w } = walk(["main.mjs"]);
  w.put("main.mjs", module("main.mjs", 'import "./a b.mjs"; import ".//a%20b.mjs"; import "./a%20b.mjs#x"'));
  assert.deepEqual(w.wanted, ["a b.mjs"]);
  w.put("a b.mjs", module("a b.mjs", 'import "./x.mjs"'));
  assert.deepEqual([...w.nodes.keys()].slice(1, 4), [url("a%20b.mjs"), url("/a%20b.mjs"), url("a%20b.mjs#x")]);
  assert.deepEqual(w.targets.get(url("/a%20b.mjs")), [url("/x.mjs")]);
});

test("the first word on a module holds", () => {
  const { walk: w } = walk(["main.mjs"]);
  assert.equal(w.put("main.mjs", module("main.mjs", 'import "./a.mjs"')), true);
  assert.equal(w.put("main.mjs", module("main.mjs", 'import "./b.mjs"')), false);
  assert.deepEqual(w.wanted, ["a.mjs"]);
});

test("after a redirect imports are relative to where the module was found", () => {
  const { walk: w } = walk(["lib"]);
  w.put("lib", module("lib", 'import "./b.mjs"', { url: "/lib/index.mjs?x" }));
  assert.deepEqual(w.wanted, ["lib/b.mjs"]);
  assert.deepEqual([...w.nodes.keys()], [url("lib"), url("lib/b.mjs")]);
});

test("bare specifiers and remapped URLs, by the page's import maps", () => {
  const importMap = { imports: { lit: "/npm/lit.mjs", "/old.mjs": "/new.mjs", "cdn": "https://cdn.test/x.mjs" } };
  const { walk: w } = walk(["main.mjs"], { importMap });
  w.put("main.mjs", module("main.mjs", 'import "lit"; import "./old.mjs"; import "cdn"; import "nobody"'));
  assert.deepEqual(w.wanted, ["npm/lit.mjs", "new.mjs"]);
  assert.deepEqual(w.targets.get(url("main.mjs")), [url("npm/lit.mjs"), url("new.mjs"), "https://cdn.test/x.mjs", null]);
  const { walk: plain } = walk(["main.mjs"]);
  plain.put("main.mjs", module("main.mjs", 'import "lit"; import "./old.mjs"; import "cdn"; import "nobody"'));
  assert.deepEqual(plain.wanted, ["old.mjs"]);
  // The maps are known now: what they do not lead to is no longer part of it.
  plain.start({ resolve: (name) => (name === "lit" ? url("npm/lit.mjs") : null) });
  assert.deepEqual(plain.wanted, ["npm/lit.mjs", "old.mjs"]);
});

test("what memory has is followed at once, a chain longer than the stack is deep", () => {
  const memory = new Map();
  const length = 30_000;
  for (let i = 0; i < length; i++) memory.set(`${i}.mjs`, module(`${i}.mjs`, i + 1 < length ? `import "./${i + 1}.mjs"` : ""));
  const { walk: w } = walk(["0.mjs"], { memory });
  assert.equal(w.nodes.size, length);
  assert.deepEqual(w.wanted, []);
});

test("more modules than the limit is an error", () => {
  const { walk: w, LIMITS } = walk(["main.mjs"]);
  const text = Array.from({ length: LIMITS.graphModules }, (_, i) => `import "./${i}.mjs";`).join("");
  assert.throws(() => w.put("main.mjs", module("main.mjs", text)), /more than 50000 modules/);
});

test("computed imports and import.meta lead nowhere", () => {
  const { walk: w } = walk(["main.mjs"]);
  const imports = [{ kind: "computed", start: 0, end: 1 }, { kind: "meta", start: 1, end: 2, property: "url" }];
  w.put("main.mjs", module("main.mjs", "", { imports }));
  assert.deepEqual(w.targets.get(url("main.mjs")), [null, null]);
  assert.deepEqual(w.wanted, []);
});
