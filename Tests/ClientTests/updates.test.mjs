import assert from "node:assert/strict";
import { test } from "node:test";
import { settle, sourceOf } from "./harness.mjs";
import { changed, hotPage, through, url } from "./hot-page.mjs";

const FILES = {
  "main.mjs": 'import "./mid.mjs";\nimport "./other.mjs";',
  "mid.mjs": 'import "./leaf.mjs";',
  "leaf.mjs": "1",
  "other.mjs": 'import "./leaf.mjs";',
};
const FIREFOX = "Mozilla/5.0 Firefox/153.0";

test("a chain is linked under versioned URLs, imported, and given to the callbacks in their order", async () => {
  const page = hotPage(FILES);
  const calls = [];
  const mid = page.start("mid.mjs");
  mid.accept((next) => calls.push(["first", next.address]));
  mid.accept((next) => calls.push(["second", next.address]));
  const log = await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(log, [["import", "mid.mjs?pitlane=1"], ["updated", "hot", "leaf.mjs"]]);
  assert.deepEqual(calls, [["first", url("mid.mjs?pitlane=1")], ["second", url("mid.mjs?pitlane=1")]]);
  assert.match(page.source("mid.mjs?pitlane=1"), /^import "https:\/\/app\.test\/leaf\.mjs\?pitlane=1";\n\/\/# sourceURL=https:\/\/app\.test\/mid\.mjs$/);
  assert.match(page.source("leaf.mjs?pitlane=1"), /^2\n\/\/# sourceURL=https:\/\/app\.test\/leaf\.mjs$/);
  assert.equal(page.page.importMaps.length, 1, "one map for all of it");
  assert.deepEqual(page.held, [["leaf.mjs", "2"]]);
  assert.ok(page.page.lines.includes("[pitlane] hot updated: /mid.mjs"));
  // What is not in the chain is imported as it runs; what was updated, in its newest version.
  page.start("other.mjs").accept();
  await page.receive({ updates: [through("other.mjs", ["other.mjs"])], modules: [changed("other.mjs", 'import "./leaf.mjs"; 2')] });
  assert.match(page.source("other.mjs?pitlane=2"), /^import "https:\/\/app\.test\/leaf\.mjs\?pitlane=1"; 2/);
});

test("events, disposal before anything runs, callbacks, and after them all the last event", async () => {
  const page = hotPage(FILES);
  const seen = [];
  const mid = page.start("mid.mjs");
  mid.on("vite:beforeUpdate", async ({ type, updates }) => {
    await settle();
    seen.push(["before", type, updates[0].path, updates[0].acceptedPath, updates[0].timestamp]);
  });
  mid.on("vite:afterUpdate", () => seen.push(["after"]));
  mid.dispose((data) => seen.push(["dispose", data]));
  mid.accept(() => seen.push(["callback"]));
  page.load.load = async (address) => {
    // As the browser does: what the new modules begin with runs first.
    const hook = /^import"(data:[^"]+)";/.exec(page.source("leaf.mjs?pitlane=1"))[1];
    assert.equal(sourceOf(hook), "await __pitlane__.dispose(1);");
    assert.ok(page.source("mid.mjs?pitlane=1").startsWith(`import"${hook}";`));
    await page.updates.dispose(1);
    seen.push(["runs"]);
    return { address };
  };
  page.updates.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")], timestamp: 5 });
  for (let i = 0; i < 4; i++) await settle();
  assert.deepEqual(seen, [["before", "update", "/mid.mjs", "/mid.mjs", 5], ["dispose", {}], ["runs"], ["callback"], ["after"]]);
});

test("without anything to dispose of, nothing is imported first", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs").accept();
  await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.doesNotMatch(page.source("leaf.mjs?pitlane=1"), /import/);
});

