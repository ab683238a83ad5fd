import * as target from "./target.mjs";
const name = "target";
const folder = "./nested/";
const settle = (label, promise) => promise.then(
  (module) => log(label, module === target ? "target" : module.default ?? Object.keys(module)),
  (error) => log(label, kind(error)),
);
function inDefault(module = import("./target.mjs")) { return module; }
class Holder {
  static module = import("./target.mjs");
  static { this.block = import(`./${name}.mjs`); }
  #own = import("./nested/" + "one.mjs");
  get own() { return this.#own; }
}
async function* generator() { yield import("./target.mjs"); yield* [await import(folder + "one.mjs")]; }
wait((async () => {
  await settle("literal", import("./target.mjs"));
  await settle("literal, single quotes", import('./target.mjs'));
  await settle("comments", import(/* before */ "./target.mjs" /* after */));
  await settle("trailing comma", import("./target.mjs",));
  await settle("escape", import("./t\u0061rget.mjs"));
  await settle("template", import(`./target.mjs`));
  await settle("template with a value", import(`./${name}.mjs`));
  await settle("sum", import("./" + name + ".mjs"));
  await settle("conditional", import(name ? "./target.mjs" : "./nothing.mjs"));
  await settle("sequence", import((log("evaluated once"), "./target.mjs")));
  await settle("assignment", import((globalThis.assigned = "./target.mjs")));
  await settle("arrow", (() => import("./target.mjs"))());
  await settle("default value", inDefault());
  await settle("static field", Holder.module);
  await settle("static block", Holder.block);
  await settle("private field", new Holder().own);
  for await (const module of generator()) log("generator", module.name ?? module.default);
  await settle("nested", import(`./nested/${"two"}.mjs`));
  await settle("absolute", import(new URL("./target.mjs", import.meta.url)));
  await settle("from the root", import("/dynamic-import/target.mjs"));
  await settle("an object's toString", import({ toString: () => (log("toString"), "./target.mjs") }));
  await settle("toString throws", import({ toString() { throw new RangeError("no"); } }));
  await settle("a symbol", import(Symbol("no")));
  await settle("undefined", import(undefined));
  await settle("null", import(null));
  await settle("empty", import(""));
  await settle("with an empty option", import("./target.mjs", {}));
  await settle("with undefined", import("./target.mjs", undefined));
  await settle("computed with an empty option", import(`./${name}.mjs`, {}));
  await settle("options are no object", import("./target.mjs", 1));
  await settle("computed, options are no object", import(`./${name}.mjs`, 1));
  await settle("unknown attribute", import("./target.mjs", { with: { unknown: "1" } }));
  await settle("computed, unknown attribute", import(`./${name}.mjs`, { with: { unknown: "1" } }));
  try { import(missingVariable); } catch (error) { log("an argument that throws:", kind(error)); }
  try { import(`${(() => { throw new EvalError("now"); })()}`); } catch (error) { log("at once:", kind(error)); }
  const promise = import("./target.mjs");
  log(promise instanceof Promise, promise === import("./target.mjs"), Object.getPrototypeOf(import(`./${name}.mjs`)) === Promise.prototype);
  await settle("a module that fails", import("./fails.mjs"));
  await settle("a module that fails, again", import(`./${"fails"}.mjs`));
  const all = await Promise.all(["one", "two"].map((file) => import(`./nested/${file}.mjs`)));
  log(all.map((module) => module.default).join());
  log("state of late modules:", (await import(`./nested/${"late"}.mjs`)).describe());
  const text = () => import("./target.mjs");
  log(typeof text, await text() === target);
})());
