import assert from "node:assert/strict";
import { test } from "node:test";
import { giveElements } from "./fake-elements.mjs";
import { fakeWorld, run } from "./harness.mjs";

class FakeStorage {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => this.items.set(key, value);
}

function open({ readyState = "complete", session = new FakeStorage(), local = new FakeStorage(), nested = false } = {}) {
  const fakes = fakeWorld();
  const root = giveElements(fakes);
  Object.assign(fakes.document, { readyState });
  Object.assign(fakes.window, { sessionStorage: session, localStorage: local });
  Object.assign(fakes.world, { parent: nested ? { pitlane: {} } : fakes.window, innerHeight: 600 });
  const { StatusBadge } = run(fakes.world, { start: false });
  let built = 0;
  const badge = new StatusBadge("https://app.test/@pitlane/", () => built++);
  const host = () => root.children[0];
  const box = () => host()?.shadow.children[0];
  const state = () => box() && [box().className, box().children[0].title];
  return { ...fakes, badge, root, host, box, state, local, session, built: () => built };
}

test("colours and words", () => {
  const { badge, state } = open();
  badge.state("green", "connected");
  assert.deepEqual(state(), ["green", "connected"]);
  badge.modules({ websocket: 1001, http: 0 });
  badge.clients(2);
  assert.deepEqual(state(), ["green", "connected, 1,001 modules over WebSocket, 2 clients"]);
  badge.problem(1);
  assert.deepEqual(state(), ["red", "1 problem, connected, 1,001 modules over WebSocket, 2 clients"]);
  badge.problem(0);
  badge.modules({ websocket: 0, http: 1 });
  assert.deepEqual(state(), ["orange", "connected, modules over HTTP, 2 clients"]);
  badge.state("orange", "trying to reconnect");
  assert.equal(state()[0], "orange");
  badge.state("red", "the server is gone");
  assert.equal(state()[0], "red");
});

test("it comes when the page has loaded, and is built once", () => {
  const { badge, document, window, root, built } = open({ readyState: "interactive" });
  badge.state("green", "connected");
  assert.equal(root.children.length, 0);
  document.readyState = "complete";
  window.dispatchEvent(new Event("load"));
  assert.equal(root.children.length, 1);
  badge.clients(3);
  assert.equal(built(), 1);
});

test("during a load the bar is shown before the state, and goes without it", async () => {
  const { badge, root, host, clock, document } = open({ readyState: "loading" });
  badge.begin();
  badge.state("green", "connected");
  await clock.advance(300);
  assert.equal(host().shadow.role("progressbar").length, 1);
  document.readyState = "complete";
  badge.end();
  assert.equal(root.children.length, 1);
  assert.equal(host().shadow.role("progressbar").length, 0);
});

test("hidden in this tab: gone, and not drawn again", async () => {
  const session = new FakeStorage();
  const { badge, root, box, clock } = open({ session });
  badge.state("green", "connected");
  box().children[1].onclick();
  assert.equal(root.children.length, 0);
  badge.problem(1);
  badge.begin();
  await clock.advance(300);
  assert.equal(root.children.length, 0);
  const next = open({ session });
  next.badge.state("green", "connected");
  assert.equal(next.root.children.length, 0);
});

test("a page that the page removes it from gets it back with the next change", () => {
  const { badge, root, host } = open();
  badge.state("green", "connected");
  host().remove();
  badge.clients(2);
  assert.equal(root.children.length, 1);
});

test("its place is a share of the room, kept within it and remembered", () => {
  const local = new FakeStorage();
  const { badge, host, box } = open({ local });
  badge.state("green", "connected");
  box().box = { left: 750, top: 570, width: 40, height: 20 };
  const key = (name) => box().children[0].dispatchEvent(Object.assign(new Event("keydown"), { key: name }));
  key("ArrowDown"); // there is no more room
  assert.equal(local.getItem("pitlane.badge"), "1.0000,1.0000");
  key("ArrowLeft");
  assert.equal(host().style.values.get("--pitlane-x"), (720 / 740).toFixed(4));
  assert.equal(host().style.values.get("--pitlane-y"), "1.0000");
  const again = open({ local });
  again.badge.state("green", "connected");
  assert.equal(again.host().style.values.get("--pitlane-x"), (720 / 740).toFixed(4));
  local.setItem("pitlane.badge", "nonsense");
  const other = open({ local });
  other.badge.state("green", "connected");
  assert.equal(other.host().style.values.size, 0);
});

test("a frame of a page that has a badge shows none", () => {
  const { badge, root } = open({ nested: true });
  badge.state("green", "connected");
  assert.equal(root.children.length, 0);
});
