// Graphs that the server has linked: added as they come, kept for the next visit, taken apart where that is needed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeIndexedDB } from "./fake-indexeddb.mjs";
import { fakeSite, fakeWorld, importsOf, run, settle, sourceOf } from "./harness.mjs";
import { open as openPage, ranMapped } from "./start-page.mjs";

const client = run(fakeWorld().world, { start: false });
const SITE = "https://app.test/";
const files = {
  "main.mjs": { text: 'import "./lib/a.mjs";\nimport("./late.mjs");' },
  "lib/a.mjs": { text: 'import "./b.mjs";\nexport const a = "ä/%";' },
  "lib/b.mjs": { text: 'import "../main.mjs";' },
  "late.mjs": { text: "export default 1;" },
};
const all = Object.keys(files).map((path) => SITE + path).sort();

/** A message module:linked. @param {string[]} paths */
function linkedOf(id, paths, { blobs } = {}) {
  const imports = {};
  const changes = [];
  const modules = paths.map((path) => {
    const { text } = files[path];
    const bytes = new TextEncoder().encode(text);
    const records = importsOf(text, path);
    const linked = client.linkModule("js", { imports: records, bytes }, SITE + path, (specifier) => new URL(specifier, SITE + path).href);
    const pieces = linked.map((piece) => Buffer.from(piece));
    imports[SITE + path] = client.moduleURL(linked, "js", "data");
    // One change: the whole text.
    changes.push([[0, Buffer.concat(pieces).length, text]]);
    return { path, hash: fakeSite(files).hashOf(text), length: bytes.length, contentType: "text/javascript", source: "disk", imports: records };
  });
  const bytes = modules.reduce((sum, { length }) => sum + length, 0);
  const head = { id, type: "module:linked", bytes, ...(blobs && { blobs }), paths, hashes: modules.map(({ hash }) => hash) };
  return [head, { imports }, { modules, changes }].map((line) => JSON.stringify(line)).join("\n");
}

/** A page whose server links; `stop`: the connection is lost after so many frames. */
function open({ stop = Infinity, parts = [["main.mjs", "lib/a.mjs"], ["lib/b.mjs", "late.mjs"]], large = [], ...options } = {}) {
  const serve = (socket, site) => (socket.onsent = (message) => queueMicrotask(async () => {
    if (message.type !== "module:graph" || !message.linked) return site.answer(socket, message);
    site.log.push(message);
    const frames = parts.map((paths) => linkedOf(message.id, paths));
    if (large.length) frames.push(linkedOf(message.id, large, { blobs: true }));
    frames.push({ type: "module:graph", id: message.id, entries: message.entries, packs: 0, cached: [], missing: [] });
    for (const [index, frame] of frames.entries()) {
      if (index === stop) return socket.drop();
      socket.push(frame);
      await settle();
    }
  }));
  const page = openPage({ ...options, files, serve });
  return { ...page, connect: () => page.connect().then(settle) };
}

test("each part is an import map; nothing else is asked for", async () => {
  const page = open();
  await page.connect();
  assert.deepEqual(page.page.importMaps.map((map) => Object.keys(map)), [["main.mjs", "lib/a.mjs"], ["lib/b.mjs", "late.mjs"]].map((paths) => paths.map((path) => SITE + path)));
  assert.match(sourceOf(page.page.importMaps[0][`${SITE}lib/a.mjs`]), /import "https:\/\/app.test\/lib\/b.mjs";\nexport const a = "ä\/%";\n\/\/# sourceURL=/);
  assert.deepEqual(page.page.modules, ranMapped);
  const [{ modules, via, fromCache, received, bytes }] = page.named("loaded");
  assert.deepEqual({ modules, via, fromCache }, { modules: 4, via: "websocket", fromCache: 0 });
  assert.ok(received > bytes && bytes === Object.values(files).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
  assert.equal(page.site.log.length, 1);
  assert.deepEqual(page.named("progress").at(-1).modules, 4);
});

test("the page knows the modules as if they had come in packs, and reports what runs", async () => {
  const page = open();
  await page.connect();
  await page.clock.advance(200);
  const [report] = page.site.reports;
  assert.deepEqual(Object.keys(report.modules).sort(), ["lib/a.mjs", "lib/b.mjs", "main.mjs"]);
  assert.equal(report.modules["lib/a.mjs"], page.site.hashOf(files["lib/a.mjs"].text));
  assert.equal(await page.pitlane.moduleLoader.prefetch(["lib/a.mjs"]), 4);
  assert.equal(page.site.log.length, 1, "all of it is in memory");
});

test("the next visit finds the parts and the modules in the cache", async () => {
  const indexedDB = fakeIndexedDB();
  const first = open({ indexedDB, parts: [["main.mjs", "lib/a.mjs"], ["late.mjs"]], large: ["lib/b.mjs"] });
  await first.connect();
  await first.clock.advance(1000);
  assert.equal(indexedDB.stores.get("parts").size, 3);
  const { modules } = client.decodePack([...indexedDB.stores.get("graphs").values()][0].pack);
  assert.deepEqual(Object.fromEntries(modules.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])),
    Object.fromEntries(Object.entries(files).map(([path, { text }]) => [path, text])));
  const second = open({ indexedDB });
  await second.connect();
  assert.equal(second.site.log.length, 1);
  assert.equal(second.site.log[0].linked, undefined, "what is known need not be sent");
  assert.deepEqual(second.mapped(), all);
  assert.deepEqual(second.page.importMaps.slice(0, 2), first.page.importMaps.slice(0, 2));
  assert.equal(second.named("loaded")[0].fromCache, 4);
});

