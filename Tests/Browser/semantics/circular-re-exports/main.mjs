import { viaB, original, renamed, star } from "./a.mjs";
import * as a from "./a.mjs";
import * as b from "./b.mjs";
log(viaB, original, renamed, star, a.ownA === b.fromA, Object.keys(a).join(), Object.keys(b).join());
a.change("changed");
log(viaB, original, b.again, a.renamed);
wait((async () => {
  for (const name of ["loop-one", "loop-self", "loop-through-star"]) {
    await import(`./${name}.mjs`).then((module) => log(name, Object.keys(module).join()), (error) => {
      log(name, kind(error), naming(error));
    });
  }
})());
