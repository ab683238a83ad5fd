import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const url = "https://app.test/lib/m.mjs";
const runtime = (loader) => run(fakeWorld().world, { start: false }).linkedRuntime(loader);
const resolve = (specifier, base) => (specifier.startsWith(".") ? new URL(specifier, base).href : specifier);

test("import.meta as under the module's own URL", () => {
  const meta = { url: "blob:x", resolve: (specifier) => `native ${specifier}` };
  runtime({ resolve }).meta(meta, url);
  assert.equal(meta.url, url);
  assert.equal(meta.resolve("./x.mjs"), "https://app.test/lib/x.mjs");
  assert.equal(meta.resolve("lit"), "native lit");
  assert.equal(meta.resolve.name, "resolve");
  assert.equal(meta.resolve.length, 1);
  assert.throws(() => new meta.resolve("./x.mjs"), TypeError);
  assert.deepEqual(Object.keys(meta), ["url", "resolve"]);
});

test("computed imports go to the loader, with the module's own URL", async () => {
  const seen = [];
  const { importer, resolve: resolved } = runtime({ resolve, importFrom: async (...given) => seen.push(given) });
  await importer(url)("./x.mjs");
  assert.deepEqual(seen, [["./x.mjs", url]]);
  assert.equal(resolved("./x.mjs", url), "https://app.test/lib/x.mjs");
});

test("errors that name a module by its linked address get a line with its own", () => {
  const { world, page, window } = fakeWorld();
  const { explainErrors, moduleURL } = run(world, { start: false });
  const blob = "blob:https://app.test/0b4b1f52-0d8d-4c6e-9a53-0123456789ab";
  explainErrors(new Map([[blob, url]]));
  const tell = (type, detail) => window.dispatchEvent(Object.assign(new Event(type), detail));
  tell("error", { message: `The requested module '${blob}' doesn't provide an export named: 'x'`, filename: `${blob}`, lineno: 3, colno: 7 });
  tell("unhandledrejection", { reason: new TypeError(`Failed to fetch dynamically imported module: ${moduleURL([`import "x";\n//# sourceURL=${url}`], "js", "data")}`) });
  assert.deepEqual(page.lines, [
    `[pitlane] ${url}:3:7 The requested module '${url}' doesn't provide an export named: 'x'`,
    `[pitlane] TypeError: Failed to fetch dynamically imported module: ${url}`,
  ]);
  tell("error", { message: "boom", filename: url, lineno: 1, colno: 1 });
  tell("error", { message: undefined });
  tell("error", { message: `not ours: ${blob.replace("0b4b", "ffff")}`, filename: "", lineno: 0, colno: 0 });
  tell("unhandledrejection", { reason: undefined });
  tell("unhandledrejection", { reason: { get message() { throw new Error("not asked"); } } });
  assert.equal(page.lines.length, 2);
});