test("a dependency that is accepted: others in the same array are undefined", async () => {
  const page = hotPage(FILES);
  const calls = [];
  page.start("main.mjs").accept(["./other.mjs", "./mid.mjs"], (all) => calls.push(all.map((one) => one?.address)));
  await page.receive({ updates: [through("main.mjs", ["leaf.mjs", "mid.mjs"]), through("main.mjs", ["leaf.mjs", "other.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(calls, [[undefined, url("mid.mjs?pitlane=1")], [url("other.mjs?pitlane=1"), undefined]]);
  assert.ok(page.page.lines.includes("[pitlane] hot updated: /mid.mjs via /main.mjs"));
});

test("all of a message is imported before the first callback", async () => {
  const page = hotPage(FILES);
  const seen = [];
  for (const path of ["mid.mjs", "other.mjs"]) page.start(path).accept(() => seen.push(path));
  let go;
  page.load.load = (address) => (address.includes("other") ? new Promise((resolve) => (go = resolve)) : Promise.resolve({ address }));
  await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"]), through("other.mjs", ["leaf.mjs", "other.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(seen, []);
  go({ address: "x" });
  await settle();
  assert.deepEqual(seen, ["mid.mjs", "other.mjs"]);
});

test("an update that comes meanwhile waits; of what waits, the newest text counts", async () => {
  const page = hotPage(FILES);
  const mid = page.start("mid.mjs");
  mid.accept(() => {});
  const gates = [];
  page.load.load = () => new Promise((resolve) => gates.push(resolve));
  const save = (text) => page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", text)] });
  assert.deepEqual(await save("2"), [["import", "mid.mjs?pitlane=1"]]);
  assert.deepEqual([...(await save("3")), ...(await save("4"))], []);
  gates.shift()({});
  await settle();
  assert.deepEqual(page.log.splice(0), [["updated", "hot", "leaf.mjs"], ["import", "mid.mjs?pitlane=2"]]);
  assert.match(page.source("leaf.mjs?pitlane=2"), /^4/);
  gates.shift()({});
  await settle();
  assert.equal(gates.length, 0, "3 never ran");
});

test("updates that wait are one: boundaries, chains and prunes of both", () => {
  const { mergeUpdates } = hotPage(FILES).client;
  const merged = mergeUpdates(
    { updates: [{ ...through("m", ["a", "m"]), forced: true }, through("x", ["x"])], modules: [{ path: "a", hash: "1" }, { path: "x", hash: "1" }], prune: ["p"], cleared: [], timestamp: 1 },
    { updates: [through("m", ["b", "m"])], modules: [{ path: "a", hash: "2" }, { path: "b", hash: "1" }], prune: ["p", "q"], cleared: ["c"], timestamp: 2 });
  assert.deepEqual(merged.updates, [{ ...through("m", ["a", "m", "b"]), accepted: "m", forced: true }, through("x", ["x"])]);
  assert.deepEqual(merged.modules.map(({ path, hash }) => path + hash), ["a2", "x1", "b1"]);
  assert.deepEqual([merged.prune, merged.cleared, merged.timestamp], [["p", "q"], ["c"], 2]);
});

test("a failed import leaves what was there: callbacks get undefined, the next save goes on", async () => {
  const page = hotPage(FILES);
  const calls = [];
  const mid = page.start("mid.mjs");
  mid.accept((next) => calls.push(next?.address));
  page.load.load = async () => {
    page.start("mid.mjs", 1); // it began to run
    throw Object.assign(new Error("boom"), { stack: "Error: boom\n    at f (https://app.test/leaf.mjs:7:3)\n    at https://app.test/mid.mjs:1:1" });
  };
  const save = (text) => page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", text)] });
  assert.deepEqual((await save("2")).slice(1), [["problem", "runtime", "leaf.mjs", 7], ["updated", "none", "leaf.mjs"]]);
  assert.deepEqual(calls, [undefined]);
  assert.equal(page.hot.callbacks("mid.mjs", "mid.mjs").length, 1);
  page.load.load = async (address) => ({ address });
  assert.deepEqual(await save("3"), [["import", "mid.mjs?pitlane=2"], ["clear", "leaf.mjs"], ["updated", "hot", "leaf.mjs"]]);
  assert.deepEqual(calls, [undefined, url("mid.mjs?pitlane=2")]);
});

test("the text that runs is saved again: only the problem is over", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs").accept(() => assert.fail("nothing is to be done"));
  const save = (text) => page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", text)] });
  assert.deepEqual(await save("1"), [["updated", "none", "leaf.mjs"]]);
  page.hot.create(url("mid.mjs"), 0).accept(() => {});
  page.load.load = async () => { throw new Error("boom"); };
  await save("2");
  page.load.load = () => assert.fail("not imported");
  assert.deepEqual(await save("1"), [["clear", "mid.mjs"], ["updated", "none", "leaf.mjs"]]);
  assert.equal(page.running.all().runs.get("leaf.mjs"), "1");
});

test("two halves of one change, saved one after the other, run together", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs").accept();
  page.load.load = async () => { throw new SyntaxError("The requested module 'https://app.test/leaf.mjs?pitlane=1' does not provide an export named 'x'"); };
  await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  page.load.load = async (address) => ({ address });
  await page.receive({ updates: [through("mid.mjs", ["mid.mjs"])], modules: [changed("mid.mjs", 'import "./leaf.mjs"; 2')] });
  assert.match(page.source("mid.mjs?pitlane=2"), /leaf\.mjs\?pitlane=2/);
  assert.match(page.source("leaf.mjs?pitlane=2"), /^2/);
});

test("where a link fails: the import that names what is not exported", async () => {
  const page = hotPage({ ...FILES, "mid.mjs": 'import "./other.mjs";\nimport {\n  a, missing as b } from "./leaf.mjs";' });
  page.start("mid.mjs").accept();
  const details = [];
  page.window.addEventListener("pitlane:error", ({ detail }) => details.push(detail));
  page.load.load = async () => { throw new SyntaxError("The requested module 'https://app.test/leaf.mjs?pitlane=1' does not provide an export named 'missing'"); };
  await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  const [{ kind, path, line, column, message }] = details;
  assert.deepEqual([kind, path, line, column], ["link", "mid.mjs", 3, 6]);
  assert.equal(message, "SyntaxError: The requested module './leaf.mjs' does not provide an export named 'missing'");
});

test("where a text does not parse: what the browser says of it alone", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs").accept();
  const errors = [];
  page.start("main.mjs").on("vite:error", ({ err }) => errors.push(err));
  page.load.syntax = { message: "Uncaught SyntaxError: Unexpected token ';'", lineno: 2, colno: 9, filename: "" };
  page.load.load = async () => { throw new SyntaxError("Unexpected token ';'"); };
  const log = await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "1\nlet x = ;")] });
  assert.deepEqual(log.slice(1), [["problem", "syntax", "leaf.mjs", 2], ["updated", "none", "leaf.mjs"]]);
  const [{ message, id, loc, frame }] = errors;
  assert.deepEqual([message, id, loc], ["SyntaxError: Unexpected token ';'", "/leaf.mjs", { file: "/leaf.mjs", line: 2, column: 9 }]);
  assert.match(frame, /let x = ;/);
});

