import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeIndexedDB } from "./fake-indexeddb.mjs";
import { fakeWorld, run, sourceOf } from "./harness.mjs";
import { all, files, open, ranMapped, url } from "./start-page.mjs";

const { decodePack, encodePack, LIMITS, LINKED_FORM } = run(fakeWorld().world, { start: false });

test("the whole graph in one import map, the entry by its own URL", async () => {
  const { page, connect, mapped, named, site } = open();
  await connect();
  assert.deepEqual(mapped(), all);
  assert.equal(page.importMaps.length, 1);
  assert.deepEqual(page.modules, ranMapped);
  assert.match(sourceOf(page.importMaps[0][url("lib/b.mjs")]), /import "https:\/\/app.test\/lib\/a.mjs"/);
  const [loaded] = named("loaded");
  assert.deepEqual([loaded.modules, loaded.via, loaded.fromCache], [5, "websocket", 0]);
  assert.deepEqual(site.log.map(({ id, ...rest }) => rest), [
    { type: "module:graph", stream: true, entries: ["main.mjs"], importMaps: [], page: "/", known: {}, linked: LINKED_FORM, origin: "https://app.test" },
  ]);
});

const record = "https://app.test/main.mjs";

test("warm: one message with what the record holds, no bytes sent", async () => {
  const indexedDB = fakeIndexedDB();
  const cold = open({ indexedDB });
  await cold.connect();
  await cold.clock.advance(1000);
  const warm = open({ indexedDB });
  await warm.connect();
  const { fromCache, received, modules, via } = warm.named("loaded")[0];
  assert.deepEqual({ fromCache, received, modules, via }, { fromCache: 5, received: 0, modules: 5, via: "websocket" });
  assert.equal(warm.site.log.length, 1);
  assert.deepEqual(Object.keys(warm.site.log[0].known).sort(), Object.keys(files()).sort());
  assert.deepEqual(warm.mapped(), all);
});

const parts = (indexedDB) => [...indexedDB.stores.get("parts").keys()];

/** A visit that leaves its graph in the cache. */
async function visit(indexedDB, options) {
  const page = open({ indexedDB, ...options });
  await page.connect();
  await page.clock.advance(1000);
  return page;
}

/** The import maps' texts and what was read of the modules when the entry ran. */
async function revisit(indexedDB, { prepare, ...options } = {}) {
  indexedDB.reads.length = 0;
  let readsModules;
  const page = open({ indexedDB, ...options, prepare(fakes) {
    fakes.window.addEventListener("pitlane:loaded", () => (readsModules = indexedDB.reads.includes("graphs")));
    prepare?.(fakes);
  } });
  await page.connect();
  return { ...page, maps: page.page.importMaps, readsModules };
}

test("nothing changed: the graph as it was linked goes into the import map, the modules are not read before the page has run", async () => {
  const indexedDB = fakeIndexedDB();
  const first = await visit(indexedDB);
  assert.deepEqual(parts(indexedDB), [`0 ${record}`]);
  const second = await revisit(indexedDB);
  assert.deepEqual(second.maps, first.page.importMaps);
  assert.deepEqual([second.readsModules, second.page.modules], [false, ranMapped]);
  assert.equal(second.named("loaded")[0].bytes, first.named("loaded")[0].bytes);
  // Known by their hashes all the same.
  second.WebSocket.last.push({ type: "module:updated", path: "lib/a.mjs", hash: second.site.hashOf(files()["lib/a.mjs"].text), kind: "changed" });
  assert.equal(second.named("updated").length, 0);
  second.WebSocket.last.push({ type: "module:updated", path: "lib/a.mjs", hash: "other", kind: "changed" });
  assert.equal(second.named("update")[0].used, true);
});

