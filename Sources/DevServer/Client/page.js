// What the page is and has: its URLs, import maps, content security policy, resources, ready events.

/** Chromium takes several import maps from this version on; others count as taking one. */
const CHROMIUM_WITH_MANY_MAPS = 133;

const chromiumVersion = Number(/Chrom(?:e|ium)\/(\d+)/.exec(navigator.userAgent)?.[1] ?? 0);
const manyMaps = chromiumVersion >= CHROMIUM_WITH_MANY_MAPS;

/**
 * The file behind a URL or module path as the server names it: decoded, without query.
 * @param {string} path
 */
function filePath(path) {
  try {
    return decodeURIComponent(path.split("?")[0]);
  } catch {
    return path;
  }
}

/**
 * Resolves once the document is parsed, which is when `<script type="module">` would run.
 * @returns {Promise<void>}
 */
function documentParsed() {
  return new Promise((/** @type {(value?: any) => void} */ resolve) => {
    if (document.readyState !== "loading") resolve();
    else document.addEventListener("readystatechange", resolve, { once: true });
  });
}

/**
 * Native modules run before DOMContentLoaded and load. Ours may come later, so these events are
 * held back and dispatched once the entry has run.
 * @returns {() => void} to be called when it has
 */
function holdReadyEvents() {
  /** @type {(() => void)[]} */
  const held = [];
  let holding = true;
  const hold = (/** @type {string} */ type, /** @type {EventTarget} */ target, /** @type {EventInit} */ init) => {
    const listener = (/** @type {Event} */ event) => {
      if (!holding || event.target !== document || !event.isTrusted) return;
      event.stopImmediatePropagation();
      held.push(() => target.dispatchEvent(new Event(type, init)));
    };
    window.addEventListener(type, listener, true);
  };
  if (document.readyState === "loading") hold("DOMContentLoaded", document, { bubbles: true });
  if (document.readyState !== "complete") hold("load", window, {});
  return () => {
    holding = false;
    for (const dispatch of held.splice(0)) dispatch();
  };
}

/** Files this page has fetched over HTTP, named as the server names them. */
class FetchedResources {
  #files = new Set();
  #urls = new Set();
  /** @type {PerformanceObserver | undefined} */ #observer;

  constructor() {
    try {
      // Unlike getEntriesByType, an observer misses nothing when the entries' buffer is full.
      this.#observer = new PerformanceObserver((list) => this.#add(list.getEntries()));
      this.#observer.observe({ type: "resource", buffered: true });
    } catch {} // getEntriesByType below has to do
    this.addURL(location.href);
    if (location.pathname.endsWith("/")) this.addURL(`${location.origin + location.pathname}index.html`);
  }

  /** @param {string} url */
  addURL(url) {
    this.#urls.add(url);
    try {
      const { origin, pathname } = new URL(url);
      if (origin === location.origin) this.#files.add(filePath(pathname.slice(1)));
    } catch {} // not a URL
  }

  /** @param {string} path */
  hasFile(path) {
    this.#catchUp();
    return this.#files.has(path.split("?")[0]);
  }

  /** @param {string} url */
  hasURL(url) {
    this.#catchUp();
    return this.#urls.has(url);
  }

  #catchUp() {
    this.#add(this.#observer?.takeRecords() ?? performance.getEntriesByType("resource"));
  }

  /** @param {PerformanceEntryList} entries */
  #add(entries) {
    for (const { name } of entries) this.addURL(name);
  }
}

/** The page's own import maps, as far as inline ones are in the document. */
class PageImportMaps {
  /** @type {{scope: string, rules: Map<string, string | null>}[]} most specific scope first, "" last */
  #scopes = [];

  constructor() {
    /** @type {Map<string, Map<string, string | null>>} */
    const scopes = new Map();
    for (const script of document.querySelectorAll('script[type="importmap"]')) {
      try {
        const { imports = {}, scopes: scoped = {} } = JSON.parse(script.textContent ?? "");
        this.#merge(scopes, "", imports);
        for (const scope of Object.keys(scoped)) {
          this.#merge(scopes, new URL(scope, document.baseURI).href, scoped[scope]);
        }
      } catch {} // the browser reports it
    }
    const names = [...scopes.keys()].sort((a, b) => (a < b ? 1 : -1));
    this.#scopes = names.map((scope) => ({ scope, rules: scopes.get(scope) ?? new Map() }));
  }

