import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { fakeWorld, importsOf, run } from "./harness.mjs";

const { world, page } = fakeWorld();
const client = run(world, { start: false });
const url = "https://app.test/lib/a.mjs";
const absolute = (specifier) => (/^\.{0,2}\//.test(specifier) ? new URL(specifier, url).href : specifier);

const at = (text, part, extra) => {
  const index = text.indexOf(part);
  const start = Buffer.byteLength(text.slice(0, index));
  return { start, end: start + Buffer.byteLength(part), ...extra };
};
/** A linked module as the browser decodes it. */
const decoded = (module) => {
  const pieces = client.linkModule("js", module, url, absolute);
  return new TextDecoder().decode(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
};
const link = (text, imports = importsOf(text, "lib/a.mjs")) => decoded({ bytes: new TextEncoder().encode(text), imports });
const tail = `\n//# sourceURL=${url}`;

test("specifiers become absolute, bare ones and full URLs stay", () => {
  assert.equal(
    link('import a from "./b.mjs";\nexport * from "../c.mjs";\nimport "lit";\nimport "https://cdn.test/x.js";\nimport("/d.mjs?v=1");'),
    `import a from "https://app.test/lib/b.mjs";\nexport * from "https://app.test/c.mjs";\nimport "lit";\nimport "https://cdn.test/x.js";\nimport(__pitlane__.current("https://app.test/d.mjs?v=1"));${tail}`);
});

test("byte ranges hold after non-ASCII text and a byte order mark", () => {
  assert.equal(link('/* äöü 🚗 */ import "./ü.mjs"; "ß";'), `/* äöü 🚗 */ import "https://app.test/lib/%C3%BC.mjs"; "ß";${tail}`);
  assert.equal(link('\uFEFFimport "./b.mjs";'), `import "https://app.test/lib/b.mjs";${tail}`);
  assert.equal(link('\uFEFFimport "./b.mjs"; "\uFEFF";'), `import "https://app.test/lib/b.mjs"; "\uFEFF";${tail}`);
});

test("bytes that are no UTF-8 do not shift what follows", () => {
  const text = new TextEncoder().encode('/*?*/import "./b.mjs";/*é*/');
  text[2] = 0xff;
  const imports = [{ kind: "static", start: 12, end: 21, specifier: "./b.mjs", path: "lib/b.mjs" }];
  assert.equal(decoded({ bytes: text, imports }), `/*\uFFFD*/import "https://app.test/lib/b.mjs";/*é*/${tail}`);
});

test("import.meta.url is the true address", () => {
  const text = "const u = import.meta.url;";
  assert.equal(link(text, [at(text, "import.meta.url", { kind: "meta", property: "url" })]), `const u = "${url}";${tail}`);
});

test("any other import.meta gets a prologue on the same line", () => {
  const text = "#!/usr/bin/env node\nf(import.meta);";
  assert.equal(link(text, [at(text, "import.meta", { kind: "meta", property: "other" })]),
    `__pitlane__.meta(import.meta,"${url}");//#!/usr/bin/env node\nf(import.meta);${tail}`);
});

test("import.meta.url stays itself where it may be assigned to, or the object passed on", () => {
  const metas = (text) => [...text.matchAll(/import\.meta(\.url)?/g)].map((match) =>
    ({ kind: "meta", property: match[1] ? "url" : "other", start: match.index, end: match.index + match[0].length }));
  const prologue = `__pitlane__.meta(import.meta,"${url}");`;
  const hotPrologue = prologue.replace(")", ",0)");
  for (const text of [
    "delete import.meta.url", "--import.meta.url", "[import.meta.url] = x", "[a, (import.meta.url)] = x", "({ a: import.meta.url, b } = x)",
    "({ a: import.meta.url = 1 } = x)", "[...import.meta.url] = x", "for (import.meta.url of x);", "for (import.meta.url in x);",
    "f(import.meta); import.meta.url", "import.meta['url'] = 1; import.meta.url", "import.meta.hot; const { url } = import.meta, b = import.meta.url",
  ]) assert.equal(link(text, metas(text)), `${/\bhot\b/.test(text) ? hotPrologue : prologue}${text}${tail}`);
  for (const text of ["new URL('x', import.meta.url)", "const a = import.meta.url;", "import.meta.url.length", "`${import.meta.url}`", "import.meta.url"]) {
    assert.equal(link(text, metas(text)), `${text.replaceAll("import.meta.url", `"${url}"`)}${tail}`);
  }
  assert.equal(link("import.meta.hot; f(import.meta.url)", metas("import.meta.hot; f(import.meta.url)")), `${hotPrologue}import.meta.hot; f("${url}")${tail}`);
});

test("computed imports are resolved at run time, commas and nesting included", () => {
  let text = "import(a, b)";
  assert.equal(link(text, [at(text, "a", { kind: "computed" })]), `import(__pitlane__.resolve((a),"${url}"), b)${tail}`);
  text = "import(import.meta.url)";
  assert.equal(link(text, [at(text, "import.meta.url", { kind: "computed" }), at(text, "import.meta.url", { kind: "meta", property: "url" })]),
    `import(__pitlane__.resolve(("${url}"),"${url}"))${tail}`);
  text = 'import((await import("./x.mjs")).name)';
  assert.equal(link(text, [at(text, '(await import("./x.mjs")).name', { kind: "computed" }), at(text, '"./x.mjs"', { kind: "dynamic", specifier: "./x.mjs" })]),
    `import(__pitlane__.resolve(((await import(__pitlane__.current("https://app.test/lib/x.mjs"))).name),"${url}"))${tail}`);
});

test("a computed import with one argument goes through the loader, so that it need not come over HTTP", () => {
  const text = "const m = await import(name + '.mjs');";
  assert.equal(link(text, [at(text, "name + '.mjs'", { kind: "computed", keyword: text.indexOf("import") })]),
    `const m = await __pitlane__.importer("${url}")((name + '.mjs'));${tail}`);
});

test("specifiers with quotes cannot break out", () => {
  const text = "import './a\"b.mjs';";
  assert.equal(link(text, [at(text, "'./a\"b.mjs'", { kind: "static", specifier: './a"b.mjs' })]), `import "https://app.test/lib/a%22b.mjs";${tail}`);
});

test("a relative source map is made absolute, others and look-alikes are left", () => {
  const map = (text) => link(text, []).slice(0, -tail.length);
  assert.equal(map("x\n//# sourceMappingURL=a.mjs.map"), "x\n//# sourceMappingURL=https://app.test/lib/a.mjs.map");
  assert.equal(map("x\n//# sourceMappingURL=a.map\r\n\r\n// end\n"), "x\n//# sourceMappingURL=https://app.test/lib/a.map\r\n\r\n// end\n");
  assert.equal(map("ü\n//# sourceMappingURL=maps/ü.map\n"), "ü\n//# sourceMappingURL=https://app.test/lib/maps/%C3%BC.map\n");
  assert.equal(map(`${"ü".repeat(9000)}\n//@ sourceMappingURL=/a.map`), `${"ü".repeat(9000)}\n//@ sourceMappingURL=https://app.test/a.map`);
  for (const same of ["x\n//# sourceMappingURL=data:application/json,%7B%7D", "x\n//# sourceMappingURL=https://x.test/a.map", "x\n//# sourceMappingURL=", "sourceMappingURL=x", "`\n//# sourceMappingURL=a.map\n`", 's = "//# sourceMappingURL=a.map"', "//# sourceMappingURL=a.map\nf()"]) {
    assert.equal(map(same), same);
  }
});

test("what may be linked: the attribute must fit, CSS must not depend on its address", () => {
  const can = (contentType, types, text = "", imports = []) =>
    client.linkableKind({ contentType, bytes: new TextEncoder().encode(text), imports }, new Set(types));
  const [js, json, css] = ["text/javascript", "application/json", "text/css"];
  assert.equal(can(js, [""]), "js");
  assert.equal(can(js, ["", "text"]), null);
  assert.equal(can(js, ["text"]), null, "computed imports may run it");
  assert.equal(can(js, [""], "", null), null, "not lexed");
  assert.equal(can(json, ["json"], "{}"), "json");
  assert.equal(can(json, ["json"], "\uFEFF[1]"), "json");
  assert.equal(can(json, ["json"], "{"), null, "the error names its URL");
  assert.equal(can(json, [""], "{}"), null);
  assert.equal(can(json, ["json", ""], "{}"), null, "one of them fails, in the browser's words");
  assert.equal(can(css, ["css"], "a { color: red }"), "css");
  assert.equal(can(css, ["css"], "a { background: URL(x.png) }"), null);
  assert.equal(can(css, ["css"], '@import "b.css";'), null);
  assert.equal(can("text/plain; charset=utf-8", ["text"]), "text");
  assert.equal(can("text/html", ["text", ""]), null);
  assert.equal(can("text/html", [""]), null);
  assert.equal(can("application/wasm", ["text"]), null);
});

test("content types", () => {
  const kinds = { "text/javascript; charset=utf-8": "js", "application/x-javascript": "js", "Application/JSON": "json", "application/manifest+json": "json", "text/css": "css", "text/html": null, "application/wasm": null };
  for (const [type, kind] of Object.entries(kinds)) assert.equal(client.moduleKind(type), kind, type);
});

test("data: URLs have no slashes and nothing that JSON or a URL parser changes, whatever the characters and the size; blobs carry the same", async () => {
  const { world, page } = fakeWorld();
  const { moduleURL, escaped, unescaped } = run(world, { start: false });
  const every = String.fromCharCode(...Array(128).keys());
  for (const text of ["", "export default 1;", "a % b # c\n\t\"\\ ?\r\n{}\u0000 end", "%41 %", "ends in a space ", every, "??>?~~~\u00ff ü 漢 😀\r\n", "/".repeat(300_000), "漢".repeat(70_000)]) {
    const pieces = ["//", new TextEncoder().encode(text), text];
    const data = moduleURL(pieces, "js", "data");
    assert.match(data, /^data:text\/javascript,[^/]*$/, "a slash costs Chromium time");
    assert.equal(JSON.stringify(data), `"${data}"`);
    assert.equal(new URL(data).href, data);
    assert.equal(await (await globalThis.fetch(data)).text(), `//${text}${text}`);
    assert.equal(await page.blobs.get(moduleURL(pieces, "js", "blob")).text(), `//${text}${text}`);
    assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(unescaped(escaped(new TextEncoder().encode(text)))), text);
  }
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual(unescaped(escaped(bytes)), bytes);
});

test("large modules and other engines get blobs", () => {
  const bytes = new Uint8Array(65_530);
  assert.equal(client.urlScheme(["123456", bytes], "auto"), "data");
  assert.equal(client.urlScheme(["1234567", bytes], "auto"), "blob");
  assert.equal(client.urlScheme(["1234567", bytes], "data"), "data");
  assert.equal(client.urlScheme(["x"], "blob"), "blob");
  const firefox = run(fakeWorld({ navigator: { userAgent: "Mozilla/5.0 Firefox/153.0" } }).world, { start: false });
  assert.equal(firefox.urlScheme(["x"], "auto"), "blob");
});

test("linked text of another shape has another number: pages keep it between visits", () => {
  const text = [
    'import a from "./b.mjs";', 'export * from "../c.mjs";', 'import("./d.mjs");', "import(x);", "import.source(y);", "import.meta.url;",
    "import.meta.hot.accept();", "//# sourceMappingURL=a.mjs.map",
  ].join("\n");
  const kinds = [
    at(text, "x", { kind: "computed", keyword: text.indexOf("import(x)") }), at(text, "y", { kind: "computed" }),
    at(text, "import.meta.url", { kind: "meta", property: "url" }),
    { ...at(text, "import.meta.hot", { kind: "meta", property: "other" }), end: text.indexOf(".hot") },
  ];
  const imports = [...importsOf(text, "lib/a.mjs"), ...kinds].sort((a, b) => a.start - b.start);
  const digests = { 2: "24b221982f3c5f61128fb42bc037209a7f395ee03f63e0426572e7d5f78d970b" };
  assert.equal(createHash("sha256").update(client.moduleURL([link(text, imports)], "js", "data")).digest("hex"), digests[client.LINKED_FORM], "raise LINKED_FORM, and give its digest here");
});