test("nothing changed, and the server names the graph: its name is all that is asked for", async () => {
  const indexedDB = fakeIndexedDB();
  const first = await visit(indexedDB, { digest: true });
  const second = await revisit(indexedDB, { digest: true });
  assert.deepEqual(second.maps, first.page.importMaps);
  assert.deepEqual([second.readsModules, second.page.modules], [false, ranMapped]);
  assert.deepEqual(second.site.log, []);
  assert.deepEqual(second.site.digests.map(({ id, ...rest }) => rest), [{ type: "module:graph", entries: ["main.mjs"], importMaps: [], page: "/", digest: true }]);
  const { fromCache, received, modules, bytes } = second.named("loaded")[0];
  assert.deepEqual({ fromCache, received, modules, bytes }, { fromCache: 5, received: 0, modules: 5, bytes: first.named("loaded")[0].bytes });
  second.WebSocket.last.push({ type: "module:updated", path: "lib/a.mjs", hash: second.site.hashOf(files()["lib/a.mjs"].text), kind: "changed" });
  assert.equal(second.named("updated").length, 0);
  second.WebSocket.last.push({ type: "module:updated", path: "lib/a.mjs", hash: "other", kind: "changed" });
  assert.equal(second.named("update")[0].used, true);
});

test("another name: what is held is offered; the graph's new name is kept with it", async () => {
  const indexedDB = fakeIndexedDB();
  await visit(indexedDB, { digest: true });
  const changed = { ...files(), "late.mjs": { text: "2" } };
  const second = await visit(indexedDB, { digest: true, files: changed });
  assert.deepEqual([second.site.digests.length, second.site.log.length], [1, 1]);
  assert.deepEqual(Object.keys(second.site.log[0].known).sort(), Object.keys(changed).sort());
  assert.equal(second.named("loaded")[0].fromCache, 4);
  const third = await revisit(indexedDB, { digest: true, files: changed });
  assert.deepEqual([third.site.digests.length, third.site.log.length, third.readsModules], [1, 0, false]);
  assert.deepEqual(third.maps, second.page.importMaps);
});

test("a name that is told while the page turns out to have another import map: linked anew", async () => {
  const indexedDB = fakeIndexedDB();
  await visit(indexedDB, { digest: true });
  const importMap = { textContent: '{"imports":{"x":"./x.mjs"}}' };
  const second = await revisit(indexedDB, { digest: true, prepare: ({ page }) => (page.tags['script[type="importmap"]'] = [importMap]) });
  assert.deepEqual([second.readsModules, second.mapped()], [true, all]);
});

test("a server that takes the question for the name as one for the graph", async () => {
  const indexedDB = fakeIndexedDB();
  const serve = (socket, site) => (socket.onsent = ({ digest, ...message }) => queueMicrotask(() => site.answer(socket, message)));
  for (const fromCache of [0, 5]) {
    const page = await visit(indexedDB, { serve });
    const { via, modules, ...loaded } = page.named("loaded")[0];
    assert.deepEqual([via, modules, loaded.fromCache], ["websocket", 5, fromCache]);
    assert.deepEqual(page.mapped(), all);
  }
});

test("what is read later stands for what ran", async () => {
  const indexedDB = fakeIndexedDB();
  await visit(indexedDB);
  const second = await visit(indexedDB);
  assert.equal(await second.pitlane.moduleLoader.prefetch(["lib/a.mjs"]), 5);
  assert.equal(second.site.log.length, 1, "all of it is in memory");
});

for (const [name, options] of Object.entries({
  "a module changed": { files: { ...files(), "late.mjs": { text: "2" } } },
  "a module is gone": { files: { ...files(), "late.mjs": undefined } },
  "another import map": { prepare: ({ page }) => (page.tags['script[type="importmap"]'] = [{ textContent: '{"imports":{"x":"./x.mjs"}}' }]) },
  "a module tag for one of them": { prepare: ({ page }) => (page.tags['script[type="module"][src]'] = [{ src: url("late.mjs") }]) },
})) {
  test(`linked anew: ${name}`, async () => {
    const indexedDB = fakeIndexedDB();
    await visit(indexedDB);
    const second = await revisit(indexedDB, options);
    assert.ok(second.readsModules);
    assert.equal(second.named("loaded")[0].via, "websocket");
    const lost = /gone|tag/.test(name);
    assert.deepEqual(second.mapped(), all.filter((one) => !lost || one !== url("late.mjs")));
  });
}

test("parts that cannot be read, of an older client, or that another tab's newer modules do not fit: linked anew", async () => {
  for (const damage of [
    ({ stores }) => stores.get("parts").clear(),
    ({ stores }) => (stores.get("hashes").get(record).hashes["late.mjs"] = "h0"),
    ({ stores }) => stores.get("index").get(record).kept.form--,
  ]) {
    const indexedDB = fakeIndexedDB();
    await visit(indexedDB);
    damage(indexedDB);
    const second = await revisit(indexedDB);
    assert.deepEqual([second.readsModules, second.mapped()], [true, all]);
  }
});

