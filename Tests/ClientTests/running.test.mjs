import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeIndexedDB } from "./fake-indexeddb.mjs";
import { fakeSite, fakeWorld, run, settle, sourceOf } from "./harness.mjs";
import { changed, hotPage, moduleOf, through, url } from "./hot-page.mjs";

const files = () => ({
  "main.mjs": { text: 'import "./a.mjs";\nimport d from "./data.json" with { type: "json" };\nimport("./late.mjs");' },
  "a.mjs": { text: "export {};" },
  "late.mjs": { text: 'import "./a.mjs";\nimport "./later.mjs";' },
  "later.mjs": { text: "1" },
  "data.json": { text: "{}", type: "application/json" },
});

/** A page whose entry has run, and the site behind it. */
async function open({ dataset = { entry: "main.mjs" }, prepare, ...options } = {}) {
  const fakes = fakeWorld({ tag: { dataset }, ...options });
  const site = fakeSite(files());
  prepare?.(fakes);
  run(fakes.world);
  const connect = async (hello) => {
    await settle();
    site.serve(fakes.WebSocket.last);
    fakes.WebSocket.last.accept({ type: "hello", protocol: 1, instance: "i1", session: "s1", seq: 4, heartbeat: 15_000, ...hello });
    await fakes.clock.advance(150);
  };
  await connect();
  const named = (name) => fakes.page.events.filter(([n]) => n === name).map(([, detail]) => detail);
  return { ...fakes, site, connect, named, runtime: fakes.window.__pitlane__, socket: () => fakes.WebSocket.last };
}
const paths = ({ modules }) => Object.keys(modules).sort();
const updated = (path, hash, seq, more) => ({ type: "module:updated", path, hash, kind: "changed", seq, ...more });

test("reported is what the entries import statically, by hash, once it has run", async () => {
  const { site } = await open();
  const [{ id, modules, ...report }] = site.reports;
  assert.deepEqual(Object.entries(modules).sort(), ["a.mjs", "data.json", "main.mjs"].map((path) => [path, site.hashOf(files()[path].text)]));
  assert.deepEqual(report, {
    type: "hot:running", more: false, reset: true, deltas: true, importMaps: [], page: "/", entries: ["main.mjs"], complete: true, versions: true, files: { "index.html": null },
  });
});

test("a part is reported when it is asked for: once, with what it needs in addition", async () => {
  const { site, runtime, clock } = await open();
  assert.equal(runtime.current(url("late.mjs")), url("late.mjs"));
  runtime.current(url("late.mjs"));
  assert.equal(runtime.current("https://cdn.test/x.js"), "https://cdn.test/x.js");
  await clock.advance(150);
  assert.deepEqual(site.reports.slice(1).map((report) => [report.reset, paths(report)]), [[undefined, ["late.mjs", "later.mjs"]]]);
});

test("what is asked for before it is known is reported when it is", async () => {
  const { client, told, clock, running } = hotPage({ "main.mjs": "1" });
  await clock.advance(0);
  told.length = 0;
  running.evaluate([url("late.mjs"), "https://cdn.test/x.js"]);
  await clock.advance(0);
  assert.deepEqual(told, []);
  const walk = new client.GraphWalk([url("late.mjs")], () => ({ path: "late.mjs", hash: "h", contentType: "text/javascript", bytes: new Uint8Array(), imports: [] }));
  walk.start(null);
  running.add(walk, () => true);
  await clock.advance(0);
  assert.deepEqual(told, [{ "late.mjs": "h" }]);
});

test("a large report comes in parts, which belong together", async () => {
  const page = hotPage({ "main.mjs": "1" });
  const { RunningReport, LIMITS } = page.client;
  const sent = [];
  const all = new Map(Array.from({ length: 30_000 }, (_, i) => [`folder/with/a/name/module-${i}.mjs`, "0123456789abcdef"]));
  const connection = { ready: true, send: (message) => sent.push(message), request: (message) => sent.push(message) };
  const report = new RunningReport(connection, { all: () => ({ runs: all, failed: {} }), roots: { entries: [], complete: true }, at: () => [] }, { shown: () => [], fetched: () => [] });
  report.all();
  assert.ok(sent.length > 2);
  assert.deepEqual(sent.map(({ reset, more }) => [reset ?? false, more]), sent.map((_, i) => [i === 0, i < sent.length - 1]));
  assert.deepEqual(Object.assign({}, ...sent.map(({ modules }) => modules)), Object.fromEntries(all));
  for (const message of sent) assert.ok(JSON.stringify(message).length < LIMITS.message);
});

