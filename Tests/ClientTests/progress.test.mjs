import assert from "node:assert/strict";
import { test } from "node:test";
import { giveElements } from "./fake-elements.mjs";
import { fakeIndexedDB } from "./fake-indexeddb.mjs";
import { fakeSite, fakeWorld, run, settle } from "./harness.mjs";

function badge() {
  const fakes = fakeWorld();
  const root = giveElements(fakes);
  const parts = run(fakes.world, { start: false });
  const bar = () => root.children[0]?.shadow.role("progressbar")[0];
  return { ...fakes, ...parts, root, bar, badge: new parts.StatusBadge("https://app.test/@pitlane/") };
}

test("the badge comes after 300 ms and goes with the last load", async () => {
  const { badge: b, clock, root, bar } = badge();
  b.begin();
  await clock.advance(299);
  assert.equal(root.children.length, 0);
  await clock.advance(1);
  assert.equal(root.children.length, 1);
  assert.equal(root.children[0].shadow.mode, "closed");
  assert.equal(bar().attributes.get("role"), "progressbar");
  b.begin();
  b.end();
  assert.equal(root.children.length, 1);
  b.end();
  assert.equal(root.children.length, 0);
  assert.equal(clock.waiting, 0);
});

test("a short load shows nothing, and the next one begins anew", async () => {
  const { badge: b, clock, root } = badge();
  b.begin();
  await clock.advance(200);
  b.end();
  await clock.advance(1000);
  b.begin();
  await clock.advance(200);
  assert.equal(root.children.length, 0);
});

test("the bar tells how far it is, or that nobody knows", async () => {
  const { badge: b, clock, bar } = badge();
  b.begin();
  b.show(0.25);
  await clock.advance(300);
  assert.equal(bar().attributes.get("aria-valuenow"), "25");
  assert.equal(bar().style.values.get("--done"), "25%");
  assert.ok(bar().classes.has("known"));
  b.show(3);
  assert.equal(bar().attributes.get("aria-valuenow"), "100");
  b.show(null);
  assert.equal(bar().attributes.has("aria-valuenow"), false);
  assert.ok(!bar().classes.has("known"));
});

test("a page that refuses the badge loads all the same", async () => {
  const { badge: b, clock, document } = badge();
  document.createElement = () => { throw new Error("no"); };
  b.begin();
  await clock.advance(300);
  b.show(1);
  b.end();
});

const many = () => Object.fromEntries([
  ["main.mjs", { text: Array.from({ length: 40 }, (_, i) => `import "./${i}.mjs";`).join("") }],
  ...Array.from({ length: 40 }, (_, i) => [`${i}.mjs`, { text: `// ${i}` }]),
]);

/** Loads a page whose frames come 10 ms apart. */
async function slowly(indexedDB) {
  const fakes = fakeWorld({ tag: { dataset: { entry: "main.mjs" } }, indexedDB });
  const site = fakeSite(many());
  run(fakes.world);
  await settle();
  const socket = fakes.WebSocket.last;
  const times = [];
  fakes.window.addEventListener("pitlane:progress", () => times.push(fakes.clock.now()));
  socket.onsent = (message) => site.graph(message).forEach((frame, i) => fakes.clock.setTimeout(() => socket.push(frame), i * 10));
  socket.accept();
  await fakes.clock.advance(2000);
  const details = fakes.page.events.filter(([name]) => name === "progress").map(([, detail]) => detail);
  return { ...fakes, details, times };
}

test("pitlane:progress: at most every 50 ms, the last one has all; total is null until it is known", async () => {
  const { details, times } = await slowly();
  assert.ok(details.length >= 4 && details.length <= 7, `${details.length} events`);
  times.slice(1, -1).forEach((time, i) => assert.ok(time - times[i] >= 50));
  const bytes = Object.values(many()).reduce((sum, { text }) => sum + text.length, 0);
  assert.deepEqual(details.at(-1), { modules: 41, bytes, total: 41 });
  assert.ok(details.slice(0, -1).every(({ total }) => total === null));
  details.slice(1).forEach(({ modules }, i) => assert.ok(modules >= details[i].modules));
});

test("at a later visit the total of the last one is what to expect", async () => {
  const indexedDB = fakeIndexedDB();
  await slowly(indexedDB);
  const { details } = await slowly(indexedDB);
  assert.deepEqual(details, [{ modules: 41, bytes: 0, total: 41 }]);
});