  /** @param {Map<string, Map<string, string | null>>} scopes @param {string} scope @param {Object<string, any>} imports */
  #merge(scopes, scope, imports) {
    const rules = scopes.get(scope) ?? new Map();
    scopes.set(scope, rules);
    for (const key of Object.keys(imports)) {
      const name = asURL(key, document.baseURI) ?? key;
      const target = typeof imports[key] === "string" ? asURL(imports[key], document.baseURI) : null;
      if (!rules.has(name)) rules.set(name, target);
    }
  }

  /**
   * @param {string} specifier
   * @param {string} base the importing module's URL
   * @returns {string | null} what a rule makes of it; null when no rule applies
   */
  resolve(specifier, base) {
    if (!this.#scopes.length) return null;
    const name = asURL(specifier, base) ?? specifier;
    for (const { scope, rules } of this.#scopes) {
      if (scope && scope !== base && !(scope.endsWith("/") && base.startsWith(scope))) continue;
      let best = "";
      for (const key of rules.keys()) {
        const matches = key === name || (key.endsWith("/") && name.startsWith(key));
        if (matches && key.length > best.length) best = key;
      }
      if (!best) continue;
      const target = rules.get(best);
      if (!target) return null; // blocked by the page: the browser says so
      return name === best ? target : new URL(name.slice(best.length), target).href;
    }
    return null;
  }

  /**
   * Whether a rule is about this URL or leads to it: such a module keeps its own URL.
   * @param {string} url
   */
  leadsTo(url) {
    return this.#scopes.some(({ rules }) =>
      [...rules].some((rule) => rule.some((end) => end === url || (end?.endsWith("/") && url.startsWith(end)))));
  }
}

/**
 * A URL-like specifier made absolute; null for a bare one.
 * @param {string} specifier
 * @param {string} base
 * @returns {string | null}
 */
function asURL(specifier, base) {
  try {
    return /^\.{0,2}\//.test(specifier) ? new URL(specifier, base).href : new URL(specifier).href;
  } catch {
    return null;
  }
}

/** Inserts what the client needs into the page, and finds out what its content policy lets through. */
class ContentPolicy {
  /** @type {Map<string, Promise<boolean>>} */ #answers = new Map();
  #nonce;

  /** @param {string} nonce */
  constructor(nonce) {
    this.#nonce = nonce;
  }

  /** Whether an inline import map is accepted: same rule as an inline script, which runs at once. */
  allowsInline() {
    try {
      const script = this.#insert("script", { textContent: "document.currentScript.pitlane=1" });
      script.remove();
      return /** @type {any} */ (script).pitlane === 1;
    } catch {
      return false;
    }
  }

  /**
   * Starts asking, for `allows` to find the answers there.
   * @param {["js" | "css" | "json", "data" | "blob"][]} questions
   */
  ask(questions) {
    for (const [kind, scheme] of questions) void this.allows(kind, scheme);
  }

  /**
   * @param {"js" | "css" | "json"} kind
   * @param {"data" | "blob"} scheme
   * @returns {Promise<boolean>}
   */
  allows(kind, scheme) {
    const key = kind + scheme;
    const answer = this.#answers.get(key) ?? this.#probe(kind, scheme).catch(() => false);
    this.#answers.set(key, answer);
    return answer;
  }

  /** @param {"js" | "css" | "json"} kind @param {"data" | "blob"} scheme @returns {Promise<boolean>} */
  async #probe(kind, scheme) {
    const type = CONTENT_TYPES[kind];
    const url = scheme === "data" ? `data:${type},` : URL.createObjectURL(new Blob([], { type }));
    try {
      if (kind === "json") return (await fetch(url)).ok;
      return await new Promise((resolve) => {
        const element = kind === "js"
          ? this.#insert("script", { src: url, async: true })
          : this.#insert("link", { rel: "stylesheet", href: url });
        element.onload = element.onerror = (/** @type {any} */ event) => (element.remove(), resolve(event.type === "load"));
      });
    } finally {
      if (scheme === "blob") URL.revokeObjectURL(url);
    }
  }

  /** @param {string} tag @param {Object<string, any>} properties */
  #insert(tag, properties) {
    const element = document.createElement(tag);
    if (this.#nonce) element.nonce = this.#nonce;
    Object.assign(element, properties);
    (document.head ?? document.documentElement).append(element);
    return element;
  }

  /**
   * @param {Object<string, string>} imports absolute URL → data: or blob: URL
   */
  addImportMap(imports) {
    this.#insert("script", { type: "importmap", textContent: JSON.stringify({ imports }) }).remove();
  }

  /**
   * Runs the entries as module scripts, whose load event comes after evaluation, up to a top-level await.
   * @param {string[]} urls
   * @param {boolean} mapped
   * @returns {Promise<any>}
   */
  async run(urls, mapped) {
    const scheme = mapped && (await this.allows("js", "data")) ? "data" : "blob";
    // A script's address is not looked up in import maps, an import's is.
    const address = (/** @type {string} */ url) =>
      mapped ? moduleURL(`import ${JSON.stringify(url)};`, "js", scheme) : url;
    return Promise.all(urls.map((url) => new Promise((resolve) => {
      try {
        const script = /** @type {HTMLScriptElement} */ (
          this.#insert("script", { type: "module", async: false, src: address(url) }));
        script.onload = resolve;
        script.onerror = () => {
          report(`${url}, or a module it imports, could not be loaded over HTTP. See the network panel.`, { url });
          resolve(null);
        };
      } catch {
        import(url).catch(reportError).finally(() => resolve(null)); // trusted types
      }
    })));
  }
}
