import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeSite, fakeWorld, run, settle } from "./harness.mjs";

const files = {
  "main.mjs": { text: 'import "./a.mjs";' },
  "a.mjs": { text: "1" },
  "b.mjs": { text: 'import "./a.mjs";' },
};
const url = (path) => `https://app.test/${path}`;

async function page({ entry, dataset, hot, ...options } = {}) {
  const fakes = fakeWorld({ tag: { dataset: { entry, ...dataset } }, ...options });
  const site = fakeSite(structuredClone(files), { hot });
  run(fakes.world);
  site.serve(fakes.WebSocket.last);
  fakes.WebSocket.last.accept();
  await fakes.clock.advance(0);
  const named = (name) => fakes.page.events.filter(([n]) => n === name).map(([, detail]) => detail);
  return { ...fakes, site, named, pitlane: fakes.window.pitlane, loader: fakes.window.pitlane.moduleLoader };
}
const asked = (site) => site.log.filter((m) => m.type === "module:graph").map((m) => m.entries);
const update = (path, hash = "new", more = {}) => ({ type: "module:updated", path, hash, kind: "changed", seq: 1, timestamp: 1, source: "system", ...more });

test("load maps a module and its imports, and gives its own URL", async () => {
  const { loader, page: p, site } = await page();
  assert.equal(await loader.load("b.mjs"), url("b.mjs"));
  assert.deepEqual(Object.keys(p.importMaps[0]).sort(), [url("a.mjs"), url("b.mjs")]);
  assert.equal(await loader.load("/b.mjs"), url("b.mjs"));
  assert.deepEqual(asked(site), [["b.mjs"]]);
});

test("what is loaded in one task is one graph, each module mapped once", async () => {
  const { loader, page: p, site } = await page();
  await Promise.all([loader.load("b.mjs"), loader.load("b.mjs"), loader.load("main.mjs"), loader.load("a.mjs")]);
  assert.deepEqual(asked(site), [["b.mjs", "main.mjs", "a.mjs"]]);
  assert.deepEqual(Object.keys(p.importMaps[0]).sort(), [url("a.mjs"), url("b.mjs"), url("main.mjs")]);
  assert.equal(p.importMaps.length, 1);
});

test("what is loaded while a graph is under way waits for it, and is one graph too", async () => {
  const { loader, WebSocket, site, clock } = await page();
  const socket = WebSocket.last;
  const questions = [];
  socket.onsent = (message) => questions.push(message);
  const loads = [loader.load("main.mjs")];
  await clock.advance(0);
  loads.push(loader.load("b.mjs"), loader.load("a.mjs"));
  await clock.advance(0);
  assert.deepEqual(questions.map((m) => m.entries), [["main.mjs"]]);
  site.serve(socket);
  site.answer(socket, questions[0]);
  await Promise.all(loads);
  // a.mjs came with main.mjs.
  assert.deepEqual(asked(site), [["main.mjs"], ["b.mjs"]]);
  assert.deepEqual(Object.keys(site.log[1].known).sort(), ["a.mjs", "main.mjs"]);
});

test("load without a connection gives the URL, for HTTP", async () => {
  const { loader, WebSocket, page: p } = await page();
  WebSocket.last.drop();
  assert.equal(await loader.load("b.mjs"), url("b.mjs"));
  assert.equal(p.importMaps.length, 0);
  loader.close();
  assert.equal(await loader.load("main.mjs"), url("main.mjs"));
});

test("prefetch fetches once, load then asks for nothing", async () => {
  const { loader, site } = await page();
  assert.equal(await loader.prefetch(["b.mjs"]), 2);
  const before = site.log.length;
  await loader.load("b.mjs");
  assert.equal(site.log.length, before);
});

test("a prefetched module that changes is fetched again", async () => {
  const { loader, site, WebSocket, location } = await page();
  await loader.prefetch(["a.mjs"]);
  WebSocket.last.push({ ...update("a.mjs"), hash: site.hashOf((site.files["a.mjs"].text = "2")) });
  assert.equal(location.reloads, 0);
  await loader.load("a.mjs");
  assert.deepEqual(asked(site), [["a.mjs"], ["a.mjs"]]);
});

test("checkHash says whether the hash still holds", async () => {
  const { loader, site } = await page();
  assert.equal(await loader.checkHash("a.mjs", site.hashOf("1")), true);
  assert.equal(await loader.checkHash("a.mjs", "other"), false);
  assert.equal(await loader.checkHash("gone.mjs", "x"), false);
  loader.close();
  await assert.rejects(loader.checkHash("a.mjs", "x"), /close/);
});

test("init tells whether there is a connection", async () => {
  const fakes = fakeWorld();
  run(fakes.world);
  const { moduleLoader } = fakes.window.pitlane;
  const first = moduleLoader.init();
  await fakes.clock.advance(500);
  assert.equal(await first, false);
  const second = moduleLoader.init();
  fakes.WebSocket.last.accept();
  assert.equal(await second, true);
  assert.equal(fakes.WebSocket.all.length, 1);
});

test("an update of a module in use reloads, once, when the server gives no hot updates", async () => {
  const { WebSocket, location, named } = await page({ entry: "main.mjs", hot: false });
  WebSocket.last.push(update("a.mjs"));
  WebSocket.last.push(update("main.mjs"));
  assert.equal(location.reloads, 1);
  assert.deepEqual(named("updated").map((d) => [d.path, d.used, d.action]), [["a.mjs", true, "reload"], ["main.mjs", true, "reload"]]);
});

test("an update of what the page does not use is told, not acted on", async () => {
  const { WebSocket, location, named } = await page({ entry: "main.mjs" });
  WebSocket.last.push(update("other.mjs"));
  assert.equal(location.reloads, 0);
  assert.equal(named("updated")[0].used, false);
});

