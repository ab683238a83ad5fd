import window from "./window.mjs";
import { globalThis as realm, self, pitlane, document, URL as Address, Promise as Later } from "./names.mjs";
const name = "target";
const attempt = (label, load) => new Promise((resolve) => resolve(load())).then(({ default: value }) => log(label, value), (error) => log(label, kind(error)));
wait((async () => {
  log(window, realm, self, pitlane, document, Address, Later, import.meta.url);
  const meta = import.meta;
  log(meta.url, Object.keys(meta).join());
  await attempt("computed", () => import(`./${name}.mjs`));
  await attempt("computed json", () => import(`./${"data"}.json`, { with: { type: "json" } }));
  await attempt("inside a function", () => ((window, globalThis, self) => import(`./${name}.mjs`))());
  await attempt("inside with a var", () => { var window = null; return window ?? import("./" + name + ".mjs"); });
  log(new Address.Real("x", import.meta.url).pathname);
})());
