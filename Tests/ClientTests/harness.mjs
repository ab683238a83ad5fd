// Puts the client's files together as the server does, in a world of fakes.
import { readFileSync } from "node:fs";

const folder = new URL("../../Sources/DevServer/Client/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");

/** The order of assembly, as start.js states it. */
export const order = /in this order.*\n((?:\/\/ .*\.js\b.*\n)+)/.exec(read("start.js"))[1].match(/\w+\.js/g);

/** As ClientScript.swift leaves out comments at the beginning of lines. */
function withoutComments(file) {
  let inBlock = false;
  return file.split("\n").flatMap((line) => {
    const text = line.trimStart();
    if (inBlock) return (inBlock = !text.endsWith("*/")), [];
    if (text.startsWith("/**") && !text.includes("*/")) return (inBlock = true), [];
    if (text.startsWith("/**")) return text.slice(text.indexOf("*/") + 2).trimStart() || [];
    return text && !text.startsWith("//") ? line : [];
  }).join("\n") + "\n";
}

const body = () => order.map((name) => withoutComments(read(name))).join("");

export const script = () => `(() => {\n"use strict";\n${body()}})();\n`;

const internals = [
  "LIMITS", "LINKED_FORM", "ReconnectPolicy", "Connection", "decodePack", "encodePack", "GraphCache", "PageRecord", "PageImportMaps", "linkModule", "importTargets", "linkedTexts", "linkedURLs", "unlinkedModules", "decodeText", "escaped", "unescaped",
  "planEdits", "linkableKind", "moduleKind", "moduleURL", "urlScheme", "requestPath", "filePath",
  "BaseURL", "GraphWalk", "GraphFetcher", "LoadProgress", "StatusBadge", "codeFrame", "codeFrameText", "ErrorOverlay", "editorOf", "StyleUpdater", "AssetUpdater", "versionedURL", "unversioned", "siteFile", "changeURLs", "changeSourceSet", "Watchdog", "ModuleLoader", "ModuleMapper", "ContentPolicy", "linkedRuntime", "watchWorkers", "explainErrors", "serverURL", "holdReadyEvents",
  "HotModules", "HotUpdates", "HotProblems", "HotReload", "RunningModules", "RunningReport", "ModuleTexts", "ModuleVersions", "mergeUpdates", "applyDelta", "contentHash", "updatedModule", "findSyntaxError", "explainFailure", "runtimeProblem", "versionURL",
];

