import * as other from "./folder/other.mjs?a=1&b=ü";
const meta = import.meta;
log(import.meta.url, import.meta["url"], import.meta?.url, meta.url, typeof import.meta.url);
log(import.meta === meta, Object.getPrototypeOf(meta), Object.isExtensible(meta), Object.keys(meta).join());
log(JSON.stringify(Object.getOwnPropertyDescriptor(meta, "url")), typeof Object.getOwnPropertyDescriptor(meta, "resolve").value);
const { url, resolve } = import.meta;
log(url, resolve === import.meta.resolve, resolve.name, resolve.length, typeof resolve.prototype);
log(import.meta.resolve("./a.mjs"), import.meta.resolve("../b"), import.meta.resolve("/c?d#e"), import.meta.resolve("https://example.org/"), resolve("./unbound"));
for (const bad of ["bare", "", "http://[", undefined]) {
  try { log(import.meta.resolve(bad)); } catch (error) { log("resolve", bad, kind(error)); }
}
log(import.meta.resolve({ toString: () => "./object" }));
log(new URL("asset.png", import.meta.url).href, new URL("./x", import.meta.url).pathname);
import.meta.extra = "kept";
log(import.meta.extra, meta.extra);
log(other.url, other.resolved, other.meta === meta, other.meta.extra);
log(`${import.meta.url}`.length, [import.meta.url].length, import.meta.url.endsWith("main.mjs"));
(() => log((() => import.meta.url)()))();
log({ url: import.meta.url }.url, class { static url = import.meta.url }.url);
log(import.meta . url, import.meta
  .url, import./* comment */meta./* comment */url);
