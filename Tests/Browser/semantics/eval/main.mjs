import { name } from "./nested/target.mjs";
const show = (label, promise) => promise.then((module) => log(label, module.name === name), (error) => log(label, kind(error)));
wait((async () => {
  await show("direct eval", eval('import("./nested/target.mjs")'));
  await show("indirect eval", (0, eval)('import("./nested/target.mjs")'));
  await show("Function", new Function('return import("./nested/target.mjs")')());
  await show("setTimeout with text", new Promise((resolve, reject) => {
    Object.assign(globalThis, { resolve, reject });
    setTimeout('import("./nested/target.mjs").then(resolve, reject)');
  }));
})());
