import * as all from "./all.mjs";
import * as left from "./left.mjs";
import * as again from "./again.mjs";
import { own, onlyLeft, same, named } from "./all.mjs";
log(Object.keys(all).join());
log("ambiguous" in all, all.ambiguous, "default" in all, own, onlyLeft, same, named.onlyLeft === left.onlyLeft);
log(named === left, Object.keys(again).join(), again.viaDefault, again.default);
wait((async () => {
  for (const name of ["ambiguous-import", "missing-import", "default-through-star", "star-cycle-missing"]) {
    await import(`./${name}.mjs`).then(() => log(name, "loads"), (error) => {
      log(name, kind(error), naming(error, name === "star-cycle-missing" ? "cycle-a.mjs" : "all.mjs"));
    });
  }
  const cycle = await import("./star-cycle-a.mjs");
  log(Object.keys(cycle).join(), cycle.fromA, cycle.fromB, cycle.fromC);
})());