test("files: only what is fetched as files are; told when the answer is another hash than the last", async () => {
  const page = await open({ prepare: ({ page }) => page.resources.push(...["style.css", "api/users", "plain.mjs?x", "@pitlane/client.js", "a.mjs"].map(url)) });
  assert.deepEqual(page.site.reports[0].files, { "index.html": null, "style.css": null, "plain.mjs": null, "a.mjs": null });
  const [{ RunningReport }, seen, answers] = [hotPage({ "main.mjs": "1" }).client, [], []];
  const connection = { ready: true, send() {}, request: (message, done) => answers.push([message, done]) };
  const host = { shown: () => ["a.css"], fetched: () => ["b.mjs"], changed: (...change) => seen.push(change), unsupported: (reason) => seen.push(reason) };
  const report = new RunningReport(connection, { all: () => ({ runs: new Map(), failed: {} }), roots: { entries: [], complete: true }, at: () => [], confirm() {} }, host);
  const answer = (files) => {
    report.all();
    const [message, done] = answers.pop();
    done(null, { type: "hot:running", files });
    return message.files;
  };
  assert.deepEqual(answer({ "a.css": "1", "b.mjs": "1" }), { "a.css": null, "b.mjs": null });
  assert.deepEqual(answer({}), { "a.css": "1", "b.mjs": "1" });
  report.knows("b.mjs", "2");
  assert.deepEqual(answer({ "a.css": "3" }), { "a.css": "1", "b.mjs": "2" });
  answer({ "b.mjs": null });
  assert.deepEqual(seen.splice(0), [["a.css", "3"], ["b.mjs", null]]);
  report.all();
  answers.pop()[1](null, { type: "error", code: "unknown_type", message: "No such type." });
  report.all();
  assert.deepEqual([seen, answers, report.supported], [["No such type."], [], false]);
});

test("reconnected to the same server: what was missed is asked for, then everything is reported", async () => {
  const page = await open();
  page.socket().push(updated("other.mjs", "x", 5));
  page.socket().drop();
  await page.clock.advance(300);
  await page.connect({ session: "s2", seq: 9 });
  const types = page.socket().sent.map(({ type }) => type);
  assert.deepEqual(types.filter((type) => /^resume|^hot:running/.test(type)), ["resume", "hot:running"]);
  const { id, ...resume } = page.socket().sent.find(({ type }) => type === "resume");
  assert.deepEqual(resume, { type: "resume", session: "s1", seq: 5 });
  assert.equal(page.site.reports.at(-1).reset, true);
  assert.equal(page.location.reloads, 0);
  // An event that came in between comes again at its place; it counts once.
  const seen = [];
  page.window.pitlane.onUpdate = ({ path }) => void seen.push(path);
  page.socket().push(updated("second.mjs", "x", 10));
  for (const [path, seq] of [["first.mjs", 6], ["second.mjs", 10]]) page.socket().push(updated(path, "x", seq));
  page.socket().push({ type: "resumed", seq: 10, events: 2 });
  assert.deepEqual(seen, ["second.mjs", "first.mjs"]);
  // Lost again before all was there, it would have asked from 5 on; now from 10.
  page.socket().drop();
  await page.clock.advance(500);
  await page.connect({ session: "s3", seq: 12 });
  assert.deepEqual(page.socket().sent.filter(({ type }) => type === "resume").map(({ session, seq }) => [session, seq]), [["s2", 10]]);
});

test("a newer text that was asked for when the connection was lost is asked for again", async () => {
  const page = await open();
  page.socket().onsent = () => {};
  page.site.files["later.mjs"].text = "2";
  page.socket().push(updated("later.mjs", "x", 5));
  await settle();
  assert.deepEqual(page.socket().sent.at(-1).entries, ["later.mjs"]);
  page.socket().drop();
  page.site.log.length = 0;
  await page.clock.advance(300);
  await page.connect({ session: "s2", seq: 5 });
  assert.deepEqual(page.site.log.filter(({ type }) => type === "module:graph").map(({ entries }) => entries), [["later.mjs"]]);
});

test("a module comes older than what has been told of it meanwhile: it is asked for again, once", async () => {
  const page = await open({ dataset: {} });
  page.site.files["new.mjs"] = { text: 'import "./newer.mjs";' };
  page.site.files["newer.mjs"] = { text: "1" };
  page.socket().push(updated("new.mjs", page.site.hashOf(page.site.files["new.mjs"].text), 5));
  page.socket().push(updated("newer.mjs", page.site.hashOf("2"), 6));
  page.site.log.length = 0;
  await page.window.pitlane.moduleLoader.load("new.mjs");
  page.site.files["newer.mjs"].text = "2";
  await page.clock.advance(150);
  assert.deepEqual(page.site.log.map(({ entries }) => entries), [["new.mjs"], ["newer.mjs"]]);
  await page.window.pitlane.moduleLoader.load("new.mjs");
  assert.equal(page.site.log.length, 2);
});

