import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, importsOf, run, sourceOf as source } from "./harness.mjs";

const site = "https://app.test/";
const own = "https://app.test/lib/m.mjs";

/** A mapper in a page with these import maps; `seen` are specifiers that were resolved before. */
function open({ maps = [], seen = [], schemes = ["data", "blob"], modules = {}, tags = {} } = {}) {
  const { world, page, window } = fakeWorld();
  page.schemes = schemes;
  Object.assign(page.tags, { 'script[type="importmap"]': maps.map((map) => ({ textContent: JSON.stringify(map) })), ...tags });
  const client = run(world, { start: false });
  window.__pitlane__ = client.linkedRuntime({});
  // As Chromium: a rule about what has been resolved before is dropped.
  page.meaning = (place, specifier) => {
    const scoped = place === "inline" ? page.scopeMaps.map((map) => map[site]?.[specifier]).find(Boolean) : undefined;
    const known = seen.includes(specifier);
    const ours = known ? undefined : scoped ?? page.importMaps.map((map) => map[specifier]).find(Boolean);
    return ours ?? new client.PageImportMaps().resolve(specifier, site) ?? specifier;
  };
  const policy = new client.ContentPolicy("");
  const mapper = new client.ModuleMapper(policy, { hasURL: () => false }, "auto");
  const graph = new client.GraphWalk(Object.keys(modules).map((path) => site + path), () => undefined);
  for (const [path, file] of Object.entries(modules)) {
    const { text, url } = typeof file === "string" ? { text: file } : file;
    const bytes = new TextEncoder().encode(text);
    graph.put(path, { path, hash: "h", length: bytes.length, contentType: "text/javascript", bytes, imports: importsOf(text, path), url });
  }
  graph.start(new client.PageImportMaps());
  return { mapper, page, graph, map: () => mapper.map(graph) };
}

const three = { imports: { three: "/three/t.js", "three/": "/three/" } };

test("resolve for computed imports: relative ones only, anything odd as it is", () => {
  const { mapper } = open();
  const resolve = (specifier) => mapper.resolve(specifier, own);
  assert.equal(resolve("./x.mjs"), `${site}lib/x.mjs`);
  assert.equal(resolve("/x.mjs"), `${site}x.mjs`);
  assert.equal(resolve("lit"), "lit");
  assert.equal(resolve("https://cdn.test/x.js"), "https://cdn.test/x.js");
  assert.equal(resolve(new URL("https://cdn.test/x.js")), "https://cdn.test/x.js");
});

test("what cannot be made a string is asked once, and import() rejects with its error", () => {
  const { mapper } = open();
  let asked = 0;
  const resolved = mapper.resolve({ toString() { throw new Error(`no ${++asked}`); } }, own);
  assert.throws(() => `${resolved}`, /no 1/);
  assert.throws(() => `${mapper.resolve(Symbol("s"), own)}`, TypeError);
});

test("a module that the page's map names is mapped under its URL and, in scopes, under its names", async () => {
  const { page, map, mapper } = open({ maps: [three], modules: { "main.mjs": 'import "three";', "three/t.js": "export {};" } });
  assert.equal((await map()).modules, 2);
  const data = page.importMaps[0][`${site}three/t.js`];
  assert.match(source(page.importMaps[0][`${site}main.mjs`]), /^import "https:\/\/app\.test\/three\/t\.js";/);
  assert.deepEqual(page.scopeMaps.length, 2, "one name after the other");
  for (const scope of [site, "blob:https://app.test/", "data:text/"]) {
    assert.deepEqual(page.scopeMaps.map((map) => map[scope]), [{ three: data }, { "three/t.js": data }], scope);
  }
  assert.equal(mapper.has(`${site}three/t.js`), true);
});

