import data from "./data.json" with { type: "json" };
import pictured from "./pictured.css" with { type: "css" };
document.adoptedStyleSheets = [pictured];
document.body.innerHTML = '<p class="pictured">text</p>';
log(getComputedStyle(document.querySelector("p")).backgroundImage);
const file = "data";
const attempt = (label, load) => load().then(({ default: value }) => log(label, value === data || typeof value), (error) => log(label, kind(error)));
wait((async () => {
  await attempt("json without a type", () => import("./data.json"));
  await attempt("computed json without a type", () => import(`./${file}.json`));
  await attempt("json, then with its type", () => import("./data.json", { with: { type: "json" } }));
  await attempt("script as json", () => import("./plain.mjs", { with: { type: "json" } }));
  await attempt("css as json", () => import("./style.css", { with: { type: "json" } }));
  await attempt("invalid json", () => import("./invalid.json", { with: { type: "json" } }));
  await attempt("unknown type", () => import("./data.json", { with: { type: "toml" } }));
  await attempt("a module that imports json without a type", () => import("./imports-untyped.mjs"));
  await attempt("a named import of json", () => import("./imports-named.mjs"));
})());
