import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { deflateRawSync } from "node:zlib";
import { order, script } from "./harness.mjs";

const sources = new URL("../../Sources/DevServer/", import.meta.url);

test("every file is assembled, once", () => {
  const files = readdirSync(new URL("Client/", sources)).filter((name) => name.endsWith(".js"));
  assert.deepEqual([...order].sort(), files.sort());
});

test("the server assembles them in the same order", () => {
  const swift = readFileSync(new URL("ClientScript.swift", sources), "utf8");
  const names = [...swift.matchAll(/PackageResources\.(\w+)_js/g)].map((match) => `${match[1]}.js`);
  assert.deepEqual(names, order);
});

test("one classic script, at most 52 KB deflated", () => {
  new vm.Script(script());
  const size = deflateRawSync(script()).length;
  assert.ok(size <= 52 * 1024, `${size} bytes deflated`);
});

test("what is left out is comment, at the beginning of lines", () => {
  const files = order.map((name) => readFileSync(new URL(`Client/${name}`, sources), "utf8")).join("");
  const tokens = (text) => text.replace(/\/\*\*[^]*?\*\//g, "").replace(/^ *\/\/.*$/gm, "").replace(/\s+/g, " ").trim();
  assert.equal(tokens(script()), `(() => { "use strict"; ${tokens(files)} })();`);
  assert.doesNotMatch(script(), /^ *\/[/*]/m);
});
