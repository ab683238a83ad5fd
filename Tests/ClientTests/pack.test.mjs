import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, packOf, run } from "./harness.mjs";

const { decodePack, encodePack } = run(fakeWorld().world, { start: false });
const bytes = (text) => new TextEncoder().encode(text);
const entry = (path, text) => ({ path, hash: `h-${path}`, contentType: "text/javascript", length: bytes(text).length, bytes: bytes(text) });

test("what is packed comes out again", () => {
  const pack = decodePack(encodePack([entry("a.mjs", "äöü"), entry("b.mjs", ""), entry("c.mjs", "1")]));
  assert.deepEqual(pack.modules.map((m) => [m.path, new TextDecoder().decode(m.bytes)]), [["a.mjs", "äöü"], ["b.mjs", ""], ["c.mjs", "1"]]);
});

test("a server's pack keeps id, imports and bytes", () => {
  const pack = decodePack(packOf(7, [{ path: "a.mjs", hash: "h", text: 'import "./b.mjs";' }]));
  assert.equal(pack.id, 7);
  assert.deepEqual(pack.modules[0].imports[0], { kind: "static", start: 7, end: 16, specifier: "./b.mjs", path: "b.mjs" });
});

test("damage is found, wherever it is", () => {
  const good = packOf(1, [{ path: "a.mjs", hash: "h", text: 'import "./b.mjs";' }]);
  for (let cut = 0; cut < good.byteLength; cut++) assert.throws(() => decodePack(good.slice(0, cut)));
  const longer = new Uint8Array(good.byteLength + 1);
  longer.set(new Uint8Array(good));
  assert.throws(() => decodePack(longer.buffer));
  const magic = good.slice(0);
  new DataView(magic).setUint32(0, 1);
  assert.throws(() => decodePack(magic));
  const header = good.slice(0);
  new DataView(header).setUint32(4, 0xffffffff);
  assert.throws(() => decodePack(header));
});

test("import ranges outside the module are damage", () => {
  for (const range of [{ start: 0, end: 99 }, { start: -1, end: 1 }, { start: 2, end: 1 }, { start: "0", end: 1 }]) {
    const file = { text: "12345", imports: [{ kind: "static", specifier: "x", ...range }] };
    assert.throws(() => decodePack(packOf(1, [{ path: "a.mjs", hash: "h", ...file }])), /damaged imports/);
  }
});
