const name = "./target.mjs", later = async (value) => value, options = { with: { type: "json" } };
const show = (label, value) => log(label, typeof value === "object" ? Object.keys(value).join() : value);
function* yields() { return import(yield "asked"); }
class Base { constructor() { this.made = "made"; } static async load() { return import(this.where); } static where = "./target.mjs"; }
class Derived extends Base { static async load() { return (await super.load()).default; } }
wait((async () => {
  show("new", new (await import(name)).Thing().made);
  show("chain", await import(name).then(({ default: value }) => value).finally(() => {}));
  show("await inside", (await import(await later(name))).default);
  show("nested", (await import((await import(name)).next)).default);
  show("conditional", (await (name ? import(name) : import("./nothing.mjs"))).default);
  show("nullish", (await import(null ?? name)).default);
  show("comma in a call", (await import(((a, b) => b)(1, name))).default);
  show("parentheses", (await import((name))).default);
  show("trailing comma", (await import(name,)).default);
  show("comment between", (await import /* ( */ (/* ) */ name /* ) */)).default);
  show("on two lines", (await import(
    // a comment with ) and "quotes
    name
  )).default);
  show("spread", { ...(await import(name)) });
  show("destructuring default", await (async ({ module = import(name) } = {}) => (await module).default)());
  show("void", void import(name));
  show("typeof", typeof import(name));
  show("not", !import(name));
  show("in an array", (await Promise.all([import(name), import("./target.mjs")])).map((module) => module.default).join());
  show("object method", (await { load: () => import(name) }.load()).default);
  show("template tag", (await ((parts, value) => value)`a${import(name)}b`).default);
  const generator = yields();
  show("yield", generator.next().value);
  show("yielded", (await generator.next(name).value).default);
  show("this", (await Base.load()).default);
  show("super", await Derived.load());
  show("options by name", (await import("./data.json", options)).default[0]);
  show("computed options", (await import(`./${"data"}.json`, { ...options, extra: 1 })).default[0]);
  show("awaited options", (await import("./data.json", await later(options))).default[0]);
  show("trailing comma after options", (await import("./data.json", { with: { type: "json" } },)).default[0]);
  show("getter in options", (await import("./data.json", { get with() { log("getter"); return { type: "json" }; } })).default[0]);
  try { await import("./data.json", { get with() { throw new RangeError("getter"); } }); } catch (error) { log(kind(error)); }
  try { await import(name, { with: { type: 1 } }); } catch (error) { log(kind(error)); }
  try { await import(name, { with: null }); } catch (error) { log(kind(error)); }
  show("order of evaluation", (await import((log("specifier"), "./data.json"), (log("options"), options))).default[0]);
  for (const specifier of [name, "./target.mjs"]) show("in a loop", (await import(specifier)).default);
  for await (const { default: value } of [import(name)]) show("for await", value);
  switch ((await import(name)).default) { case "target": show("switch", "matched"); }
  label: show("label", (await import(name)).default);
  const start = performance.now();
  show("in arithmetic", isNaN(import(name) / 2) && start / 2 > 0);
})());
