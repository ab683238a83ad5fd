import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeIndexedDB } from "./fake-indexeddb.mjs";
import { fakeSite, fakeWorld, packOf, run, settle, sourceOf } from "./harness.mjs";
import { open as openPage } from "./start-page.mjs";

const { LIMITS } = run(fakeWorld().world, { start: false });
const url = (path) => `https://app.test/${path}`;
const files = () => ({
  "main.mjs": { text: 'import "./a.mjs";\nimport("./gone.mjs");' },
  "a.mjs": { text: "export {};" },
  "late.mjs": { text: 'import "./a.mjs"; import "./later.mjs";' },
  "later.mjs": { text: "1" },
});

/** A page, and what it asks for. */
function open({ site = fakeSite(files()), ...options } = {}) {
  const page = openPage({ ...options, site });
  return {
    ...page, loader: page.pitlane.moduleLoader,
    asked: () => site.log.filter(({ type }) => type === "module:graph").map(({ entries }) => entries),
  };
}

/** A page that has been visited, so that its record is written. */
async function visited(indexedDB, options) {
  const page = open({ indexedDB, ...options });
  await page.connect();
  await page.clock.advance(1000);
  page.loader.close();
  return page;
}

async function parsed({ document, clock }) {
  document.readyState = "interactive";
  document.dispatchEvent(new Event("readystatechange"));
  await clock.advance(0);
}

test("what only the page's own import maps lead to is asked for when the document is parsed", async () => {
  const site = fakeSite({ ...files(), "main.mjs": { text: 'import "late"; import "./a.mjs"' } });
  const page = open({ site, prepare: ({ document }) => (document.readyState = "loading") });
  await page.connect();
  assert.deepEqual(page.asked(), [["main.mjs"]]);
  const text = '{"imports":{"late":"/late.mjs"}}';
  page.page.tags['script[type="importmap"]'] = [{ textContent: text }];
  await page.clock.advance(30_000);
  await parsed(page);
  const [first, second] = site.log.filter(({ type }) => type === "module:graph");
  assert.equal(first.page, "/");
  assert.deepEqual([second.entries, second.importMaps, second.page, Object.keys(second.known)], [["late.mjs"], [text], "/", ["main.mjs", "a.mjs"]]);
  assert.ok(page.mapped().includes(url("later.mjs")));
  assert.equal(page.named("loaded")[0].via, "websocket");
  // What was linked before the map was known is linked anew.
  assert.match(sourceOf(page.page.importMaps[0][url("main.mjs")]), /import "https:\/\/app\.test\/late\.mjs"/);
});

test("modules are linked while the rest is on its way, once", async () => {
  const page = open({ prepare: ({ document }) => (document.readyState = "loading"), dataset: { entry: "main.mjs", urls: "blob" } });
  await settle();
  const socket = page.WebSocket.last;
  let frames = [];
  socket.onsent = (message) => queueMicrotask(() => {
    frames = page.site.graph(message);
    socket.push(frames.shift());
  });
  socket.accept();
  await page.clock.advance(0);
  assert.equal(page.page.blobs.size, 2);
  assert.equal(page.page.importMaps.length, 0);
  for (const frame of frames) socket.push(frame);
  await parsed(page);
  assert.equal(page.page.importMaps.length, 1);
  const linked = Object.values(page.page.importMaps[0].imports ?? page.page.importMaps[0]);
  assert.deepEqual(linked, [...page.page.blobs.keys()].slice(0, 2));
});

test("a follow-up that gets no answer: native, after two seconds of silence", async () => {
  const site = fakeSite({ ...files(), "main.mjs": { text: 'import "late";' } });
  const page = open({ site, prepare: ({ document }) => (document.readyState = "loading") });
  await page.connect();
  page.WebSocket.last.onsent = () => {};
  page.page.tags['script[type="importmap"]'] = [{ textContent: '{"imports":{"late":"/late.mjs"}}' }];
  await parsed(page);
  await page.clock.advance(LIMITS.stall - 10);
  assert.equal(page.page.modules.length, 0);
  await page.clock.advance(20);
  assert.deepEqual(page.page.modules, [url("main.mjs")]);
  assert.equal(page.page.importMaps.length, 0);
});

