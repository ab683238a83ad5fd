import assert from "node:assert/strict";
import { test } from "node:test";
import { giveElements } from "./fake-elements.mjs";
import { fakeWorld, run, settle } from "./harness.mjs";

function open({ enabled = true, editor = async () => null } = {}) {
  const fakes = fakeWorld();
  const root = giveElements(fakes);
  const counts = [];
  const { ErrorOverlay } = run(fakes.world, { start: false });
  const overlay = new ErrorOverlay({ enabled, editor, changed: (count) => counts.push(count) });
  const dialog = () => root.children[0]?.shadow.children[0];
  const text = () => dialog()?.textContent ?? null;
  const buttons = () => dialog().querySelectorAll("button");
  return { ...fakes, overlay, root, counts, dialog, text, buttons };
}

const problem = (path, more = {}) => ({ kind: "syntax", message: `bad ${path}`, path, line: 2, column: 3, ...more });

test("what it says", () => {
  const { overlay, text, dialog } = open();
  overlay.show(problem("lib/a.mjs", { source: "one\ntwo\nthree", importers: ["main.mjs", "b.mjs"], stack: "at f (https://app.test/lib/x%20y.mjs?pitlane=3:4:5)\nat https://cdn.test/z.js:1:1\nat https://app.test/@pitlane/client.js:1:2" }));
  assert.match(text(), /^Syntax error×bad lib\/a\.mjs\/lib\/a\.mjs:2:31one\n2two\ntw\^3three\nImported by \/main\.mjs, \/b\.mjs/);
  assert.match(text(), /at f \(\/lib\/x y\.mjs:4:5\)\nat https:\/\/cdn\.test\/z\.js:1:1\n(?!at)/);
  assert.equal(dialog().open, true);
  assert.equal(dialog().getAttribute("role"), "alertdialog");
});

test("the same path replaces, another is listed before it, clear takes one or all", () => {
  const { overlay, text, counts, root } = open();
  overlay.show(problem("a.mjs"));
  overlay.show(problem("a.mjs", { message: "worse" }));
  assert.ok(!text().includes("bad a.mjs") && text().includes("worse"));
  overlay.show(problem("b.mjs"));
  assert.match(text(), /^2 problems/);
  assert.ok(text().indexOf("b.mjs") < text().indexOf("a.mjs"));
  overlay.show({ kind: "upstream", message: "no answer" });
  overlay.clear("b.mjs");
  overlay.clear("unknown.mjs");
  assert.match(text(), /^2 problems/);
  overlay.clear();
  assert.equal(root.children.length, 0);
  assert.deepEqual(counts, [1, 1, 2, 3, 2, 0]);
});

test("closed by the user it stays closed until the next problem, which lists all", () => {
  const { overlay, buttons, root, text, counts } = open();
  overlay.show(problem("a.mjs"));
  overlay.show(problem("b.mjs"));
  buttons()[0].onclick();
  assert.equal(root.children.length, 0);
  overlay.clear("b.mjs");
  assert.equal(root.children.length, 0);
  assert.equal(counts.at(-1), 1);
  overlay.show(problem("c.mjs"));
  assert.match(text(), /^2 problems/);
});

test("files open in the editor; what the server answers is shown", async () => {
  const asked = [];
  const { overlay, buttons, text } = open({ editor: async (...place) => (asked.push(place), "No editor is configured.") });
  overlay.show(problem("a.mjs"));
  await buttons().find((button) => button.getAttribute("class") === "place").onclick();
  assert.deepEqual(asked, [["a.mjs", 2, 3]]);
  assert.ok(text().includes("No editor is configured."));
});

test("the editor is asked for by a POST of JSON", async () => {
  const requests = [];
  const editor = (ok, status, body) => {
    const fetch = async (...request) => (requests.push(request), { ok, status, text: async () => body });
    return run({ ...fakeWorld().world, fetch }, { start: false }).editorOf("wss://app.test/@pitlane/ws");
  };
  assert.equal(await editor(true, 200, "{}")("a.mjs", 1, 2), null);
  const [[url, { method, headers, body }]] = requests;
  assert.equal(url, "https://app.test/@pitlane/api/open");
  assert.deepEqual([method, headers, JSON.parse(body)], ["POST", { "Content-Type": "application/json" }, { path: "a.mjs", line: 1, column: 2 }]);
  assert.equal(await editor(false, 404, '{"message":"No editor."}')("a.mjs"), "No editor.");
  assert.equal(await editor(false, 502, "<bad gateway>")("a.mjs"), "<bad gateway>");
  assert.equal(await editor(false, 502, "")("a.mjs"), "The server answered 502.");
  const { world } = fakeWorld();
  world.fetch = async () => { throw new TypeError("Failed to fetch"); };
  const { editorOf } = run(world, { start: false });
  assert.equal(await editorOf("ws://app.test/")("a.mjs"), "The editor could not be asked for: Failed to fetch.");
});

test("turned off it only counts; a page that refuses it gets one line", async () => {
  const off = open({ enabled: false });
  off.overlay.show(problem("a.mjs"));
  assert.deepEqual([off.root.children.length, off.counts], [0, [1]]);
  const refused = open();
  refused.document.createElement = () => { throw new Error("no elements"); };
  refused.overlay.show(problem("a.mjs"));
  await settle();
  assert.deepEqual(refused.page.lines, ["[pitlane] The error overlay cannot be shown: no elements."]);
});
