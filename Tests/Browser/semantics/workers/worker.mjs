import { shared } from "./shared.mjs";
import { depth } from "./deep/one.mjs";
postMessage(`static ${shared.from} ${depth}`);
postMessage(`url ${import.meta.url} ${location.href} ${self.name}`);
postMessage(`resolve ${import.meta.resolve("./x.mjs")}`);
postMessage(`literal ${(await import("./lazy.mjs")).default}`);
const name = "lazy";
postMessage(`computed ${(await import(`./${name}.mjs`)).default} ${(await import("./lazy.mjs")) === (await import(`./${name}.mjs`))}`);
