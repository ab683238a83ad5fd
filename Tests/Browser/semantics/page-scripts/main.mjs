import * as shared from "./shared.mjs";
import * as byTag from "./by-tag.mjs";
import { below } from "./below.mjs";
log("entry", shared.number, shared.visit("entry"), shared === window.fromInline, byTag.own, below === shared);
wait(new Promise((resolve) => {
  window.tellShared = resolve;
  const script = document.createElement("script");
  script.type = "module";
  script.textContent = 'import * as shared from "/page-scripts/shared.mjs"; import * as main from "/page-scripts/main.mjs"; tellShared([shared, main.own])';
  document.body.append(script);
}).then(([later, own]) => log("later inline module", later === shared, later.visit("later"), own === ownToken)));
const ownToken = {};
export { ownToken as own };
