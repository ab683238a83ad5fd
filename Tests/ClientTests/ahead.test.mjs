import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceOf } from "./harness.mjs";
import { changed, hotPage, through, url } from "./hot-page.mjs";

const FILES = {
  "main.mjs": 'import "./top.mjs";\nimport "./util.mjs";\nimport "./side.mjs";',
  "top.mjs": 'import "./mid.mjs";\nimport "./util.mjs";',
  "mid.mjs": 'import "./leaf.mjs";',
  "leaf.mjs": "0",
  "util.mjs": "0",
  "side.mjs": "0",
};
const CHAIN = ["leaf.mjs", "mid.mjs", "top.mjs"];
const paths = (map) => Object.keys(map).map((address) => address.slice(url("").length));

/** A page whose top.mjs takes what is saved, and `save`, which also lets the page be idle. */
function page(options) {
  const page = hotPage(FILES, options);
  for (const path of ["top.mjs", "util.mjs", "side.mjs"]) page.start(path).accept();
  const { importMaps } = page.page;
  let known = 0;
  return Object.assign(page, {
    async save(path, text, chain) {
      const log = await page.receive({ updates: [through(chain.at(-1), chain)], modules: [changed(path, text)] });
      const inserted = importMaps.slice(known).map(paths);
      await page.clock.advance(200);
      known = importMaps.length;
      return { imported: log.filter(([what]) => what === "import").map(([, address]) => address), inserted };
    },
  });
}

test("what is saved again: the rest of its chain has been linked, and compiled where that is possible", async () => {
  const hot = page();
  const { importMaps, preloads } = hot.page;
  assert.deepEqual(await hot.save("leaf.mjs", "1", CHAIN), { imported: ["top.mjs?pitlane=1"], inserted: [["leaf.mjs?pitlane=1", "mid.mjs?pitlane=1", "top.mjs?pitlane=1"]] });
  assert.equal(importMaps.length, 1, "nobody knows yet whether it will be saved again");
  await hot.save("leaf.mjs", "2", CHAIN);
  assert.deepEqual(importMaps.slice(1).map(paths), [["leaf.mjs?pitlane=2", "mid.mjs?pitlane=2", "top.mjs?pitlane=2"], ["mid.mjs?pitlane=3", "top.mjs?pitlane=3"]]);
  // The browser would look for the leaf that is not there yet if it compiled what imports it.
  assert.deepEqual(preloads.map(sourceOf), [hot.source("top.mjs?pitlane=3")]);
  assert.match(hot.source("mid.mjs?pitlane=3"), /^import "https:\/\/app\.test\/leaf\.mjs\?pitlane=3";/);
  assert.deepEqual(await hot.save("leaf.mjs", "3", CHAIN), { imported: ["top.mjs?pitlane=3"], inserted: [["leaf.mjs?pitlane=3"]] });
  assert.match(hot.source("leaf.mjs?pitlane=3"), /^3\n/);
  assert.equal(hot.running.node(url("mid.mjs")).address, url("mid.mjs?pitlane=3"));
  assert.deepEqual(await hot.save("leaf.mjs", "4", CHAIN), { imported: ["top.mjs?pitlane=4"], inserted: [["leaf.mjs?pitlane=4"]] });
});

test("two files that are saved by turns", async () => {
  const hot = page();
  for (const text of ["1", "2"]) {
    await hot.save("leaf.mjs", text, CHAIN);
    await hot.save("side.mjs", text, ["side.mjs"]);
  }
  assert.deepEqual(await hot.save("leaf.mjs", "3", CHAIN), { imported: ["top.mjs?pitlane=4"], inserted: [["leaf.mjs?pitlane=4"]] });
});

test("another module of the chain has changed: all of it is linked anew", async () => {
  const hot = page();
  for (const text of ["1", "2"]) await hot.save("leaf.mjs", text, CHAIN);
  const { imported, inserted } = await hot.save("mid.mjs", 'import "./leaf.mjs"; 1', ["mid.mjs", "top.mjs"]);
  assert.deepEqual([imported, inserted], [["top.mjs?pitlane=4"], [["mid.mjs?pitlane=4", "top.mjs?pitlane=4"]]]);
  // Older than what runs: it must not take its place.
  assert.deepEqual((await hot.save("leaf.mjs", "3", CHAIN)).imported, ["top.mjs?pitlane=5"]);
  assert.match(hot.source("mid.mjs?pitlane=5"), /; 1\n/);
});