/** The text behind a data: URL that the client made. */
export function sourceOf(url) {
  const [, data] = /^data:text\/\w+,([^"#?/\\]*)$/.exec(url) ?? [];
  if (data === undefined) throw new Error(`not a data: URL of ours: ${url.slice(0, 80)}`);
  return decodeURIComponent(data);
}

/** Runs the whole script in a fake page, or only defines its parts and hands them out. */
export function run(world, { start = true } = {}) {
  const names = Object.keys(world);
  const text = start ? body() : body().replace(/\nstart\(\);\s*$/, "\n");
  const parts = new Function(...names, `"use strict";\n${text}\nreturn { ${internals.join(", ")} };`);
  return parts(...names.map((name) => world[name]));
}

export class FakeCustomEvent extends Event {
  constructor(type, init = {}) {
    super(type, init);
    this.detail = init.detail;
  }
}

/** Timers that run when told. */
export class FakeClock {
  #now = 0;
  #next = 1;
  #timers = new Map();
  now = () => this.#now;
  setTimeout = (callback, ms = 0, ...args) => this.#add(callback, Number(ms) || 0, args, 0);
  setInterval = (callback, ms, ...args) => this.#add(callback, ms, args, ms);
  clearTimeout = (id) => void this.#timers.delete(id);
  clearInterval = this.clearTimeout;
  #add(callback, ms, args, every) {
    this.#timers.set(this.#next, { at: this.#now + ms, callback, args, every });
    return this.#next++;
  }
  /** When the next timer is due. */
  get next() {
    return Math.min(...[...this.#timers.values()].map(({ at }) => at));
  }
  get waiting() {
    return this.#timers.size;
  }
  /** Lets time pass; timers run in their order, promises between them. */
  async advance(ms) {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const [id, timer] = [...this.#timers].sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0] ?? [];
      if (!timer || timer.at > end) break;
      this.#now = Math.max(this.#now, timer.at);
      if (timer.every) timer.at += timer.every;
      else this.#timers.delete(id);
      timer.callback(...timer.args);
      await settle();
    }
    this.#now = end;
    await settle();
  }
  /** The page is busy: time passes, no timer runs. */
  block(ms) {
    this.#now += ms;
  }
}

/** Lets pending promises and I/O-less tasks run. */
export async function settle() {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

export function fakeWebSocketClass() {
  return class FakeWebSocket {
    static all = [];
    static get last() {
      return this.all.at(-1);
    }
    static throws = false;
    readyState = 0;
    sent = [];
    constructor(url) {
      if (FakeWebSocket.throws) throw new Error("SecurityError");
      this.url = url;
      this.constructor.all.push(this);
    }
    send(text) {
      if (this.readyState !== 1) throw new Error("not open");
      this.sent.push(JSON.parse(text));
      this.onsent?.(this.sent.at(-1));
    }
    close(code) {
      this.readyState = 3;
      this.closedWith = code;
    }
    // What the other side does:
    accept(hello = { type: "hello", protocol: 1, instance: "i1", heartbeat: 15000 }) {
      this.readyState = 1;
      this.onopen?.({});
      if (hello) this.push(hello);
    }
    push(message) {
      this.onmessage?.({ data: message instanceof ArrayBuffer || typeof message === "string" ? message : JSON.stringify(message) });
    }
    drop(code = 1006) {
      this.readyState = 3;
      this.onerror?.({});
      this.onclose?.({ code, reason: "" });
    }
  };
}

/**
 * A site in memory: answers requests as the server would. Reports of what runs are in `reports`, questions for a graph's
 * digest in `digests`, everything else in `log`.
 * @param {Object<string, any>} files `hot`: whether it knows such reports; nobody computes hot updates here. `digest`: whether
 *   it names graphs
 */
export function fakeSite(files, { importMap = {}, hot = true, digest = false } = {}) {
  const hashOf = (text) => `h${[...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7)}`;
  const log = [];
  const reports = [];
  const digests = [];
  const entryOf = (path) => ({ path, hash: hashOf(files[path].text), ...files[path] });
  const pathOf = (specifier, importer) => {
    const target = importMap[specifier] ?? (/^\.{0,2}\//.test(specifier) ? specifier : null);
    if (target === null) return null;
    const url = new URL(target, `http://x/${importer}`);
    return decodeURIComponent(url.pathname.slice(1)) + url.search;
  };
  /** The frames that answer a module:graph: packs of two modules, errors, the closing message. */
  const graph = ({ id, entries, known = {} }) => {
    const [packs, errors, missing, cached, fresh] = [[], [], [], [], []];
    const reached = new Map(entries.map((path) => [path, { specifier: path, importer: null, path }]));
    for (const [path, named] of reached) {
      if (!files[path]) {
        errors.push({ type: "module:error", id, path, code: "not_found", message: "no such file" });
        missing.push({ ...named, code: "not_found" });
        continue;
      }
      const { text, type = "text/javascript" } = files[path];
      if (known[path] === hashOf(text)) cached.push(path);
      else fresh.push(entryOf(path));
      const imports = files[path].imports ?? (type === "text/javascript" ? importsOf(text, path) : []);
      for (const { specifier } of imports) {
        const target = pathOf(specifier, path);
        if (target === null) missing.push({ specifier, importer: path, path: null, code: "bare" });
        else if (!reached.has(target)) reached.set(target, { specifier, importer: path, path: target });
      }
    }
    for (let at = 0; at < fresh.length; at += 2) packs.push(packOf(id, fresh.slice(at, at + 2), at + 2 >= fresh.length));
    const named = digest && !missing.length && { digest: hashOf([...reached.keys()].sort().map((path) => path + hashOf(files[path].text)).join()) };
    return [...packs, ...errors, { type: "module:graph", id, entries, packs: packs.length, cached, missing, ...named }];
  };
  const answer = (socket, message) => {
    const { id, path, type } = message;
    if (type === "hot:running" && hot) {
      reports.push(message);
      return socket.push({ type, id, seq: 0, modules: Object.keys(message.modules).length, files: {} });
    }
    if (message.digest) {
      digests.push(message);
      return socket.push({ type, id, entries: message.entries, digest: graph(message).at(-1).digest ?? null });
    }
    log.push(message);
    if (type === "hot:running") reports.push(log.pop());
    if (type === "module:request") return socket.push(packOf(id, [entryOf(path)]));
    if (type === "ping") return socket.push({ type: "pong", id });
    if (type === "module:check") {
      const hash = files[path] ? hashOf(files[path].text) : null;
      return socket.push({ type: "module:status", id, path, changed: hash !== message.hash, hash });
    }
    if (type !== "module:graph") return socket.push({ type: "error", id, code: "unknown_type", message: `no ${type} here` });
    for (const frame of graph(message)) socket.push(frame);
  };
  return { files, log, reports, digests, hashOf, graph, answer, serve: (socket) => (socket.onsent = (message) => queueMicrotask(() => answer(socket, message))) };
}

/** A pack. @param {number} id @param {{path: string, hash: string, text: string, type?: string}[]} files */
export function packOf(id, files, last = true) {
  const bodies = files.map(({ text }) => new TextEncoder().encode(text));
  const modules = files.map(({ path, hash, text, type = "text/javascript", imports, url }, index) => {
    const found = imports ?? (type === "text/javascript" ? importsOf(text, path) : undefined);
    return { path, hash, length: bodies[index].length, contentType: type, source: "disk", imports: found, url };
  });
  const header = new TextEncoder().encode(JSON.stringify({ id, last, modules }));
  const start = new Uint8Array(8);
  new DataView(start.buffer).setUint32(0, 0x504c5031);
  new DataView(start.buffer).setUint32(4, header.length);
  const bytes = Buffer.concat([start, header, ...bodies]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

/** Enough of a lexer for the tests: `from "x"`, `import "x"`, `import("x")`, with attributes. */
export function importsOf(text, path = "main.mjs") {
  const records = [];
  const offset = (index) => Buffer.byteLength(text.slice(0, index));
  for (const match of text.matchAll(/(from\s*|import\s*\(?\s*)("[^"]*")(?:\s+with\s*\{\s*type:\s*"(\w+)"\s*\})?/g)) {
    const start = match.index + match[1].length;
    const specifier = JSON.parse(match[2]);
    const record = { kind: match[1].includes("(") ? "dynamic" : "static", start: offset(start), end: offset(start + match[2].length), specifier };
    if (match[3]) record.type = match[3];
    if (/^\.{0,2}\//.test(specifier)) {
      const url = new URL(specifier, `http://x/${path}`);
      record.path = decodeURIComponent(url.pathname.slice(1)) + url.search;
    }
    records.push(record);
  }
  return records;
}

/** A page: window, document, location and what the client touches of them. */
export function fakeWorld(options = {}) {
  const clock = new FakeClock();
  const WebSocket = fakeWebSocketClass();
  const window = new EventTarget();
  const document = new EventTarget();
  const location = { origin: "https://app.test", pathname: "/", href: "https://app.test/", reloads: 0, reload: () => location.reloads++ };
  const page = { importMaps: [], scopeMaps: [], modules: [], preloads: [], resources: [], lines: [], events: [], inline: true, schemes: ["data", "blob"], tags: {}, blobs: new Map(), blobText: new Map() };
  const elements = (selector) => selector.split(",").flatMap((part) => page.tags[part] ?? []);
  Object.defineProperty(document, "scripts", { get: () => elements("script") });
  Object.assign(document, {
    readyState: "complete", visibilityState: "visible", baseURI: location.href,
    currentScript: { src: "https://app.test/@pitlane/client.js", dataset: {}, nonce: "", getAttribute: () => null, ...options.tag },
    querySelectorAll: elements,
    querySelector: (selector) => elements(selector)[0] ?? null,
    createElement: (tag) => ({ tag, remove() {} }),
    head: {
      append(element) {
        const { tag, type, src, href, textContent = "" } = element;
        const url = src ?? href;
        if (type === "importmap") {
          const { imports, scopes } = JSON.parse(textContent);
          if (imports) page.importMaps.push(imports);
          if (scopes) page.scopeMaps.push(scopes);
        } else if (type === "module" && page.leaveResolver(element)) return;
        else if (type === "module") {
          const blob = page.blobs.get(src);
          page.modules.push(src.startsWith("data:") ? sourceOf(src) : blob ? page.blobText.get(src) : src);
          queueMicrotask(() => element.onload?.({ type: "load" }));
        } else if (url) {
          const allowed = page.schemes.includes(url.split(":")[0]);
          if (element.rel === "modulepreload") page.preloads.push(url);
          queueMicrotask(() => element[allowed ? "onload" : "onerror"]?.({ type: allowed ? "load" : "error" }));
        } else if (tag === "script" && page.inline) element.pitlane = 1;
      },
    },
  });
  // A module of the client that leaves its import.meta.resolve: see `page.meaning`.
  page.meaning = (place, specifier) => specifier;
  page.leaveResolver = ({ src, textContent }) => {
    const place = /resolver\("(\w+)"/.exec(src ?? textContent)?.[1];
    if (place) queueMicrotask(() => window.__pitlane__.resolver(place, (specifier) => page.meaning(place, specifier)));
    return !!place;
  };
  class FakeBlob extends Blob {
    constructor(parts, init) {
      super(parts, init);
      this.written = parts.join("");
    }
  }
  class FakeURL extends URL {
    static createObjectURL(blob) {
      const url = `blob:${location.origin}/${page.blobs.size}`;
      page.blobs.set(url, blob);
      page.blobText.set(url, blob.written);
      return url;
    }
    static revokeObjectURL() {}
  }
  const names = ["connected", "disconnected", "failed", "update", "updated", "loaded", "error", "progress"];
  for (const name of names) window.addEventListener(`pitlane:${name}`, (event) => page.events.push([name, event.detail]));
  const line = (text) => page.lines.push(text);
  const world = {
    window, document, location, WebSocket, CustomEvent: FakeCustomEvent, URL: FakeURL, Blob: FakeBlob,
    navigator: { onLine: true, userAgent: "Mozilla/5.0 HeadlessChrome/156.0.0.0", ...options.navigator },
    console: { info: line, warn: line, error: line, debug: line },
    indexedDB: options.indexedDB ?? { open: () => { throw new Error("none"); } },
    performance: { now: clock.now, getEntriesByType: () => page.resources.map((name) => ({ name })) },
    PerformanceObserver: undefined,
    HTMLScriptElement: { supports: (type) => type === "importmap" },
    Math: Object.assign(Object.create(Math), { random: () => 0.5 }, { min: Math.min, max: Math.max, round: Math.round }),
    setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout,
    setInterval: clock.setInterval, clearInterval: clock.clearInterval,
    reportError: (error) => page.lines.push(`reported: ${error.message}`),
    fetch: async (url) => {
      if (!page.schemes.includes(url.split(":")[0])) throw new TypeError("refused");
      return { ok: true };
    },
  };
  return { world, page, clock, window, document, location, WebSocket };
}
