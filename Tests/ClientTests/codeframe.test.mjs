import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const { codeFrame, codeFrameText } = run(fakeWorld().world, { start: false });
const numbered = (count) => Array.from({ length: count }, (_, i) => `line ${i + 1}`).join("\n");

test("three lines on either side, the caret in the line meant", () => {
  const frame = codeFrame(numbered(20), 10, 3);
  assert.deepEqual(frame.map(({ number }) => number), [7, 8, 9, 10, 11, 12, 13]);
  assert.deepEqual(frame[3], { number: 10, text: "line 10", at: 2 });
  assert.ok(frame.every(({ number, at }) => (number === 10) === (at !== null)));
});

test("at the ends there are fewer lines; a line that is not there has no frame", () => {
  assert.deepEqual(codeFrame(numbered(3), 1, 1).map(({ number }) => number), [1, 2, 3]);
  assert.deepEqual(codeFrame(numbered(5), 5, 1).map(({ number }) => number), [2, 3, 4, 5]);
  for (const line of [0, -1, 6, NaN, undefined]) assert.deepEqual(codeFrame(numbered(5), line, 1), []);
});

test("without a column there is no caret; a column behind the line's end is its end", () => {
  assert.ok(codeFrame(numbered(3), 2).every(({ at }) => at === null));
  assert.equal(codeFrame("abc", 1, 99)[0].at, 3);
});

test("lines end as JavaScript's do", () => {
  assert.deepEqual(codeFrame("a\r\nb\rc\u2028d\ne", 3, 1).map(({ text }) => text), ["a", "b", "c", "d", "e"]);
});

test("a huge line is clipped around its column, and the lines beside it alike", () => {
  const huge = `${"x".repeat(50_000)}HERE${"y".repeat(800_000)}`;
  const [before, line] = codeFrame(`short\n${huge}`, 2, 50_001);
  assert.ok(line.text.length < 200, `${line.text.length}`);
  assert.equal(line.text.slice(line.at, line.at + 4), "HERE");
  assert.ok(line.text.startsWith("…") && line.text.endsWith("…"));
  assert.equal(before.text, "…");
  // At the start nothing is taken off.
  const [start] = codeFrame(huge, 1, 5);
  assert.equal(start.at, 4);
  assert.ok(start.text.startsWith("xxx"));
});

test("no character is cut in two", () => {
  const huge = "🦀".repeat(1000);
  for (const column of [501, 502, 503, 504]) {
    const [{ text }] = codeFrame(huge, 1, column);
    assert.ok(text.isWellFormed?.() ?? !/^…?[\udc00-\udfff]|[\ud800-\udbff]…?$/.test(text), text);
  }
});

test("as text the caret stands below its place, tabs and all", () => {
  assert.equal(codeFrameText("a\n\tlet 🦀 = ;\nc", 2, 11), "1 | a\n2 | \tlet 🦀 = ;\n  | \t        ^\n3 | c");
  assert.equal(codeFrameText("a", 7, 1), "");
});