test("reconnected to another server: everything is reported, and what only waits is confirmed in one message", async () => {
  const page = await open({ indexedDB: fakeIndexedDB() });
  page.site.log.length = 0;
  page.site.files["later.mjs"].text = "2";
  page.socket().drop();
  await page.clock.advance(300);
  await page.connect({ instance: "i2", session: "t1", seq: 1 });
  assert.equal(page.socket().sent.some(({ type }) => type === "resume"), false);
  assert.equal(page.site.reports.length, 2);
  assert.deepEqual(page.site.log.map(({ type, entries }) => [type, entries]), [["module:graph", ["late.mjs", "later.mjs"]]]);
  // It runs with the newest text, though it was linked with the old one.
  const address = page.runtime.current(url("late.mjs"));
  assert.equal(address, url("late.mjs?pitlane=1"));
  const source = page.page.importMaps.map((map) => map[url("later.mjs?pitlane=1")]).find(Boolean);
  assert.match(sourceOf(source), /^2/);
});

test("a part that waits gets its new text at once, and runs with it; nothing reloads", async () => {
  const page = await open();
  page.site.log.length = 0;
  page.site.files["later.mjs"].text = "2";
  page.socket().push(updated("later.mjs", page.site.hashOf("2"), 5));
  assert.deepEqual(page.named("updated").map(({ path, action }) => [path, action]), [["later.mjs", "none"]]);
  await page.clock.advance(150);
  assert.deepEqual(page.site.log.map(({ entries }) => entries), [["later.mjs"]]);
  assert.equal(page.runtime.current(url("late.mjs")), url("late.mjs?pitlane=1"));
  await page.clock.advance(150);
  assert.equal(page.site.reports.at(-1).modules["later.mjs"], page.site.hashOf("2"));
  assert.equal(page.location.reloads, 0);
  page.socket().push(updated("late.mjs", "x", 6));
  assert.equal(page.named("updated").length, 1, "it runs now: the server decides");
});

test("hot:error: the overlay's words, and gone when the server says so", async () => {
  const page = await open();
  page.socket().push({ type: "hot:error", path: "a.mjs", code: "not_found", message: "a.mjs is gone.", importers: ["main.mjs"], seq: 5 });
  await settle();
  const [{ kind, path, message }] = page.named("error");
  assert.deepEqual([kind, path, message], ["missing", "a.mjs", "a.mjs is gone."]);
  assert.equal(page.location.reloads, 0);
});

test("a page without an entry reports what it loads itself", async () => {
  const page = await open({ dataset: {} });
  assert.deepEqual(page.site.reports.map(paths), [[]]);
  await page.window.pitlane.moduleLoader.load("late.mjs");
  await page.clock.advance(150);
  assert.deepEqual(page.site.reports.slice(1).map(paths), [["a.mjs", "late.mjs", "later.mjs"]]);
});

test("versions: a query stays, what was asked for by a path is found by it", () => {
  const { client } = hotPage({ "main.mjs": "1" });
  assert.equal(client.versionURL(url("a.mjs"), 2), url("a.mjs?pitlane=2"));
  assert.equal(client.versionURL(url("a.mjs?x"), 2), url("a.mjs?x&pitlane=2"));
});

test("a module that two parts share: the second one gets what an update has made of it", async () => {
  const page = hotPage({ "main.mjs": 'import "./shared.mjs"; import("./part.mjs");', "shared.mjs": "1", "part.mjs": 'import "./shared.mjs";' });
  page.start("main.mjs").accept("./shared.mjs", () => {});
  await page.receive({ updates: [through("main.mjs", ["shared.mjs"])], modules: [changed("shared.mjs", "2")] });
  const part = page.running.node(url("part.mjs"));
  assert.deepEqual([...page.running.renewal.first(part)], [part]);
  const { made } = page.versions.make(new Set([part]));
  assert.match(page.source("part.mjs?pitlane=2"), /shared\.mjs\?pitlane=1/);
  page.running.replace(part, made.get(part));
  assert.equal(page.running.renewal.first(part).size, 0);
});

const CHAIN = { "main.mjs": 'import "./a.mjs"; import "./b.mjs";', "a.mjs": 'import "./leaf.mjs";', "b.mjs": 'import "./leaf.mjs";', "leaf.mjs": "1" };

