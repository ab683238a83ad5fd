import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const { versionedURL, unversioned, siteFile, changeURLs, changeSourceSet } = run(fakeWorld().world, { start: false });

test("a version joins the query that is there, as it is written, once", () => {
  const cases = {
    "a.css": "a.css?pitlane=7",
    "a.css?": "a.css?pitlane=7",
    "a.css?x=%20+&y": "a.css?x=%20+&y&pitlane=7",
    "/a.svg#icon": "/a.svg?pitlane=7#icon",
    "a.svg?x#icon?no": "a.svg?x&pitlane=7#icon?no",
    "a.css?pitlane=6&x": "a.css?x&pitlane=7",
    "https://app.test/a.css?my-pitlane=1": "https://app.test/a.css?my-pitlane=1&pitlane=7",
  };
  for (const [url, wanted] of Object.entries(cases)) {
    assert.equal(versionedURL(url, "7"), wanted);
    assert.equal(versionedURL(versionedURL(url, "6"), "7"), versionedURL(url, "7"));
    if (!/\?$|pitlane=6/.test(url)) assert.equal(unversioned(versionedURL(url, "7")), url);
  }
});

test("files of this site, as the server names them", () => {
  assert.equal(siteFile("img/a%20b.png?x#y"), "img/a b.png");
  assert.equal(siteFile("../x.css", "https://app.test/a/b/c.css"), "a/x.css");
  assert.equal(siteFile("https://other.test/x.css"), null);
  assert.equal(siteFile("data:text/css,"), null);
  assert.equal(siteFile("https://app.test.evil/x.css"), null);
});

test("URLs in CSS are changed, and nothing that only looks like one", () => {
  const change = (text) => changeURLs(text, (url) => (url === "a.png" ? 'b"c.png' : url));
  assert.equal(change(`x { background: url(a.png), url( "a.png" ) , URL('a.png') }`), 'x { background: url("b%22c.png"), url("b%22c.png") , url("b%22c.png") }');
  const left = [
    `x::before { content: "url(a.png)" 'url(a.png)' }`, "/* url(a.png) */", "x { background: url(data:image/png;base64,a.png) }",
    `x { content: "\\"url(a.png)" }`, "x { background: url(other.png) }", "x { background: url() }", "x { background: url(a\\.png) }",
  ];
  for (const text of left) assert.equal(change(text), text);
});

test("srcset", () => {
  const change = (text) => changeSourceSet(text, (url) => `<${url}>`);
  const cases = {
    "a.png": "<a.png>",
    "a.png 1x, b.png 2x": "<a.png> 1x, <b.png> 2x",
    "a.png, b.png": "<a.png>, <b.png>",
    "a,b.png 100w,c.png": "<a,b.png> 100w,<c.png>",
    "data:image/png;base64,xx 1x,\n  b.png 2.5x": "<data:image/png;base64,xx> 1x,\n  <b.png> 2.5x",
  };
  for (const [text, wanted] of Object.entries(cases)) assert.equal(change(text), wanted);
});
