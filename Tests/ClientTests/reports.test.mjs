// What the page reports as a whole, so that the server decides by just what runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeSite, fakeWorld, run, settle } from "./harness.mjs";
import { changed, hotPage, through, url } from "./hot-page.mjs";

const files = {
  "main.mjs": { text: 'import "./a.mjs";\nimport("./late.mjs");\nimport(window.name);' },
  "a.mjs": { text: "export {};" },
  "late.mjs": { text: "1" },
  "computed.mjs": { text: 'import "./a.mjs";' },
};

/** A page whose entry has run, and the site behind it. */
async function open() {
  const fakes = fakeWorld({ tag: { dataset: { entry: "main.mjs" } } });
  const site = fakeSite(files);
  run(fakes.world);
  await settle();
  site.serve(fakes.WebSocket.last);
  fakes.WebSocket.last.accept({ type: "hello", protocol: 1, instance: "i1", session: "s1", seq: 4, heartbeat: 15_000 });
  await fakes.clock.advance(150);
  const errors = () => fakes.page.events.filter(([name]) => name === "error").map(([, { path }]) => path);
  const push = async (message) => {
    fakes.WebSocket.last.push(message);
    await settle();
  };
  return { ...fakes, site, errors, push, runtime: fakes.window.__pitlane__ };
}

test("a dead end of which the server is not sure: everything is reported, and only the word after that reloads", async () => {
  const page = await open();
  assert.equal(page.site.reports.length, 1);
  await page.push({ type: "reload", path: "a.mjs", reason: "no module accepts updates of a.mjs", unconfirmed: true, seq: 5 });
  assert.deepEqual([page.location.reloads, page.site.reports.length, page.site.reports[1].reset], [0, 2, true]);
  await page.push({ type: "reload", path: "a.mjs", reason: "no module accepts updates of a.mjs", seq: 5 });
  assert.equal(page.location.reloads, 1);
});

test("the texts of what runs are given to a server that asks, in parts if they are long", async () => {
  const page = await open();
  await page.push({ type: "hot:versions", modules: ["a.mjs", "late.mjs", "other.mjs"] });
  const given = () => page.WebSocket.last.sent.filter(({ type }) => type === "hot:versions").map(({ texts, more }) => [texts, more]);
  assert.deepEqual(given(), [[{ "a.mjs": files["a.mjs"].text }, false]], "late.mjs has not run");
  const { client } = hotPage({ "main.mjs": "1" });
  const sent = [];
  const sizes = { a: 0.2, b: 0.2, c: 0.3, large: 1, d: 0 };
  const module = (path) => ({ path, bytes: new TextEncoder().encode("x".repeat(sizes[path] * client.LIMITS.message)) });
  const running = { at: (path) => [{ path, module: module(path), running: true, kind: "js" }] };
  new client.RunningReport({ send: (message) => sent.push(message) }, running, {}).explain(Object.keys(sizes));
  assert.deepEqual(sent.map(({ texts, more }) => [Object.keys(texts), more]), [[["a"], true], [["b"], true], [["c", "d"], false]]);
  for (const message of sent) assert.ok(JSON.stringify(message).length < client.LIMITS.message);
});

test("what is imported by a computed specifier is an entry; what by a literal one is not", async () => {
  const page = await open();
  page.runtime.current(url("late.mjs"));
  await page.clock.advance(150);
  assert.deepEqual(page.site.reports.at(-1).entries, undefined, "as before");
  void page.window.pitlane.moduleLoader.load("computed.mjs");
  await settle();
  await page.clock.advance(150);
  assert.deepEqual([page.site.reports.at(-1).entries, page.location.reloads], [["computed.mjs"], 0]);
});

test("a module that is there again before the page has told of its loss", async () => {
  const page = await open();
  const gone = { type: "hot:error", path: "a.mjs", code: "not_found", message: "a.mjs is gone.", importers: ["main.mjs"], seq: 5 };
  page.WebSocket.last.push(gone);
  await page.push({ type: "hot:update", updates: [], modules: [], prune: [], cleared: ["a.mjs"], seq: 6 });
  assert.deepEqual(page.errors(), []);
  await page.push(gone);
  assert.deepEqual(page.errors(), ["a.mjs"]);
  await page.push({ ...gone, path: "late.mjs" });
  assert.deepEqual(page.errors(), ["a.mjs"], "nobody misses what does not run");
});

const CHAIN = { "main.mjs": 'import "./left.mjs";\nimport "./right.mjs";', "left.mjs": 'import "./leaf.mjs";', "right.mjs": 'import "./leaf.mjs";', "leaf.mjs": "1" };