test("large modules become blobs", async () => {
  const page = open({ parts: [["main.mjs", "lib/a.mjs", "late.mjs"]], large: ["lib/b.mjs"] });
  await page.connect();
  const [, { [`${SITE}lib/b.mjs`]: address }] = page.page.importMaps;
  assert.match(address, /^blob:/);
  assert.match(await page.page.blobs.get(address).text(), /^import "https:\/\/app.test\/main.mjs";\n/);
  assert.deepEqual(page.mapped(), all);
});

test("parts wait for the document", async () => {
  const page = open({ prepare: ({ document }) => (document.readyState = "loading") });
  await page.connect();
  assert.equal(page.page.importMaps.length, 0);
  page.document.readyState = "interactive";
  page.document.dispatchEvent(new Event("readystatechange"));
  await page.clock.advance(0);
  assert.deepEqual([page.mapped(), page.page.modules], [all, ranMapped]);
});

test("an import map that the server did not know of: the modules are taken out of the parts and linked here", async () => {
  const page = open({ prepare: ({ document }) => (document.readyState = "loading") });
  await page.connect();
  page.page.tags['script[type="importmap"]'] = [{ textContent: '{"imports":{"/late.mjs":"/lib/b.mjs"}}' }];
  page.document.readyState = "interactive";
  page.document.dispatchEvent(new Event("readystatechange"));
  await page.clock.advance(0);
  assert.equal(page.page.modules.length, 1);
  const main = sourceOf(page.page.importMaps[0][`${SITE}main.mjs`]);
  assert.match(main, /current\("https:\/\/app.test\/lib\/b.mjs"\)/, "the page's map leads elsewhere");
  assert.equal(page.site.log.length, 1, "nothing is sent twice");
});

test("a module that a script tag loads stays on HTTP, the others of its part are linked here", async () => {
  const page = open({ prepare: ({ page }) => (page.tags['script[type="module"][src]'] = [{ src: `${SITE}lib/b.mjs` }]) });
  await page.connect();
  assert.deepEqual(page.mapped(), all.filter((one) => one !== `${SITE}lib/b.mjs`));
  assert.deepEqual(page.page.modules, ranMapped);
});

test("lost halfway: what has been added counts as fetched, and the entry is still found in the map", async () => {
  const page = open({ stop: 1 });
  await page.connect();
  await page.clock.advance(100);
  assert.deepEqual(page.mapped(), [`${SITE}lib/a.mjs`, `${SITE}main.mjs`]);
  assert.deepEqual(page.page.modules, ranMapped, "by its own address it would exist twice");
  assert.equal(page.named("loaded")[0].via, "http");
  await page.clock.advance(1000);
  page.site.serve(page.WebSocket.last);
  page.WebSocket.last.accept();
  page.WebSocket.last.push({ type: "module:updated", path: "lib/a.mjs", hash: "other", kind: "changed" });
  await page.clock.advance(100);
  assert.equal(page.location.reloads, 1);
});

test("not asked for: another kind of URL, import maps, another browser, an entry with a fragment", async () => {
  for (const options of [
    { tag: { dataset: { entry: "main.mjs", urls: "blob" } } },
    { tag: { dataset: { entry: "main.mjs#a" } } },
    { prepare: ({ page }) => (page.tags['script[type="importmap"]'] = [{ textContent: "{}" }]) },
    { navigator: { userAgent: "Mozilla/5.0 Firefox/153.0" } },
    { navigator: { userAgent: "Mozilla/5.0 Chrome/132.0.0.0" } },
  ]) {
    const page = open(options);
    await page.connect();
    assert.equal(page.site.log[0]?.linked, undefined);
  }
});

test("a damaged part is no page with half a module", () => {
  const message = client.decodeText(linkedOf(1, ["lib/a.mjs"]));
  assert.equal(new TextDecoder().decode(client.unlinkedModules(message)[0].bytes), files["lib/a.mjs"].text);
  const detail = JSON.parse(message.detail);
  detail.changes[0][0][2] = "shorter";
  assert.throws(() => client.unlinkedModules({ ...message, detail: JSON.stringify(detail) }), /damaged text of lib\/a.mjs/);
});