test("it imports something that has been replaced since: all of it is linked anew", async () => {
  const hot = page();
  for (const text of ["1", "2"]) await hot.save("leaf.mjs", text, CHAIN);
  await hot.save("util.mjs", "1", ["util.mjs"]);
  const { imported, inserted } = await hot.save("leaf.mjs", "3", CHAIN);
  assert.deepEqual([imported, inserted[0].length], [["top.mjs?pitlane=5"], 3]);
  assert.match(hot.source("top.mjs?pitlane=5"), /import "https:\/\/app\.test\/util\.mjs\?pitlane=4";/);
});

test("something is to be disposed of that was not before, and after that each time", async () => {
  const hot = page();
  for (const text of ["1", "2"]) await hot.save("leaf.mjs", text, CHAIN);
  const top = hot.start("top.mjs", 3);
  top.accept();
  top.dispose(() => {});
  assert.deepEqual((await hot.save("leaf.mjs", "3", CHAIN)).inserted[0], ["leaf.mjs?pitlane=4", "mid.mjs?pitlane=4", "top.mjs?pitlane=4"]);
  assert.deepEqual(await hot.save("leaf.mjs", "4", CHAIN), { imported: ["top.mjs?pitlane=5"], inserted: [["leaf.mjs?pitlane=5"]] });
  const dispose = (path) => sourceOf(/^import"(data:[^"]+)";/.exec(hot.source(path))[1]);
  assert.equal(dispose("top.mjs?pitlane=5"), "await __pitlane__.dispose(5);");
  assert.equal(dispose("leaf.mjs?pitlane=5"), "await __pitlane__.dispose(5);");
});

test("an update that fails takes what was made for it along", async () => {
  const hot = page();
  for (const text of ["1", "2"]) await hot.save("leaf.mjs", text, CHAIN);
  hot.load.load = async () => { throw new SyntaxError("so"); };
  assert.deepEqual((await hot.save("leaf.mjs", "3", CHAIN)).imported, ["top.mjs?pitlane=3"]);
  hot.load.load = async (address) => ({ address });
  const { imported, inserted } = await hot.save("leaf.mjs", "4", CHAIN);
  assert.deepEqual([imported, inserted[0].length], [["top.mjs?pitlane=4"], 3]);
});

test("where the page's policy refuses it, nothing of it is used", async () => {
  const hot = page();
  await hot.save("leaf.mjs", "1", CHAIN);
  hot.page.schemes = [];
  await hot.save("leaf.mjs", "2", CHAIN);
  for (const text of ["3", "4"]) assert.equal((await hot.save("leaf.mjs", text, CHAIN)).inserted[0].length, 3);
  assert.equal(hot.page.preloads.length, 1, "and it is not tried again");
});

test("what is made in vain is bounded", async () => {
  const hot = page();
  const { ahead } = hot.client.LIMITS;
  // By turns they take each other's chain.
  for (let save = 0; save < 8 * ahead; save++) {
    if (save % 2) await hot.save("mid.mjs", `import "./leaf.mjs"; ${save}`, ["mid.mjs", "top.mjs"]);
    else await hot.save("leaf.mjs", `${save}`, CHAIN);
  }
  assert.ok(hot.page.preloads.length <= ahead, `${hot.page.preloads.length} were compiled`);
  const before = hot.page.importMaps.length;
  await hot.save("leaf.mjs", "last", CHAIN);
  assert.equal(hot.page.importMaps.length, before + 1);
});

test("a browser with one import map does without", async () => {
  const hot = page({ userAgent: "Mozilla/5.0 Firefox/153.0" });
  for (const text of ["1", "2", "3"]) await hot.save("leaf.mjs", text, CHAIN);
  assert.deepEqual(hot.page.importMaps, []);
  assert.deepEqual(hot.page.preloads, []);
});