test("a connection lost after the graph is complete changes nothing", async () => {
  const page = open({ prepare: ({ document }) => (document.readyState = "loading") });
  await page.connect();
  page.WebSocket.last.drop();
  await parsed(page);
  assert.deepEqual(page.mapped(), [url("a.mjs"), url("main.mjs")]);
  assert.equal(page.named("loaded")[0].via, "websocket");
});

test("what the server neither sends nor misses is asked for once more, then left to the browser", async () => {
  const site = fakeSite(files());
  const page = open({ site });
  await settle();
  const socket = page.WebSocket.last;
  const questions = [];
  socket.onsent = (message) => message.type === "module:graph" && !message.digest && queueMicrotask(() => {
    questions.push(message.entries);
    if (questions.length === 1) socket.push(packOf(message.id, [{ path: "main.mjs", hash: "h", ...site.files["main.mjs"] }]));
    socket.push({ type: "module:graph", id: message.id, entries: message.entries, cached: [], missing: [] });
  });
  socket.accept();
  await page.clock.advance(0);
  assert.deepEqual(questions, [["main.mjs"], ["a.mjs", "gone.mjs"]]);
  assert.deepEqual(page.mapped(), [url("main.mjs")]);
});

test("more entries than one message takes are asked for in turn", async () => {
  const names = Array.from({ length: LIMITS.graphEntries + 1 }, (_, i) => `m${i}.mjs`);
  const site = fakeSite(Object.fromEntries(names.map((name) => [name, { text: "" }])));
  const page = open({ site, dataset: { entry: names.join(" ") } });
  await page.connect();
  assert.deepEqual(page.asked().map((entries) => entries.length), [LIMITS.graphEntries, 1]);
  assert.equal(page.mapped().length, names.length);
});

test("the message stays below the server's limit: what does not fit is not named", async () => {
  const names = Array.from({ length: 9000 }, (_, i) => `${"Ü".repeat(30)}"/${"lib/".repeat(10)}m${i}.mjs`);
  const imports = names.map((name) => ({ kind: "static", start: 0, end: 0, specifier: `./${name}` }));
  const site = fakeSite({ "main.mjs": { text: "", imports }, ...Object.fromEntries(names.map((name) => [name, { text: "" }])) });
  const indexedDB = fakeIndexedDB();
  await visited(indexedDB, { site });
  site.log.length = 0;
  const warm = open({ indexedDB, site });
  await warm.connect();
  const [message] = site.log;
  const size = new TextEncoder().encode(JSON.stringify(message)).length;
  assert.ok(size < 1 << 20, `${size} bytes`);
  assert.ok(Object.keys(message.known).length > 1000);
  assert.equal(warm.mapped().length, names.length + 1);
});

test("a database that hangs is waited for until the server has been there for 250 ms", async () => {
  const page = open({ indexedDB: fakeIndexedDB({ fault: "hangs" }), dataset: { entry: "main.mjs", timeout: "5000" } });
  await page.clock.advance(2000);
  await page.connect();
  await page.clock.advance(LIMITS.cacheWait - 1);
  assert.deepEqual(page.asked(), []);
  await page.clock.advance(1);
  assert.deepEqual(page.asked(), [["main.mjs"]]);
  assert.equal(page.named("loaded")[0].via, "websocket");
});

test("a database that is slower than the connection is waited for", async () => {
  const indexedDB = fakeIndexedDB();
  await visited(indexedDB);
  let openLate = () => {};
  const slow = { open: (...args) => {
    const opening = {};
    openLate = () => (indexedDB.open(...args).onsuccess = (event) => ((opening.result = indexedDB.database), opening.onsuccess(event)));
    return opening;
  } };
  const page = open({ indexedDB: slow });
  page.clock.setTimeout(() => openLate(), 200);
  await page.connect();
  assert.deepEqual(page.asked(), []);
  await page.clock.advance(201);
  assert.equal(page.named("loaded")[0].received, 0);
});

test("a record whose modules cannot be read: confirmed ones are asked for again, and sent", async () => {
  const indexedDB = fakeIndexedDB();
  await visited(indexedDB);
  indexedDB.stores.get("graphs").get(url("main.mjs")).pack = new ArrayBuffer(3);
  const page = open({ indexedDB });
  await page.connect();
  assert.deepEqual(page.asked(), [["main.mjs"], ["main.mjs"]]);
  assert.deepEqual(page.site.log.map(({ known }) => Object.keys(known)), [["main.mjs", "a.mjs"], []]);
  assert.deepEqual(page.mapped(), [url("a.mjs"), url("main.mjs")]);
});