test("what cannot be linked at all: its syntax error, or a reload where there is none", async () => {
  const page = hotPage({ ...FILES, "other.mjs": 'import "./data.json" with { type: "json" };', "data.json": "{}" });
  page.start("other.mjs").accept();
  const save = (entry) => page.receive({ updates: [through("other.mjs", ["data.json", "other.mjs"])], modules: [entry] });
  page.load.syntax = { message: "Uncaught SyntaxError: Unexpected token '}'", lineno: 1, colno: 42 };
  assert.deepEqual(await save(changed("data.json", '{"a": }')), [["problem", "syntax", "data.json", 1], ["updated", "none", "data.json"]]);
  assert.equal((await save(changed("data.json", '{"a": 1}')))[0][0], "import");
  page.load.syntax = null;
  const [[what, , why]] = await save({ ...changed("data.json", '{"a": 2}'), contentType: "image/png" });
  assert.deepEqual([what, why], ["reload", "data.json can no longer be linked"]);
});

test("a boundary that has not accepted in this page reloads it, with the reason", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs");
  const message = { updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] };
  assert.deepEqual((await page.receive(message)).slice(1), [["reload", "mid.mjs", "import.meta.hot.accept was not called in mid.mjs"]]);
  page.start("main.mjs");
  const [, reload] = await page.receive({ updates: [through("main.mjs", ["mid.mjs"])], modules: [changed("mid.mjs", "2")] });
  assert.deepEqual(reload, ["reload", "mid.mjs", "import.meta.hot.accept was not called in main.mjs for mid.mjs"]);
});

test("a boundary that is still being evaluated is waited for", async () => {
  const page = hotPage(FILES);
  let ran;
  page.load.load = (address) => (address.includes("?") ? Promise.resolve({}) : new Promise((resolve) => (ran = resolve)));
  const log = await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.deepEqual(log, [["import", "mid.mjs"]]);
  page.start("mid.mjs").accept();
  ran({});
  await settle();
  assert.deepEqual(page.log[0], ["import", "mid.mjs?pitlane=1"]);
});

test("new imports are asked for before the update, and run as the server is told", async () => {
  const page = hotPage(FILES, { fetch: { "new.mjs": 'import "./newer.mjs";', "newer.mjs": "" } });
  page.start("leaf.mjs").accept();
  await page.clock.advance(0);
  page.told.length = 0;
  const log = await page.receive({ updates: [through("leaf.mjs", ["leaf.mjs"])], modules: [changed("leaf.mjs", 'import "./new.mjs"; import("./part.mjs");')] });
  assert.deepEqual(log.map(([what]) => what), ["adopt", "import", "updated"]);
  assert.match(page.source("leaf.mjs?pitlane=1"), /^import "https:\/\/app\.test\/new\.mjs\?pitlane=1"; import\(__pitlane__\.current\("https:\/\/app\.test\/part\.mjs"\)\);/);
  await page.clock.advance(0);
  assert.deepEqual(page.told, [{ "new.mjs": 'import "./newer.mjs";', "newer.mjs": "" }]);
});

