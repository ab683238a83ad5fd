// Every name a rewritten module might reach for, taken by the module itself.
const window = undefined, globalThis = undefined, self = undefined, pitlane = undefined, location = undefined;
const meta = import.meta;
const name = "target";
log(typeof meta.url, typeof meta.resolve, meta.resolve("./x").endsWith("/shadowed-globals/x"));
wait(import(`./${name}.mjs`).then((module) => log(module.default), (error) => log(kind(error))));