test("what the server confirms and the cache no longer has is asked for once, without naming it", async () => {
  const { world } = fakeWorld();
  const { GraphFetcher } = run(world, { start: false });
  const record = { open: async () => {}, kept: null, hashes: new Map([["a.mjs", "old"]]), read: async () => new Map(), missing: new Set(), add() {} };
  const known = [];
  const connection = {
    cancel() {},
    request(message, done) {
      known.push(message.known);
      const cached = Object.keys(message.known);
      const module = { path: "a.mjs", hash: "old", length: 0, contentType: "text/javascript", imports: [], bytes: new Uint8Array() };
      if (!cached.length) done(null, { type: "pack", modules: [module] });
      done(null, { type: "module:graph", cached, missing: [] });
    },
  };
  const fetcher = new GraphFetcher(connection, record, { timeout: 500, offline: false });
  const walk = await fetcher.fetch([url("a.mjs")], 0, true);
  assert.equal(walk.count, 1);
  assert.deepEqual(known, [{ "a.mjs": "old" }, {}]);
});

test("a module that changes while the rest is on its way counts as changed", async () => {
  const page = open({ hot: false });
  await settle();
  const socket = page.WebSocket.last;
  let frames = [];
  socket.onsent = (message) => message.type === "module:graph" && queueMicrotask(() => {
    frames = page.site.graph(message);
    socket.push(frames.shift());
  });
  socket.accept();
  await page.clock.advance(0);
  socket.push({ type: "module:updated", path: "a.mjs", hash: "new", kind: "changed" });
  for (const frame of frames) socket.push(frame);
  await page.clock.advance(0);
  // Until then the server may have been about to say what to do.
  const report = socket.sent.find(({ type }) => type === "hot:running");
  assert.equal(report.modules["a.mjs"], page.site.hashOf("export {};"), "what runs is what came");
  assert.equal(page.location.reloads, 0);
  socket.push({ type: "error", id: report.id, code: "unknown_type", message: "No such type." });
  assert.equal(page.location.reloads, 1);
  assert.equal(page.named("updated")[0].used, true);
});

test("what came but was not run does not count as used", async () => {
  const page = open({ prepare: ({ page }) => (page.inline = true) });
  await settle();
  const socket = page.WebSocket.last;
  socket.onsent = ({ type, id, entries }) => queueMicrotask(() => {
    if (type !== "module:graph") return socket.push({ type: "error", id, code: "unknown_type", message: "No such type." });
    socket.push(packOf(id, ["main.mjs", "extra.mjs"].map((path) => ({ path, hash: "h", text: "1" }))));
    socket.push({ type: "module:graph", id, entries, cached: [], missing: [] });
  });
  socket.accept();
  await page.clock.advance(0);
  socket.push({ type: "module:updated", path: "extra.mjs", hash: "new", kind: "changed" });
  assert.equal(page.location.reloads, 0);
  socket.push({ type: "module:updated", path: "main.mjs", hash: "new", kind: "changed" });
  assert.equal(page.location.reloads, 1);
});

test("lazily loaded parts join the page's one record and are known at the next visit", async () => {
  const indexedDB = fakeIndexedDB();
  const cold = open({ indexedDB });
  await cold.connect();
  await cold.loader.load("late.mjs");
  await cold.clock.advance(1000);
  assert.deepEqual([...indexedDB.stores.get("graphs").keys()], [url("main.mjs")]);
  const warm = open({ indexedDB });
  await warm.connect();
  await warm.loader.load("late.mjs");
  assert.deepEqual(warm.asked(), [["main.mjs"], ["late.mjs"]]);
  assert.ok(warm.site.log.every(({ known }) => known["late.mjs"] && known["later.mjs"]));
  assert.ok(warm.mapped().includes(url("later.mjs")));
  const sent = warm.WebSocket.last.sent.filter(({ type, digest }) => type !== "hot:running" && !digest).length;
  assert.equal(warm.named("loaded")[0].received, 0);
  assert.equal(sent, 2);
});

