import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeIndexedDB } from "./fake-indexeddb.mjs";
import { fakeWorld, run } from "./harness.mjs";

const module = (path, text = path, imports = []) => {
  const bytes = new TextEncoder().encode(text);
  return [path, { path, hash: `h-${text}`, length: bytes.length, contentType: "text/javascript", imports, bytes }];
};

function cache(options) {
  const indexedDB = fakeIndexedDB(options);
  const fakes = fakeWorld({ indexedDB });
  const parts = run(fakes.world, { start: false });
  return { ...fakes, ...parts, indexedDB, cache: new parts.GraphCache() };
}

test("a record written is read: first what it holds, then the modules", async () => {
  const { cache: c } = cache();
  await c.write("main", new Map([module("main.mjs"), module("lib/b.mjs", "bee")]), ["gone.mjs"]);
  const { key, kept, versions } = await c.readIndex("main");
  assert.deepEqual([key, kept], ["main", undefined]);
  const { hashes, missing } = versions();
  assert.deepEqual({ hashes, missing }, { hashes: { "main.mjs": "h-main.mjs", "lib/b.mjs": "h-bee" }, missing: ["gone.mjs"] });
  const read = await c.readModules("main");
  assert.deepEqual([...read.keys()], ["main.mjs", "lib/b.mjs"]);
  assert.equal(new TextDecoder().decode(read.get("lib/b.mjs").bytes), "bee");
  assert.equal(read.get("lib/b.mjs").hash, "h-bee");
});

for (const fault of ["throws", "error", "blocked"]) {
  test(`IndexedDB that ${fault}: no cache, no exception`, async () => {
    const { cache: c } = cache({ fault });
    await c.write("main", new Map([module("a")]), []);
    await c.touch("main", 1);
    assert.equal(await c.readIndex("main"), null);
    assert.equal((await c.readModules("main")).size, 0);
  });
}

test("a damaged record is no record", async () => {
  const { cache: c, indexedDB } = cache();
  await c.write("main", new Map([module("a"), module("b")]), []);
  const graphs = indexedDB.stores.get("graphs");
  const good = graphs.get("main");
  const damaged = [
    { ...good, pack: good.pack.slice(0, -1) }, { ...good, pack: "text" }, { key: "main" }, { ...good, pack: new ArrayBuffer(0) },
  ];
  for (const record of damaged) {
    graphs.set("main", record);
    assert.equal((await c.readModules("main")).size, 0);
  }
  graphs.set("main", good);
  const all = indexedDB.stores.get("hashes");
  for (const damage of [{ hashes: 1 }, { hashes: null }, { missing: undefined }]) {
    all.set("main", { ...all.get("main"), ...damage });
    assert.deepEqual((await c.readIndex("main")).versions(), { hashes: {}, missing: [] });
  }
  assert.equal((await c.readModules("main")).size, 2);
});

test("a full disk empties the cache and goes on", async () => {
  const { cache: c, indexedDB } = cache();
  await c.write("old", new Map([module("a")]), []);
  indexedDB.fault = "quota";
  await c.write("new", new Map([module("b")]), []);
  assert.equal(indexedDB.stores.get("graphs").size, 0);
});

test("the graphs used longest ago give way", async () => {
  const { cache: c, indexedDB, LIMITS } = cache();
  for (let i = 0; i < LIMITS.cacheGraphs; i++) {
    await c.write(`g${i}`, new Map([module("a")]), []);
    indexedDB.stores.get("uses").get(`g${i}`).usedAt = i;
  }
  indexedDB.stores.get("uses").get("g0").usedAt = 1e15;
  await c.write("new", new Map([module("a")]), []);
  const keys = [...indexedDB.stores.get("graphs").keys()];
  assert.equal(keys.length, LIMITS.cacheGraphs);
  assert.ok(keys.includes("g0") && keys.includes("new") && !keys.includes("g1"));
});

test("total size counts too", async () => {
  const { cache: c, indexedDB, LIMITS } = cache();
  await c.write("big", new Map([module("a")]), []);
  indexedDB.stores.get("uses").get("big").usedAt = 0;
  indexedDB.stores.get("uses").get("big").bytes = LIMITS.cacheBytes;
  await c.write("new", new Map([module("a")]), []);
  assert.deepEqual([...indexedDB.stores.get("graphs").keys()], ["new"]);
});

test("another tab's upgrade closes ours: no cache from then on", async () => {
  const { cache: c, indexedDB } = cache();
  await c.write("main", new Map([module("a")]), []);
  indexedDB.database.onversionchange();
  assert.equal((await c.readModules("main")).size, 0);
  await c.write("main", new Map([module("b")]), []);
});

test("a page without a record gets the one used last", async () => {
  const { cache: c, indexedDB } = cache();
  await c.write("old", new Map([module("a")]), []);
  await c.write("new", new Map([module("b")]), []);
  indexedDB.stores.get("uses").get("old").usedAt = 1;
  const { key, versions } = await c.readIndex("other");
  assert.deepEqual([key, ...Object.keys(versions().hashes)], ["new", "b"]);
});

test("records of an older version are dropped", async () => {
  const { cache: c, indexedDB } = cache();
  indexedDB.stores.set("graphs", new Map([["main", { key: "main", paths: ["a"], pack: 1 }]])).set("other", new Map());
  assert.equal((await c.readModules("main")).size, 0);
  assert.deepEqual([...indexedDB.stores.keys()], ["graphs", "uses", "index", "parts", "hashes"]);
  assert.equal(indexedDB.stores.get("graphs").size, 0);
});