test("a graph in many parts, blobs apart; of a smaller one, no part is left over", async () => {
  const indexedDB = fakeIndexedDB();
  const large = (letter) => ({ text: `export default "${letter.repeat(600_000)}";` });
  const many = { "main.mjs": { text: 'import "./a.mjs"; import "./b.mjs"; import "./c.mjs";' } };
  for (const name of "abc") many[`${name}.mjs`] = large(name);
  const dataset = { entry: "main.mjs", urls: "data" };
  const first = await visit(indexedDB, { files: many, dataset });
  assert.equal(first.page.importMaps.length, 2);
  const second = await revisit(indexedDB, { files: many, dataset });
  assert.deepEqual([second.readsModules, second.maps], [false, first.page.importMaps]);
  const third = await visit(fakeIndexedDB(), { files: many });
  assert.equal(third.page.importMaps.length, 2, "one of data: and one of blob: URLs");
  await visit(indexedDB, { files: { ...many, "main.mjs": { text: "1" } } });
  assert.deepEqual(parts(indexedDB), [`0 ${record}`]);
});

test("warm: only what changed travels; what no visit needs any more is dropped after a week", async () => {
  const indexedDB = fakeIndexedDB();
  const cold = open({ indexedDB });
  await cold.connect();
  await cold.clock.advance(1000);
  const changed = files();
  changed["main.mjs"].text = 'import "./lib/new.mjs";';
  changed["lib/new.mjs"] = { text: "1" };
  const warm = open({ indexedDB, files: changed });
  await warm.connect();
  assert.deepEqual(warm.mapped(), [url("lib/new.mjs"), url("main.mjs")]);
  assert.equal(warm.named("loaded")[0].received, changed["main.mjs"].text.length + 1);
  await warm.clock.advance(1000);
  const modules = () => decodePack(indexedDB.stores.get("graphs").get(record).pack).modules;
  assert.deepEqual(modules().map(({ path }) => path).sort(), [...Object.keys(files()), "lib/new.mjs"].sort());
  const aWeekAgo = encodePack(modules().map((module) => ({ ...module, seen: module.seen - LIMITS.cacheUnused })));
  indexedDB.stores.get("graphs").get(record).pack = aWeekAgo;
  const later = open({ indexedDB, files: changed });
  await later.connect();
  assert.equal(later.named("loaded")[0].received, 0);
  await later.clock.advance(1000);
  assert.deepEqual(modules().map(({ path }) => path).sort(), ["lib/new.mjs", "main.mjs"]);
});

test("a page not seen yet offers what the page seen last holds", async () => {
  const indexedDB = fakeIndexedDB();
  const first = open({ indexedDB });
  await first.connect();
  await first.clock.advance(1000);
  const second = open({ indexedDB, dataset: { entry: "lib/a.mjs" } });
  await second.connect();
  assert.equal(second.named("loaded")[0].received, 0);
  await second.clock.advance(1000);
  const graphs = indexedDB.stores.get("graphs");
  assert.deepEqual([...graphs.keys()], [record, "https://app.test/lib/a.mjs"]);
});

test("a module with an error is left to the browser, the rest is mapped", async () => {
  const broken = files();
  delete broken["lib/b.mjs"];
  const { connect, mapped, page } = open({ files: broken });
  await connect();
  assert.deepEqual(mapped(), all.filter((u) => u !== url("lib/b.mjs")));
  assert.deepEqual(page.modules, ranMapped);
});

test("several entries run in their order", async () => {
  const { connect, page } = open({ dataset: { entry: "late.mjs  ./lib/a.mjs" } });
  await connect();
  assert.deepEqual(page.modules, ['import "https://app.test/late.mjs";', 'import "https://app.test/lib/a.mjs";']);
});

test("a module that a script tag names keeps its own URL", async () => {
  const { connect, mapped } = open({
    prepare: ({ page }) => {
      page.tags['script[type="module"][src]'] = [{ src: url("lib/a.mjs") }];
    },
  });
  await connect();
  assert.deepEqual(mapped(), all.filter((one) => one !== url("lib/a.mjs")));
});