test("data-prefetch: fetched when the page is idle, used by a later load", async () => {
  const page = open({ dataset: { entry: "main.mjs", prefetch: "late.mjs ./later.mjs" }, prepare: ({ document }) => (document.readyState = "interactive") });
  await page.connect();
  await page.clock.advance(1000);
  assert.deepEqual(page.asked(), [["main.mjs"]]);
  page.window.dispatchEvent(new Event("load"));
  await page.clock.advance(1000);
  assert.deepEqual(page.asked(), [["main.mjs"], ["late.mjs", "later.mjs"]]);
  assert.ok(!page.mapped().includes(url("late.mjs")));
  await page.loader.load("late.mjs");
  assert.equal(page.asked().length, 2);
  assert.ok(page.mapped().includes(url("later.mjs")));
});

const offline = { entry: "main.mjs", offline: "true" };

for (const [how, lose] of [["refused", (page) => page.WebSocket.last.drop()], ["silent", (page) => page.clock.advance(501)]]) {
  test(`data-offline, ${how} connection: the page starts from the record, with one line`, async () => {
    const indexedDB = fakeIndexedDB();
    await visited(indexedDB);
    const page = open({ indexedDB, dataset: offline });
    await settle();
    await lose(page);
    await page.clock.advance(0);
    assert.deepEqual(page.page.modules, [`import "${url("main.mjs")}";`]);
    assert.deepEqual(page.mapped(), [url("a.mjs"), url("main.mjs")]);
    assert.equal(page.page.lines.length, 1);
    assert.match(page.page.lines[0], /cannot be reached.*cache/);
    assert.equal(page.named("loaded")[0].fromCache, 2);
  });
}

test("data-offline: when the server is back, it is told what runs", async () => {
  const indexedDB = fakeIndexedDB();
  await visited(indexedDB);
  const page = open({ indexedDB, dataset: offline });
  await settle();
  page.WebSocket.last.drop();
  await page.clock.advance(300);
  page.site.files["a.mjs"].text = "changed";
  await page.connect();
  await page.clock.advance(200);
  const reported = page.site.reports.at(-1);
  assert.deepEqual([reported.reset, Object.keys(reported.modules)], [true, ["main.mjs", "a.mjs"]]);
  assert.notEqual(reported.modules["a.mjs"], page.site.hashOf("changed"));
});

test("data-offline: a server that is connected but slow is asked to confirm what runs", async () => {
  const indexedDB = fakeIndexedDB();
  await visited(indexedDB);
  const page = open({ indexedDB, dataset: offline });
  await settle();
  const socket = page.WebSocket.last;
  socket.accept();
  await page.clock.advance(501);
  assert.equal(page.named("loaded")[0].fromCache, 2);
  assert.deepEqual(socket.sent.map(({ type }) => type), ["module:graph", "module:graph", "hot:running"]);
  assert.deepEqual(Object.keys(socket.sent[2].modules), ["main.mjs", "a.mjs"]);
});

test("data-offline: the whole graph or nothing", async () => {
  const indexedDB = fakeIndexedDB();
  // Of the record, only a.mjs is what this page needs.
  await visited(indexedDB, { dataset: { entry: "a.mjs" } });
  const page = open({ indexedDB, dataset: offline });
  await settle();
  page.WebSocket.last.drop();
  await page.clock.advance(0);
  assert.deepEqual(page.page.modules, [url("main.mjs")]);
  assert.equal(page.page.importMaps.length, 0);
  assert.match(page.page.lines[0], /over HTTP/);
});

test("without data-offline, or when the server did answer, the record alone starts nothing", async () => {
  const indexedDB = fakeIndexedDB();
  await visited(indexedDB);
  const plain = open({ indexedDB });
  await settle();
  plain.WebSocket.last.drop();
  await plain.clock.advance(0);
  assert.deepEqual(plain.page.modules, [url("main.mjs")]);
  const answered = open({ indexedDB, dataset: offline });
  await settle();
  const socket = answered.WebSocket.last;
  socket.onsent = ({ id }) => queueMicrotask(() => socket.push({ type: "error", id, code: "unknown_type", message: "No such type." }));
  socket.accept();
  await answered.clock.advance(0);
  assert.deepEqual(answered.page.modules, [url("main.mjs")]);
});

test("data-offline: computed imports come from the record too", async () => {
  const indexedDB = fakeIndexedDB();
  const cold = open({ indexedDB });
  await cold.connect();
  await cold.loader.load("late.mjs");
  await cold.clock.advance(1000);
  const page = open({ indexedDB, dataset: offline });
  await settle();
  page.WebSocket.last.drop();
  await page.clock.advance(0);
  await page.loader.load("late.mjs");
  assert.ok(page.mapped().includes(url("later.mjs")));
});
