// What reads like an import and is none, and what is one and does not read like it.
import /* a */ { /* "./nothing.mjs" */ default as first /* , */ , } /* from "./nothing.mjs" */ from /* 'x' */ "./\x61.mjs" /* with */ ;
import second, { default as again } from "./\u{61}.mjs"
import * as third from './\
a.mjs'
import {} from "./b.mjs"; import fourth, * as all from "./b.mjs"
export {} from "./c.mjs"
export * as "a name" from "./c.mjs"; export { default as from, "a string" as as } from "./c.mjs"; export * from "./b.mjs"
import { from as from, of, as as as } from "./words.mjs"
import data from "./data.json" /* x */ with /* y */ { /* z */ type /* : */ : /* ' */ 'json' , }
log(first, second, again, third.default === first, fourth, all.default, from, of, as, data[0]);
const object = { import: (specifier) => `method ${specifier}`, meta: { url: "own" }, export: 1, get import2() { return 2; } };
class Importer { import(specifier) { return `class ${specifier}`; } static import = "static"; #import = "private"; get own() { return this.#import; } }
log(object.import("./nothing.mjs"), object?.import("x"), object.import
  ("./nothing.mjs"), new Importer().import("./nothing.mjs"), Importer.import, new Importer().own, object.export);
const text = 'import("./nothing.mjs"); import.meta.url'; // import("./nothing.mjs")
const template = `import("./nothing.mjs") ${import.meta.url.slice(-8)} ${`${(await import("./a.mjs")).default} import.meta`} \${import.meta.url}`;
const regex = /import\("x"\)|import\.meta.url['"`]/g, division = 4 / 2 / 1; /* ' */
const regexAfter = ((x) => x)(/import "./); if (true) /import.meta/.test(text);
log(text, template, regex.source, division, regexAfter.source, /[/"'`]import.meta/.test("/import.meta"), `}${"}"}${{ a: `}` }.a}`);
let i = 4, g = 2;
const quotient = i
/import.meta.url.length/g;
log(quotient > 0, i++ / import.meta.url.length > 0, (() => {}).name / 2 || "NaN", function () {} / 1 || "also NaN");
label: { if (i) break label; import("./nothing.mjs"); }
const { meta } = { meta: object.meta };
log(meta.url, [import.meta.url].length, { url: import.meta.url }.url === import.meta.url, typeof import . meta . url, (import.meta).url === import
  .meta
  .url);