test("the hash that the page runs is no update", async () => {
  const { WebSocket, site, named } = await page({ entry: "main.mjs" });
  WebSocket.last.push(update("a.mjs", site.hashOf("1")));
  assert.equal(named("updated").length, 0);
});

test("CSS, images and the document reload when the page has fetched them", async () => {
  for (const path of ["style.css", "my img.png", "index.html"]) {
    const { WebSocket, location, page: p } = await page({ entry: "main.mjs" });
    p.resources.push(url("style.css?v=2"), url("my%20img.png"));
    WebSocket.last.push(update(path));
    assert.equal(location.reloads, 1, path);
  }
});

test("onUpdate false, preventDefault and data-reload=false prevent the reload", async () => {
  const first = await page({ entry: "main.mjs" });
  const seen = [];
  first.pitlane.onUpdate = (detail) => (seen.push(detail), false);
  first.WebSocket.last.push(update("a.mjs"));
  assert.equal(first.location.reloads, 0);
  assert.deepEqual(seen, [{ path: "a.mjs", hash: "new", kind: "changed", source: "system", seq: 1, used: true }]);

  const second = await page({ entry: "main.mjs" });
  second.window.addEventListener("pitlane:update", (event) => event.preventDefault());
  second.WebSocket.last.push(update("a.mjs"));
  assert.equal(second.location.reloads, 0);

  const third = await page({ entry: "main.mjs", dataset: { reload: "false" } });
  third.WebSocket.last.push(update("a.mjs"));
  third.WebSocket.last.push({ type: "reload", path: null, reason: "asked" });
  assert.equal(third.location.reloads, 0);
});

test("an onUpdate that throws does not keep the page from reloading", async () => {
  const { WebSocket, location, pitlane, page: p } = await page({ entry: "main.mjs", hot: false });
  pitlane.onUpdate = () => { throw new Error("mine"); };
  WebSocket.last.push(update("a.mjs"));
  assert.equal(location.reloads, 1);
  assert.ok(p.lines.includes("reported: mine"));
});

test("the server decides what becomes of a module that runs; a reload comes once, with its reason", async () => {
  const { WebSocket, location, named, clock, page: p } = await page({ entry: "main.mjs" });
  WebSocket.last.push(update("a.mjs"));
  assert.deepEqual([location.reloads, named("updated")], [0, []]);
  WebSocket.last.push({ type: "reload", path: "a.mjs", reason: "no module accepts updates of a.mjs", seq: 1 });
  await clock.advance(0);
  assert.equal(location.reloads, 1);
  assert.deepEqual(named("updated").map((d) => [d.path, d.hash, d.action]), [["a.mjs", "new", "reload"]]);
  assert.ok(p.lines.includes("[pitlane] Reloading: no module accepts updates of a.mjs."));
  WebSocket.last.push({ type: "reload", path: null });
  await clock.advance(0);
  assert.equal(location.reloads, 1);
});

test("a reload that the page has prevented does not come", async () => {
  const { WebSocket, location, named, clock, pitlane } = await page({ entry: "main.mjs" });
  pitlane.onUpdate = () => false;
  WebSocket.last.push(update("a.mjs"));
  WebSocket.last.push({ type: "reload", path: "a.mjs", reason: "asked", seq: 1 });
  await clock.advance(0);
  assert.deepEqual([location.reloads, named("updated")[0].action], [0, "none"]);
});

test("a server without hot updates: after a reconnect each held module is checked, what changed meanwhile reloads", async () => {
  const { WebSocket, clock, site, location, named } = await page({ entry: "main.mjs", hot: false });
  for (const change of [false, true]) {
    if (change) site.files["a.mjs"].text = "2";
    WebSocket.last.drop();
    await clock.advance(300);
    site.log.length = 0;
    site.serve(WebSocket.last);
    WebSocket.last.accept();
    await clock.advance(0);
    assert.deepEqual(site.log.map((m) => [m.type, m.path]).sort(), [["module:check", "a.mjs"], ["module:check", "main.mjs"], ["resume", undefined]]);
    assert.equal(location.reloads, change ? 1 : 0);
  }
  assert.deepEqual(named("connected").map((d) => d.again), [false, true, true]);
});

test("resync: what runs is reported again as a whole; without hot updates each module is checked", async () => {
  for (const hot of [true, false]) {
    const { WebSocket, site, clock } = await page({ entry: "main.mjs", hot });
    site.log.length = 0;
    WebSocket.last.push({ type: "resync", seq: 9 });
    await clock.advance(0);
    assert.deepEqual(site.log.map(({ type }) => type), hot ? [] : ["module:check", "module:check"]);
    assert.deepEqual(site.reports.map(({ reset, modules }) => [reset, Object.keys(modules).length]), Array(hot ? 2 : 1).fill([true, 2]));
  }
});

test("on and off, with the detail as argument", async () => {
  const { loader, WebSocket } = await page({ entry: "main.mjs" });
  const seen = [];
  const listener = (detail) => seen.push(detail.path);
  assert.equal(loader.on("updated", listener), loader);
  WebSocket.last.push(update("x.mjs"));
  loader.off("updated", listener);
  WebSocket.last.push(update("y.mjs"));
  assert.deepEqual(seen, ["x.mjs"]);
});

test("ready events are held until the entry has run, and come once", async () => {
  const { world, window, document } = fakeWorld();
  document.readyState = "loading";
  const { holdReadyEvents } = run(world, { start: false });
  const release = holdReadyEvents();
  await settle();
  release();
  const seen = [];
  window.addEventListener("load", () => seen.push("load"));
  window.dispatchEvent(new Event("load"));
  assert.deepEqual(seen, ["load"]);
});