test("one part of an update fails, and the other has run what both import: that counts, and the first one follows", async () => {
  const page = hotPage(CHAIN);
  for (const path of ["left.mjs", "right.mjs"]) page.start(path).accept();
  page.load.load = async (address) => { if (address.includes("right")) throw new Error("boom"); return {}; };
  const updates = ["left.mjs", "right.mjs"].map((path) => through(path, ["leaf.mjs", path]));
  await page.receive({ updates, modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(["left.mjs", "right.mjs", "leaf.mjs"].map((path) => page.running.node(url(path)).address), [url("left.mjs?pitlane=1"), url("right.mjs"), url("leaf.mjs?pitlane=1")]);
  page.load.load = async () => ({});
  await page.receive({ updates: [through("right.mjs", ["right.mjs"])], modules: [changed("right.mjs", 'import "./leaf.mjs"; 2')] });
  assert.match(page.source("right.mjs?pitlane=2"), /leaf\.mjs\?pitlane=1/);
  assert.equal(page.running.node(url("leaf.mjs")).address, url("leaf.mjs?pitlane=1"), "one instance for both");
});

test("who imports a module that takes itself is not instantiated anew for it, though another update reaches it", async () => {
  const page = hotPage(CHAIN);
  for (const path of ["leaf.mjs", "left.mjs", "main.mjs"]) page.start(path).accept();
  const updates = [through("leaf.mjs", ["leaf.mjs"]), through("main.mjs", ["main.mjs"])];
  await page.receive({ updates, modules: [changed("leaf.mjs", "2"), changed("main.mjs", `${CHAIN["main.mjs"]} 2`)] });
  assert.deepEqual(["main.mjs", "leaf.mjs", "left.mjs"].map((path) => page.running.node(url(path)).address), [url("main.mjs?pitlane=1"), url("leaf.mjs?pitlane=1"), url("left.mjs")]);
});

test("what one boundary's newest texts need no more, another's do: it runs for that one", async () => {
  const files = { "main.mjs": 'import "./root.mjs"; import "./part.mjs";', "root.mjs": "1", "part.mjs": 'import "./mid.mjs";', "mid.mjs": 'import "./leaf.mjs";', "leaf.mjs": "1" };
  const page = hotPage(files);
  page.start("part.mjs").accept();
  page.start("main.mjs").accept("./root.mjs", () => {});
  const updates = [through("part.mjs", ["leaf.mjs", "mid.mjs", "part.mjs"]), through("main.mjs", ["root.mjs"])];
  await page.receive({ updates, modules: [changed("leaf.mjs", "2"), changed("mid.mjs", "2"), changed("root.mjs", 'import "./leaf.mjs";')] });
  assert.equal(page.running.all().runs.get("leaf.mjs"), "2");
  assert.match(page.source("root.mjs?pitlane=1"), /leaf\.mjs\?pitlane=1/);
});

test("what the newest texts need no more is not waited for", async () => {
  const page = hotPage({ ...CHAIN, "main.mjs": 'import "./left.mjs";' });
  page.start("main.mjs").accept();
  // The leaf's text imports what is not there; nobody imports the leaf any more.
  const updates = [through("main.mjs", ["leaf.mjs", "left.mjs", "main.mjs"])];
  const log = await page.receive({ updates, modules: [changed("leaf.mjs", 'import "./nowhere.mjs";'), changed("main.mjs", "2")], prune: ["left.mjs", "leaf.mjs"] });
  assert.deepEqual(log.filter(([what]) => what === "problem"), []);
  assert.deepEqual([...page.running.all().runs.keys()], ["main.mjs"]);
});

test("what failed and is pruned then is failed no more: who was left behind by it is brought up to date", async () => {
  const page = hotPage({ ...CHAIN, "main.mjs": `${CHAIN["main.mjs"]}\nimport "./failing.mjs";`, "failing.mjs": "1" });
  const { running, told } = page;
  running.report();
  running.confirm(["main.mjs", "left.mjs", "right.mjs", "leaf.mjs", "failing.mjs"]);
  for (const path of ["main.mjs", "left.mjs", "failing.mjs"]) page.start(path).accept();
  page.load.load = async (address) => { if (address.includes("failing")) throw new Error("boom"); return {}; };
  await page.receive({ updates: [through("failing.mjs", ["failing.mjs"])], modules: [changed("failing.mjs", "2")] });
  told.length = 0;
  await page.receive({ updates: [through("left.mjs", ["leaf.mjs", "left.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(told, [], "it waits for what failed");
  await page.receive({ updates: [through("main.mjs", ["main.mjs"])], modules: [changed("main.mjs", CHAIN["main.mjs"])], prune: ["failing.mjs"] });
  assert.match(page.source("right.mjs?pitlane=3"), /leaf\.mjs\?pitlane=2/);
  await page.receive({ updates: [through("left.mjs", ["leaf.mjs", "left.mjs"])], modules: [changed("leaf.mjs", "3")] });
  assert.deepEqual(told, [{ "right.mjs": "0000000000000000" }]);
});

test("prune: what is kept is not known to the server again until it has answered", async () => {
  const page = hotPage({ ...CHAIN, "failing.mjs": "1", "main.mjs": `${CHAIN["main.mjs"]}\nimport "./failing.mjs";` });
  const { running, told } = page;
  running.report();
  running.confirm(["main.mjs", "left.mjs", "right.mjs", "leaf.mjs", "failing.mjs"]);
  for (const path of ["left.mjs", "failing.mjs"]) page.start(path).accept();
  page.load.load = async (address) => { if (address.includes("failing")) throw new Error("boom"); return {}; };
  await page.receive({ updates: [through("failing.mjs", ["failing.mjs"])], modules: [changed("failing.mjs", "2")] });
  told.length = 0;
  // The server takes right.mjs for pruned, so it names nobody above it.
  await page.receive({ updates: [through("left.mjs", ["leaf.mjs", "left.mjs"])], modules: [changed("leaf.mjs", "2")], prune: ["right.mjs"] });
  assert.deepEqual(told, [{ "right.mjs": CHAIN["right.mjs"] }, { "right.mjs": "0000000000000000" }]);
});
