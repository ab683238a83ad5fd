import { name } from "./nested/target.mjs";
const show = (label, promise) => promise.then((module) => log(label, module.name === name), (error) => log(label, kind(error)));
wait((async () => {
  await show("event handler attribute", new Promise((resolve, reject) => {
    Object.assign(globalThis, { resolve, reject });
    const button = document.createElement("button");
    button.setAttribute("onclick", 'import("/run-time-code/nested/target.mjs").then(resolve, reject)');
    document.body.append(button);
    button.click();
  }));
  await show("inline module", new Promise((resolve, reject) => {
    Object.assign(globalThis, { resolve, reject });
    const script = document.createElement("script");
    script.type = "module";
    script.textContent = 'import * as target from "/run-time-code/nested/target.mjs"; resolve(target)';
    document.body.append(script);
  }));
})());
