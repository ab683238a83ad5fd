import bare from "bare";
import * as viaPrefix from "bare/bare.mjs";
import * as byURL from "./lib/bare.mjs";
import special from "bare/special";
import moved from "./moved.mjs";
import remote from "remote";
import { scoped } from "./scoped/user.mjs";
import { deeper } from "./scoped/deeper/user.mjs";
log(bare, special, moved, remote, scoped, deeper);
log(viaPrefix === byURL, viaPrefix.default === bare);
for (const name of ["bare", "bare/x/y.mjs", "bare/special", "./moved.mjs", "remote", "blocked", "unmapped", "only-scoped"]) {
  try { log(name, "→", import.meta.resolve(name)); } catch (error) { log(name, kind(error)); }
}
const attempt = (name, load) => load().then((module) => log(name, module.default), (error) => log(name, kind(error)));
wait((async () => {
  await attempt("literal", () => import("bare"));
  await attempt("computed", () => import(["ba", "re"].join("")));
  await attempt("computed prefix", () => import(`bare/${"late"}.mjs`));
  await attempt("blocked", () => import("blocked"));
  await attempt("computed blocked", () => import(["block", "ed"].join("")));
  await attempt("unmapped", () => import("unmapped"));
  await attempt("not in scope", () => import("only-scoped"));
  log((await import("bare")) === byURL, (await import(`bare/${"bare"}.mjs`)) === byURL);
})());
