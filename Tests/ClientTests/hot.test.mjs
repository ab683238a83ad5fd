import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run, settle } from "./harness.mjs";

const url = (path) => `https://app.test/${path}`;

function modules() {
  const fakes = fakeWorld();
  const { HotModules } = run(fakes.world, { start: false });
  const sent = [];
  const channels = [];
  const hot = new HotModules({
    send: (message) => sent.push(message),
    subscribe: (channel) => channels.push(channel),
    target: (specifier, base) => (/^\.{0,2}\//.test(specifier) ? new URL(specifier, base).href : specifier === "named" ? url("lib/named.mjs") : null),
  });
  return { hot, sent, channels, ...fakes };
}

test("accept: itself, a dependency, several, relative to the module and by names of import maps", () => {
  const { hot } = modules();
  const meta = hot.create(url("lib/a.mjs"), 0);
  const calls = [];
  meta.accept();
  meta.accept(undefined);
  meta.accept((next) => calls.push(["self", next]));
  meta.accept("./b.mjs", (next) => calls.push(["b", next]));
  meta.accept(["./b.mjs", "../c.mjs", "named"], (all) => calls.push(["all", ...all]));
  meta.accept("./b.mjs");
  meta.acceptExports("x", (next) => calls.push(["exports", next]));
  meta.acceptExports(["x", "y"]);
  const call = (accepted, module) => {
    calls.length = 0;
    for (const { deps, call } of hot.callbacks("lib/a.mjs", accepted)) call(deps.map((dep) => (dep === accepted ? module : undefined)));
    return calls;
  };
  assert.deepEqual(call("lib/a.mjs", "A"), [["self", "A"], ["exports", "A"]]);
  assert.deepEqual(call("lib/b.mjs", "B"), [["b", "B"], ["all", "B", undefined, undefined]]);
  assert.deepEqual(call("lib/named.mjs", "N"), [["all", undefined, undefined, "N"]]);
  assert.deepEqual(call("c.mjs", undefined), [["all", undefined, undefined, undefined]]);
  assert.deepEqual(call("other.mjs"), []);
});

test("what makes no sense is refused in words", () => {
  const { hot } = modules();
  const meta = hot.create(url("a.mjs"), 0);
  assert.throws(() => meta.accept(5), /accept takes a callback, or a module's name or an array.*, not number/);
  assert.throws(() => meta.accept(null), /not null/);
  assert.throws(() => meta.accept({}), /not object/);
  assert.throws(() => meta.accept([1]), /a module's name is a string, not number/);
  assert.throws(() => meta.accept("./b.mjs", 1), /the callback is a function, not number/);
  assert.throws(() => meta.acceptExports(() => {}), /an export's name or an array of names, not function/);
  assert.throws(() => meta.dispose(), /dispose: the callback is a function, not undefined/);
  assert.throws(() => meta.on("x", "y"), /on: the callback is a function, not string/);
  assert.equal(meta.decline(), undefined);
  assert.deepEqual(hot.callbacks("a.mjs", "a.mjs"), []);
});

test("a new version begins anew and keeps data; what the old one listened to is over", () => {
  const { hot } = modules();
  const seen = [];
  const first = hot.create(url("a.mjs"), 0);
  first.accept(() => {});
  first.data.kept = 1;
  first.on("mine", (data) => seen.push(["first", data]));
  first.dispose(() => {});
  assert.ok(hot.disposes("a.mjs"));
  const second = hot.create(url("a.mjs"), 3);
  assert.equal(second.data, first.data);
  assert.equal(second.data.kept, 1);
  assert.deepEqual([hot.callbacks("a.mjs", "a.mjs"), hot.disposes("a.mjs")], [[], false]);
  second.on("mine", (data) => seen.push(["second", data]));
  first.on("mine", (data) => seen.push(["first again", data]));
  hot.notify("mine", 7);
  assert.deepEqual(seen, [["second", 7]]);
  // A version that was slow to start is not the newest.
  hot.create(url("a.mjs"), 2).accept(() => {});
  assert.deepEqual(hot.callbacks("a.mjs", "a.mjs"), []);
});

test("versions on trial count when the update has succeeded, and leave the old ones alone otherwise", () => {
  const { hot } = modules();
  const seen = [];
  for (const path of ["a.mjs", "b.mjs"]) {
    const old = hot.create(url(path), 0);
    old.accept(() => {});
    old.on("told", () => seen.push(`old ${path}`));
  }
  hot.begin(1);
  for (const path of ["a.mjs", "b.mjs"]) hot.create(url(path), 1).on("told", () => seen.push(`new ${path}`));
  hot.notify("told");
  assert.deepEqual(seen.splice(0), ["old a.mjs", "old b.mjs"]);
  hot.settle(new Set(["a.mjs"]));
  hot.notify("told");
  assert.deepEqual(seen, ["old b.mjs", "new a.mjs"]);
  assert.equal(hot.callbacks("a.mjs", "a.mjs").length, 0);
  assert.equal(hot.callbacks("b.mjs", "b.mjs").length, 1);
});

test("prune: told first, then disposed of, then pruned; data goes last", async () => {
  const { hot, window } = modules();
  const seen = [];
  window.addEventListener("pitlane:beforePrune", ({ detail }) => seen.push(["page", ...detail.paths]));
  hot.create(url("main.mjs"), 0).on("vite:beforePrune", ({ paths }) => seen.push(["told", ...paths]));
  const meta = hot.create(url("a.mjs"), 0);
  meta.data.kept = 1;
  meta.dispose(async (data) => (seen.push(["disposed", data.kept]), await settle(), seen.push(["later"])));
  meta.prune((data) => seen.push(["pruned", data.kept]));
  meta.on("mine", () => seen.push(["heard"]));
  await hot.prune(["a.mjs", "unknown.mjs"]);
  hot.notify("mine");
  assert.deepEqual(seen, [["told", "/a.mjs", "/unknown.mjs"], ["page", "/a.mjs", "/unknown.mjs"], ["disposed", 1], ["later"], ["pruned", 1]]);
  assert.deepEqual(hot.create(url("a.mjs"), 4).data, {});
});

test("errors in callbacks and listeners are reported and stop nobody", async () => {
  const { hot, page } = modules();
  const meta = hot.create(url("a.mjs"), 0);
  const seen = [];
  meta.on("mine", () => { throw new Error("first"); });
  meta.on("mine", async () => { throw new Error("second"); });
  meta.on("mine", () => seen.push("third"));
  await hot.notify("mine");
  assert.deepEqual(seen, ["third"]);
  assert.deepEqual(page.lines, ["reported: first", "reported: second"]);
  meta.dispose(() => { throw new Error("dispose"); });
  await hot.dispose(["a.mjs"]);
  assert.equal(page.lines.at(-1), "reported: dispose");
});

test("events: slow listeners are waited for, quick ones are not; off ends it; custom ones come from channel hot", async () => {
  const { hot, channels } = modules();
  const meta = hot.create(url("a.mjs"), 0);
  const seen = [];
  const listener = (data) => seen.push(data);
  meta.on("vite:beforeUpdate", listener);
  assert.deepEqual(channels, []);
  meta.on("mine", listener);
  assert.deepEqual(channels, ["hot"]);
  assert.equal(hot.notify("mine", 1), undefined);
  meta.off("mine", listener);
  hot.notify("mine", 2);
  assert.deepEqual(seen, [1]);
  meta.on("slow", async () => (await settle(), seen.push("slow")));
  await hot.notify("slow");
  assert.deepEqual(seen, [1, "slow"]);
});

test("send and invalidate go to the server; who began is passed on", () => {
  const { hot, sent, page } = modules();
  const meta = hot.create(url("lib/a.mjs"), 0);
  const seen = [];
  meta.on("vite:invalidate", (payload) => seen.push(payload));
  meta.send("mine:event", { a: 1 });
  meta.invalidate("cannot");
  hot.firstInvalidatedBy = "first.mjs";
  meta.invalidate();
  assert.deepEqual(sent, [
    { type: "event", channel: "hot", event: "mine:event", data: { a: 1 } },
    { type: "hot:invalidate", path: "lib/a.mjs", message: "cannot", firstInvalidatedBy: "lib/a.mjs" },
    { type: "hot:invalidate", path: "lib/a.mjs", message: undefined, firstInvalidatedBy: "first.mjs" },
  ]);
  assert.deepEqual(seen[0], { path: "/lib/a.mjs", message: "cannot", firstInvalidatedBy: "/lib/a.mjs" });
  assert.deepEqual(page.lines, ["[pitlane] invalidate: /lib/a.mjs: cannot", "[pitlane] invalidate: /lib/a.mjs"]);
});

test("a reload can be kept from coming, by a listener that throws or by the page's event", async () => {
  const { hot, window } = modules();
  assert.equal(hot.beforeReload("a.mjs"), true);
  const meta = hot.create(url("a.mjs"), 0);
  let ready = false;
  meta.on("vite:beforeFullReload", async ({ path }) => (await settle(), (ready = path)));
  assert.equal(await hot.beforeReload("a.mjs"), true);
  assert.equal(ready, "/a.mjs");
  const prevent = (event) => event.preventDefault();
  window.addEventListener("pitlane:beforeFullReload", prevent);
  assert.equal(hot.beforeReload("a.mjs"), false);
  window.removeEventListener("pitlane:beforeFullReload", prevent);
  meta.on("vite:beforeFullReload", () => { throw "(skipping full reload)"; });
  assert.equal(hot.beforeReload("a.mjs"), false);
});
