import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const { applyDelta, contentHash, updatedModule } = run(fakeWorld().world, { start: false });
const bytes = (text) => new TextEncoder().encode(text);
const text = (bytes) => new TextDecoder().decode(bytes);
const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);
const entry = (content, more) => ({ path: "a.mjs", hash: hashOf(content), length: bytes(content).length, contentType: "text/javascript", imports: [], ...more });

test("copied ranges and new text, in bytes", () => {
  assert.equal(text(applyDelta(bytes("äbcdef"), [[0, 2], "ÜÜ", [4, 3], ""])), "äÜÜdef");
  assert.equal(text(applyDelta(bytes("abc"), [])), "");
  for (const steps of [[[0, 4]], [[-1, 1]], [[2, -1]], [[4, 0]]]) assert.throws(() => applyDelta(bytes("abc"), steps), /not of this text/);
});

test("hashes as the server writes them", async () => {
  for (const content of ["", "abc", "ä".repeat(70_000)]) assert.equal(await contentHash(bytes(content)), hashOf(content));
});

test("a whole text is there at once, a byte order mark included", () => {
  const module = updatedModule(entry("x", { content: "\uFEFFexport {};" }), []);
  assert.deepEqual([...module.bytes.subarray(0, 4)], [0xef, 0xbb, 0xbf, 0x65]);
  assert.equal("content" in module, false);
});

test("a delta is applied to the text it is made for, and checked", async () => {
  const old = { hash: "base", bytes: bytes("export const a = 1;") };
  const steps = { base: "base", delta: [[0, 17], "2;"] };
  const module = await updatedModule(entry("export const a = 2;", steps), [{ hash: "other", bytes: bytes("") }, old]);
  assert.equal(text(module.bytes), "export const a = 2;");
  assert.equal(await updatedModule(entry("export const a = 3;", steps), [old]), null, "another hash");
  assert.equal(await updatedModule(entry("x", { base: "base", delta: [[0, 99]] }), [old]), null, "beyond the base");
  assert.equal(updatedModule(entry("x", steps), []), null, "not held");
  assert.equal(updatedModule(entry("x"), [old]), null, "neither text nor delta");
});

test("damaged entries are refused", () => {
  for (const damage of [{ path: 1 }, { hash: undefined }, { contentType: null }, { imports: [{ kind: "static" }] }, { imports: {} }]) {
    assert.throws(() => updatedModule(entry("x", { content: "x", ...damage }), []), /damaged/);
  }
  assert.throws(() => updatedModule(null, []), /damaged/);
});