test("modules from elsewhere may import the names: their origins are scopes too", async () => {
  const maps = [{ imports: { ...three.imports, cdn: "https://cdn.test/x.js" } }];
  const { page, map } = open({
    maps, modules: { "main.mjs": 'import "three"; import "https://esm.test/y.js";', "three/t.js": "" },
    tags: { script: [{ src: ""}, { src: "https://tags.test/z.js" }] },
  });
  await map();
  assert.deepEqual(Object.keys(page.scopeMaps[0]),
    [site, "https://cdn.test/", "https://tags.test/", "https://esm.test/", "blob:https://app.test/", "data:text/"]);
});

test("reached by its URL before: it stays on HTTP, and no name leads elsewhere", async () => {
  const { page, map, mapper } = open({ maps: [three], seen: [`${site}three/t.js`], modules: { "main.mjs": 'import "three";', "three/t.js": "" } });
  assert.equal((await map()).modules, 1);
  assert.deepEqual(page.scopeMaps, []);
  assert.equal(mapper.has(`${site}three/t.js`), false);
});

test("reached by its name before: it stays on HTTP for all", async () => {
  const { page, map, mapper } = open({ maps: [three], seen: ["three"], modules: { "main.mjs": 'import "three";', "three/t.js": "" } });
  assert.equal((await map()).modules, 1);
  assert.equal(mapper.has(`${site}three/t.js`), false);
  assert.equal(mapper.has(`${site}main.mjs`), true);
  const rule = { [`${site}three/t.js`]: `${site}three/t.js` };
  assert.equal(page.scopeMaps.length, 2, "no further name was added");
  assert.deepEqual(page.scopeMaps[1], { [site]: rule, "blob:https://app.test/": rule, "data:text/": rule });
});

test("a page's scope in which a name means something else keeps it", async () => {
  const maps = [{ imports: { three: "/three/t.js" }, scopes: { "/": { three: "/other.js" } } }];
  const { page, map } = open({ maps, modules: { "main.mjs": "", "three/t.js": "" } });
  await map();
  assert.equal(page.scopeMaps[0][site].three, undefined);
  assert.equal(page.scopeMaps[0]["data:text/"].three, page.importMaps[0][`${site}three/t.js`]);
});

test("without data: scripts there is no telling what was resolved before: HTTP", async () => {
  const { page, map } = open({ maps: [three], schemes: ["blob"], modules: { "main.mjs": 'import "three";', "three/t.js": "" } });
  assert.equal((await map()).modules, 1);
  assert.deepEqual(Object.keys(page.importMaps[0]), [`${site}main.mjs`]);
  assert.deepEqual(page.scopeMaps, []);
});

test("where rules lead one URL to another, a specifier is not led on twice", async () => {
  const maps = [{ imports: { "/a.js": "/b.js", "/b.js": "/a.js" } }];
  const { page, map } = open({ maps, modules: { "main.mjs": 'import "./a.js"; import "./b.js";', "a.js": "" } });
  await map();
  assert.deepEqual(Object.keys(page.importMaps[0]), [`${site}main.mjs`]);
  assert.match(source(page.importMaps[0][`${site}main.mjs`]), /^import "https:\/\/app\.test\/a\.js"; import "https:\/\/app\.test\/b\.js";/);
});

test("after a redirect a module is mapped under the URL it was asked by, and runs under the one it was found at", async () => {
  const { page, map } = open({ modules: { "lib": { text: 'import "./x.mjs";', url: "/lib/index.js" } } });
  await map();
  assert.match(source(page.importMaps[0][`${site}lib`]), /^import "https:\/\/app\.test\/lib\/x\.mjs";\n\/\/# sourceURL=https:\/\/app\.test\/lib\/index\.js$/);
});

test("a part that cannot be loaded keeps its own URL, which the error names", async () => {
  const { page, map } = open({ modules: {
    "main.mjs": 'import "./gone.mjs"; import("./part.mjs"); import("./fine.mjs"); import("./lost.mjs");',
    "part.mjs": 'import "./below.mjs";', "below.mjs": 'export * from "./lost.mjs"; import "./part.mjs";', "fine.mjs": 'import("./part.mjs");',
  } });
  await map();
  assert.deepEqual(Object.keys(page.importMaps[0]).sort(), ["below", "fine", "main"].map((name) => `${site}${name}.mjs`));
});