test("a new module that is broken or not there: nothing of it reaches the browser, and its repair is the update", async () => {
  const fetch = {};
  const page = hotPage(FILES, { fetch });
  page.start("leaf.mjs").accept();
  const log = await page.receive({ updates: [through("leaf.mjs", ["leaf.mjs"])], modules: [changed("leaf.mjs", 'import "./new.mjs";')] });
  assert.deepEqual(log.slice(1), [["problem", "missing", "leaf.mjs", 1], ["updated", "none", "leaf.mjs"]]);
  assert.equal(page.updates.awaits("new.mjs"), true);
  assert.equal(page.updates.awaits("mid.mjs"), false);
  const again = async () => {
    page.updates.retry(["new.mjs"]);
    await settle();
    return page.log.splice(0).filter(([what]) => what !== "adopt");
  };
  fetch["new.mjs"] = "let x = ;";
  page.load.syntax = { message: "Uncaught SyntaxError: Unexpected token ';'", lineno: 1, colno: 30, filename: "" };
  page.load.load = async () => { throw new SyntaxError("Unexpected token ';'"); };
  assert.deepEqual((await again()).map(([what, kind, path]) => [what, kind, path].slice(0, 3)), [["import", "leaf.mjs?pitlane=1", undefined], ["problem", "syntax", "leaf.mjs"]]);
  page.load.syntax = null;
  page.load.load = async () => ({});
  const node = page.running.node(url("new.mjs"));
  page.running.hold(node, { ...node.module, hash: "good", bytes: new TextEncoder().encode("1"), imports: [] });
  assert.deepEqual((await again())[0], ["import", "leaf.mjs?pitlane=2"]);
  assert.equal(page.running.all().runs.get("new.mjs"), "good");
  assert.equal(page.updates.awaits("new.mjs"), false);
});

test("what failed because of a module that is mended by another update is tried with it", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs").accept();
  page.start("other.mjs").accept();
  page.load.load = async () => { throw new Error("boom"); };
  await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  page.load.load = async () => ({});
  const log = await page.receive({ updates: [through("other.mjs", ["leaf.mjs", "other.mjs"])], modules: [changed("leaf.mjs", "3")] });
  assert.deepEqual(log.filter(([what]) => what === "import").map(([, address]) => address), ["mid.mjs?pitlane=2", "other.mjs?pitlane=2"]);
});

test("texts that are not in the message are asked for", async () => {
  const page = hotPage(FILES, { fetch: { "leaf.mjs": "fetched" } });
  page.start("leaf.mjs").accept();
  const { content, ...entry } = changed("leaf.mjs", "fetched");
  await page.receive({ updates: [through("leaf.mjs", ["leaf.mjs"])], modules: [entry] });
  assert.deepEqual(page.asked, ["leaf.mjs"]);
  assert.match(page.source("leaf.mjs?pitlane=1"), /^fetched/);
  await page.receive({ updates: [through("leaf.mjs", ["leaf.mjs"])], modules: [{ ...entry, hash: "x", base: "fetched", delta: [[0, 99]] }] });
  assert.deepEqual(page.asked, ["leaf.mjs", "leaf.mjs"], "and those whose delta does not fit");
});

test("an invalidation runs what has not changed", async () => {
  const page = hotPage(FILES);
  const main = page.start("main.mjs");
  main.accept("./mid.mjs", () => main.invalidate());
  const log = await page.receive({ updates: [through("main.mjs", ["mid.mjs"], { firstInvalidatedBy: "leaf.mjs" })], modules: [] });
  assert.deepEqual(log, [["import", "mid.mjs?pitlane=1"]]);
  assert.equal(page.sent[0].firstInvalidatedBy, "leaf.mjs");
});