test("a module that the server did not know of when it decided: it goes on with an old import, so it is asked for", async () => {
  const page = hotPage(CHAIN);
  const { running, told } = page;
  running.report();
  running.confirm(["main.mjs", "a.mjs", "leaf.mjs"]);
  page.start("a.mjs").accept();
  told.length = 0;
  await page.receive({ updates: [through("a.mjs", ["leaf.mjs", "a.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(told, [{ "b.mjs": "0000000000000000" }]);
  assert.equal(running.all().runs.get("b.mjs"), CHAIN["b.mjs"], "the server is to find what it imports");
  assert.deepEqual(running.stragglers, [], "asked for once");
  running.unask();
  assert.deepEqual(running.stragglers.map(({ path }) => path), ["b.mjs"], "once for each connection");
  running.confirm(["b.mjs"]);
  told.length = 0;
  // The next update that reaches it brings it up to date.
  page.start("main.mjs").accept();
  await page.receive({ updates: [through("main.mjs", ["main.mjs"])], modules: [changed("main.mjs", 'import "./a.mjs"; import "./b.mjs"; 2')] });
  assert.match(page.source("b.mjs?pitlane=2"), /leaf\.mjs\?pitlane=1/);
  assert.deepEqual([told, running.all().runs.get("b.mjs")], [[], CHAIN["b.mjs"]]);
});

test("whoever takes a module, or imports one that takes itself, may go on with the earlier instance", async () => {
  const page = hotPage(CHAIN);
  page.running.report();
  page.told.length = 0;
  const a = page.start("a.mjs");
  a.accept("./leaf.mjs", () => {});
  page.start("b.mjs").accept("./leaf.mjs", () => {});
  await page.receive({ updates: [through("a.mjs", ["leaf.mjs"]), through("b.mjs", ["leaf.mjs"])], modules: [changed("leaf.mjs", "2")] });
  a.accept();
  await page.receive({ updates: [through("a.mjs", ["a.mjs"])], modules: [changed("a.mjs", 'import "./leaf.mjs"; 2')] });
  assert.deepEqual(page.told, []);
});

test("two boundaries, one fails: what it could not replace is replaced when it succeeds, though the change is done with", async () => {
  const page = hotPage({ ...CHAIN, "main.mjs": 'import "./a.mjs"; import "./c.mjs";', "c.mjs": 'import "./b.mjs";' });
  page.running.report();
  page.running.confirm(["main.mjs", "a.mjs", "b.mjs", "c.mjs", "leaf.mjs"]);
  page.told.length = 0;
  page.start("a.mjs").accept();
  page.start("c.mjs").accept();
  page.load.load = async (address) => { if (address.includes("c.mjs")) throw new Error("boom"); return {}; };
  await page.receive({ updates: [through("a.mjs", ["leaf.mjs", "a.mjs"]), through("c.mjs", ["leaf.mjs", "b.mjs", "c.mjs"])], modules: [changed("leaf.mjs", "2"), changed("c.mjs", 'import "./b.mjs"; 2')] });
  assert.deepEqual(page.told, [], "it waits for the text that failed");
  page.load.load = async () => ({});
  await page.receive({ updates: [through("c.mjs", ["c.mjs"])], modules: [changed("c.mjs", 'import "./b.mjs"; 3')] });
  assert.match(page.source("b.mjs?pitlane=2"), /leaf\.mjs\?pitlane=1/);
  assert.match(page.source("c.mjs?pitlane=2"), /b\.mjs\?pitlane=2/);
});

test("what runs is never instantiated anew for a part that is about to run", async () => {
  const page = hotPage({ "main.mjs": 'import "./a.mjs"; import("./part.mjs");', "a.mjs": "1", "part.mjs": 'import "./a.mjs";' });
  page.start("a.mjs").accept();
  page.load.load = async () => { throw new Error("boom"); };
  await page.receive({ updates: [through("a.mjs", ["a.mjs"])], modules: [changed("a.mjs", "2")] });
  assert.equal(page.running.renewal.first(page.running.node(url("part.mjs"))).size, 0);
});

test("prune: what anything that runs on imports is kept, and the server told of it again", async () => {
  const page = hotPage({ ...CHAIN, "main.mjs": 'import "./a.mjs";' }, { fetch: { "new.mjs": 'import "./leaf.mjs";' } });
  page.running.report();
  page.told.length = 0;
  page.start("main.mjs").accept();
  await page.receive({ updates: [through("main.mjs", ["main.mjs"])], modules: [changed("main.mjs", 'import "./new.mjs";')], prune: ["a.mjs", "leaf.mjs"] });
  assert.deepEqual([...page.running.all().runs.keys()].sort(), ["leaf.mjs", "main.mjs", "new.mjs"]);
  assert.deepEqual(page.told, [{ "new.mjs": 'import "./leaf.mjs";' }, { "leaf.mjs": "1" }]);
});

test("prune: what the old text of a failed update imports runs on until that is replaced", async () => {
  const page = hotPage({ ...CHAIN, "main.mjs": 'import "./a.mjs";' });
  page.running.report();
  page.told.length = 0;
  page.start("main.mjs").accept();
  page.load.load = async () => { throw new Error("boom"); };
  const save = (text, prune) => page.receive({ updates: [through("main.mjs", ["main.mjs"])], modules: [changed("main.mjs", text)], prune });
  await save("2", ["a.mjs", "leaf.mjs"]);
  assert.equal(page.running.all().runs.size, 3);
  page.load.load = async () => ({});
  const log = await save("3", []);
  assert.deepEqual([...page.running.all().runs.keys()], ["main.mjs"]);
  assert.ok(log.some(([what]) => what === "report"), "the server does not know that they are gone");
  assert.deepEqual(page.told, [{ "a.mjs": CHAIN["a.mjs"], "leaf.mjs": CHAIN["leaf.mjs"] }, { "main.mjs": "3" }], "the server is told of what runs on, and that nothing fails any more");
});

test("a text that comes while the one before it is imported: what runs is told, and the newer one waits", async () => {
  const page = hotPage(CHAIN, { fetch: { "new.mjs": "1" } });
  page.running.report();
  page.told.length = 0;
  page.start("b.mjs").accept();
  page.load.load = async () => {
    const node = page.running.node(url("new.mjs"));
    page.running.hold(node, { ...node.module, hash: "2" }, undefined);
    return {};
  };
  await page.receive({ updates: [through("b.mjs", ["b.mjs"])], modules: [changed("b.mjs", 'import "./new.mjs";')] });
  assert.deepEqual(page.told, [{ "new.mjs": "1" }]);
  assert.equal(page.running.node(url("new.mjs")).next.hash, "2");
});

test("a newer text that imports something new comes while the one before it is imported: that does not run yet", async () => {
  const page = hotPage(CHAIN, { fetch: { "new.mjs": "1" } });
  page.running.report();
  page.told.length = 0;
  page.start("b.mjs").accept();
  page.load.load = async () => {
    page.receiveGraph("newer.mjs", "1");
    const node = page.running.node(url("new.mjs"));
    page.running.hold(node, moduleOf("new.mjs", 'import "./newer.mjs";'), undefined);
    return {};
  };
  await page.receive({ updates: [through("b.mjs", ["b.mjs"])], modules: [changed("b.mjs", 'import "./new.mjs";')] });
  assert.deepEqual([page.told, page.running.node(url("newer.mjs")).running], [[{ "new.mjs": "1" }], false]);
});

test("what an update instantiates keeps its text until it runs: a newer one that is here already waits", async () => {
  const page = hotPage(CHAIN, { fetch: { "new.mjs": "1" } });
  const { running, updates, client } = page;
  const graph = { nodes: new Map(), modules: new Map([["new.mjs", moduleOf("new.mjs", "2")]]), targets: new Map() };
  const host = { fetcher: { held: new Map() }, mapper: {}, fetchGraph: async () => graph };
  const renewed = [];
  const texts = new client.ModuleTexts(host, running, page.versions, () => {}, (paths) => renewed.push(...paths), () => updates.frozen);
  page.start("b.mjs").accept();
  let go;
  page.load.load = () => new Promise((resolve) => (go = resolve));
  await page.receive({ updates: [through("b.mjs", ["b.mjs"])], modules: [changed("b.mjs", 'import "./new.mjs";')] });
  void texts.doubt(["new.mjs"]);
  await settle();
  assert.deepEqual([running.node(url("new.mjs")).next, renewed], [null, []]);
  go({});
  await settle();
  assert.deepEqual([running.all().runs.get("new.mjs"), renewed], ["1", ["new.mjs"]]);
  assert.equal(updates.frozen, null);
});

test("the server is told which text does not run, and when it does", async () => {
  const page = hotPage(CHAIN);
  page.running.report();
  page.told.length = 0;
  page.start("a.mjs").accept();
  page.load.load = async () => { throw new Error("boom"); };
  const save = (text) => page.receive({ updates: [through("a.mjs", ["a.mjs"])], modules: [changed("a.mjs", text)] });
  await save("2");
  assert.deepEqual(page.failures, [{ "a.mjs": "2" }]);
  page.load.load = async () => ({});
  await save("3");
  assert.deepEqual([page.failures.length, page.told], [1, [{ "a.mjs": "3" }]]);
});