test("what the browser fetched already is not mapped", async () => {
  const { connect, mapped } = open({ prepare: ({ page }) => page.resources.push(url("late.mjs")) });
  await connect();
  assert.ok(!mapped().includes(url("late.mjs")));
});

const firefox = { userAgent: "Mozilla/5.0 Gecko/20100101 Firefox/153.0" };

test("an engine with one import map: blobs, and native when the page has modules of its own", async () => {
  const fine = open({ navigator: firefox });
  await fine.connect();
  assert.deepEqual(fine.mapped(), all);
  assert.ok(Object.values(fine.page.importMaps[0]).every((u) => u.startsWith("blob:")));
  const own = open({ navigator: firefox, prepare: ({ page }) => (page.tags['script[type="module"]'] = [{}]) });
  await own.connect();
  assert.deepEqual(own.page.modules, [url("main.mjs")]);
});

test("content policy: no inline script, no data:, no data: and blob:", async () => {
  const inline = open({ prepare: ({ page }) => (page.inline = false) });
  await inline.connect();
  assert.deepEqual(inline.page.modules, [url("main.mjs")]);
  assert.match(inline.page.lines[0], /Content-Security-Policy/);
  const blobs = open({ prepare: ({ page }) => (page.schemes = ["blob"]) });
  await blobs.connect();
  assert.deepEqual(blobs.mapped(), all);
  assert.ok(Object.values(blobs.page.importMaps[0]).every((u) => u.startsWith("blob:")));
  assert.deepEqual(blobs.page.modules, ranMapped);
  const neither = open({ prepare: ({ page }) => (page.schemes = []) });
  await neither.connect();
  assert.deepEqual(neither.page.modules, [url("main.mjs")]);
  assert.equal(neither.page.importMaps.length, 0);
});

test("the graph is asked for while the document is parsed, the entry waits for it", async () => {
  const { connect, document, page, clock, site } = open({ prepare: ({ document }) => (document.readyState = "loading") });
  await connect();
  assert.equal(page.modules.length, 0);
  assert.deepEqual(site.log.map(({ id, ...rest }) => rest), [
    { type: "module:graph", stream: true, entries: ["main.mjs"], page: "/", known: {}, linked: LINKED_FORM, origin: "https://app.test" },
  ]);
  await clock.advance(60_000);
  assert.equal(page.modules.length, 0);
  document.readyState = "interactive";
  document.dispatchEvent(new Event("readystatechange"));
  await clock.advance(0);
  assert.deepEqual(page.modules, ranMapped);
});

test("server address: same origin as the script, or data-server; modules keep the page's origin", async () => {
  const addresses = [
    [{}, undefined, "wss://app.test/@pitlane/ws"],
    [{ server: "wss://localhost:8889" }, undefined, "wss://localhost:8889/@pitlane/ws"],
    [{ server: "http://localhost:8889" }, undefined, "ws://localhost:8889/@pitlane/ws"],
    [{ server: "ws://localhost:1/ws/modules" }, undefined, "ws://localhost:1/ws/modules"],
    [{}, "http://127.0.0.1:8889/@pitlane/client.js", "ws://127.0.0.1:8889/@pitlane/ws"],
    [{ server: "http://[" }, undefined, "wss://app.test/@pitlane/ws"],
  ];
  for (const [data, src, expected] of addresses) {
    const { WebSocket, connect, mapped } = open({ dataset: { entry: "main.mjs", ...data }, tag: src && { src } });
    assert.equal(WebSocket.last.url, expected);
    await connect();
    assert.deepEqual(mapped(), all);
  }
});

test("an entry of another origin runs natively", async () => {
  const { connect, page, site } = open({ dataset: { entry: "https://cdn.test/x.mjs" } });
  await connect();
  assert.deepEqual(page.modules, ["https://cdn.test/x.mjs"]);
  assert.deepEqual(site.log, []);
});

test("the script twice in a page: the second one does nothing", () => {
  const fakes = fakeWorld();
  run(fakes.world);
  run(fakes.world);
  assert.equal(fakes.WebSocket.all.length, 1);
  assert.equal(fakes.page.lines.length, 1);
});