test("prune: what nothing imports any longer, unless the update failed or needs it; imported again, it runs anew", async () => {
  const page = hotPage(FILES);
  const seen = [];
  page.start("main.mjs").accept();
  const prune = () => page.start("other.mjs").prune(() => seen.push("pruned"));
  prune();
  const save = (text, prune) => page.receive({ updates: [through("main.mjs", ["main.mjs"])], modules: [changed("main.mjs", text)], prune });
  page.load.load = async () => { throw new Error("boom"); };
  await save('import "./mid.mjs"; 2', ["other.mjs"]);
  assert.deepEqual(seen, []);
  page.load.load = async () => (page.start("main.mjs").accept(), {});
  await save('import "./mid.mjs"; 3', ["other.mjs"]);
  assert.deepEqual(seen, ["pruned"]);
  assert.equal(page.running.all().runs.has("other.mjs"), false);
  await save(FILES["main.mjs"], []);
  assert.match(page.source("main.mjs?pitlane=3"), /other\.mjs\?pitlane=3/);
  assert.equal(page.running.all().runs.get("other.mjs"), FILES["other.mjs"]);
});

test("many modules at once are imported by one that names them all; JSON always by such a one", async () => {
  const names = Array.from({ length: 8 }, (_, i) => `c${i}.mjs`);
  const files = Object.fromEntries(names.map((name, i) => [name, i < 7 ? `import "./c${i + 1}.mjs";` : "1"]));
  const page = hotPage({ "main.mjs": 'import "./c0.mjs"; import "./d.json" with { type: "json" };', "d.json": "{}", ...files });
  const main = page.start("main.mjs");
  const calls = [];
  main.accept(["./c0.mjs", "./d.json"], (all) => calls.push(all));
  page.load.load = async () => ({ accepted: "namespace" });
  const [[, source]] = await page.receive({ updates: [through("main.mjs", names.toReversed?.() ?? [...names].reverse())], modules: [changed("c7.mjs", "2")] });
  assert.match(source, /^export \* as accepted from "https:\/\/app\.test\/c0\.mjs\?pitlane=1";import /);
  assert.equal(source.match(/import /g).length, 7);
  const [[, json]] = await page.receive({ updates: [through("main.mjs", ["d.json"])], modules: [changed("d.json", "[]")] });
  assert.equal(json, 'export * as accepted from "https://app.test/d.json?pitlane=2" with { type: "json" };');
  assert.deepEqual(calls, [["namespace", undefined], [undefined, "namespace"]]);
});

test("a browser with one import map: blob: URLs, each made after those it imports; a cycle reloads", async () => {
  const page = hotPage(FILES, { userAgent: FIREFOX });
  page.start("mid.mjs").accept();
  page.load.load = async (address) => ({ address });
  await page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", "2")] });
  assert.equal(page.page.importMaps.length, 0);
  const texts = (await Promise.all([...page.page.blobs.values()].map((blob) => blob.text()))).filter(Boolean);
  assert.match(texts.at(-2), /^2/);
  assert.match(texts.at(-1), /^import "blob:https:\/\/app\.test\/\d+";/);
  const cyclic = hotPage({ "main.mjs": 'import "./a.mjs";', "a.mjs": 'import "./b.mjs";', "b.mjs": 'import "./a.mjs";' }, { userAgent: FIREFOX });
  cyclic.start("a.mjs").accept();
  const [reload] = await cyclic.receive({ updates: [through("a.mjs", ["b.mjs", "a.mjs"])], modules: [changed("b.mjs", 'import "./a.mjs"; 2')] });
  assert.deepEqual(reload.slice(0, 2), ["reload", "a.mjs"]);
  assert.match(reload[2], /imports itself through others/);
});

test("a module that the page does not run, and an update that it does not concern", async () => {
  const page = hotPage(FILES);
  assert.deepEqual(await page.receive({ updates: [through("gone.mjs", ["gone.mjs"])], modules: [changed("gone.mjs", "2")] }), []);
  assert.deepEqual(await page.receive({ updates: [], modules: [], cleared: ["leaf.mjs"] }), []);
});

test("modules that never end running do not hold up what comes after them", async () => {
  const page = hotPage(FILES);
  page.start("mid.mjs").accept();
  page.load.load = () => new Promise(() => {});
  const save = (text) => page.receive({ updates: [through("mid.mjs", ["leaf.mjs", "mid.mjs"])], modules: [changed("leaf.mjs", text)] });
  await save("2");
  page.load.load = async () => ({});
  assert.deepEqual(await save("3"), []);
  await page.clock.advance(page.client.LIMITS.request);
  assert.deepEqual(page.log, [["problem", "runtime", "mid.mjs", undefined], ["updated", "none", "leaf.mjs"], ["import", "mid.mjs?pitlane=2"], ["clear", "mid.mjs"], ["updated", "hot", "leaf.mjs"]]);
  assert.equal(page.clock.waiting, 0);
});
