import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const { requestPath, BaseURL } = run(fakeWorld().world, { start: false });
const site = "https://app.test";

test("a URL's path as packs have it", () => {
  const paths = {
    "/main.mjs": "main.mjs",
    "/": "",
    "/lib/": "lib/",
    "/lib/lap time.mjs": "lib/lap time.mjs",
    "/lib/lap%20time.mjs": "lib/lap time.mjs",
    "/Straße/Ü.mjs": "Straße/Ü.mjs",
    "/Stra%C3%9Fe.mjs": "Straße.mjs",
    "/100%25.mjs": "100%25.mjs",
    "/100%2525.mjs": "100%2525.mjs",
    "//a//b///c.mjs": "a/b/c.mjs",
    "/a%2Fb.mjs": "a/b.mjs",
    "/a/../b.mjs": "b.mjs",
    "/a/%2e%2E/b.mjs": "b.mjs",
    "/it's(1)+[2]@x~!$&*,;=:.mjs": "it's(1)+[2]@x~!$&*,;=:.mjs",
    "/a.mjs?v=1": "a.mjs?v=1",
    "/a b.mjs?v=%20%25&u=a//b/../c": "a b.mjs?v=%20%25&u=a//b/../c",
    "/a.mjs?": "a.mjs?",
    "/a.mjs#part": "a.mjs",
    "/a.mjs?v=1#part?": "a.mjs?v=1",
    "/a.mjs?first?second": "a.mjs?first?second",
  };
  for (const [path, expected] of Object.entries(paths)) {
    assert.equal(requestPath(new URL(path.replace(/^\/\//, `${site}//`), site).href), expected, path);
  }
});

test("not this site's, or no path that the server takes", () => {
  const urls = [
    "https://other.test/a.mjs", "https://app.test.evil/a.mjs", "https://app.test:444/a.mjs", "data:text/javascript,", "blob:https://app.test/1",
    `${site}/a%00.mjs`, `${site}/a%5Cb.mjs`, `${site}/a%3Fb.mjs`, `${site}/a%23b.mjs`, `${site}/a%0Ab.mjs`, `${site}/a%FF.mjs`, `${site}/a%zz.mjs`,
    `${site}/a%2F..%2Fb.mjs`, `${site}/.%2Fb.mjs`,
  ];
  for (const url of urls) assert.equal(requestPath(url), null, url);
});

test("specifiers resolve as the URL parser resolves them", () => {
  const bases = ["/main.mjs", "/a/b/c.mjs", "/a//b/c.mjs", "/a/b/?x=/y/z", "/a/b.mjs?x=../y", "/a/b.mjs#/x/y", "/Ü/b%20c/d.mjs"];
  const specifiers = [
    "./x.mjs", "../x.mjs", "../../../x.mjs", "./a/../x.mjs", ".././x.mjs", "./.x.mjs", "./...x", "./x..y/z.mjs", "./x/", "./", "../", ".",
    "./a b.mjs", "./ü.mjs", "./x.mjs?y=1", "./x.mjs#y", "./%2e%2e/x.mjs", "./a//b.mjs", "/x.mjs", "//x.test/y.mjs", "./x\\y.mjs", "./\tx.mjs",
    "./x:y.mjs", "./x\n", "https://cdn.test/x.mjs", "../a-b_c/d.e.mjs", ".//x.mjs", "..//x.mjs",
  ];
  for (const path of bases) {
    const url = new URL(path, site).href;
    for (const specifier of specifiers) {
      const plain = /^\.{0,2}\//.test(specifier) || specifier.includes(":");
      assert.equal(new BaseURL(url).resolve(specifier), plain ? new URL(specifier, url).href : null, `${specifier} in ${url}`);
    }
  }
  assert.equal(new BaseURL("https://cdn.test/a/b.mjs").resolve("../x.mjs"), "https://cdn.test/x.mjs");
  assert.equal(new BaseURL(`${site}/a.mjs`).resolve("bare"), null);
});
