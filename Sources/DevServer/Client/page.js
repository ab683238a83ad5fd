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
 * Native modules run before DOMContentLoaded and load. Ours may come later, so load is kept from coming, and
 * DOMContentLoaded, which cannot be, is held back and dispatched once the entry has run.
 * @returns {() => void} to be called when it has
 */
function holdReadyEvents() {
  /** @type {(() => void)[]} */
  const held = [];
  let holding = true;
  let release = () => {};
  const hold = (/** @type {string} */ type, /** @type {EventTarget} */ target, /** @type {EventInit} */ init) => {
    const listener = (/** @type {Event} */ event) => {
      if (!holding || event.target !== document || !event.isTrusted) return;
      event.stopImmediatePropagation();
      held.push(() => target.dispatchEvent(new Event(type, init)));
    };
    window.addEventListener(type, listener, true);
  };
  if (document.readyState === "loading") hold("DOMContentLoaded", document, { bubbles: true });
  if (document.readyState !== "complete") {
    hold("load", window, {});
    void documentParsed().then(() => holding && (release = delayLoad()));
  }
  return () => {
    holding = false;
    for (const dispatch of held.splice(0)) dispatch();
    // In a task of its own: listeners to load may be called at once.
    setTimeout(release);
  };
}

/**
 * The page is not "complete" while a document in it is being written, nor, in Chromium, while a sound has not begun, which takes
 * a tenth of the time.
 * @returns {() => void} ends that
 */
function delayLoad() {
  if (chromiumVersion && typeof MediaStream === "function") {
    const sound = new Audio();
    sound.srcObject = new MediaStream();
    return () => void (sound.srcObject = null);
  }
  const host = document.createElement("div");
  try {
    const frame = document.createElement("iframe");
    // Neither in window.frames nor found by selectors.
    host.attachShadow({ mode: "closed" }).append(frame);
    document.head.append(host);
    frame.contentDocument?.open();
    return () => (frame.contentDocument?.close(), host.remove());
  } catch {
    return () => host.remove(); // then it is held back like DOMContentLoaded
  }
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
    this.addFile(url);
  }

  /**
   * What a worker fetches; the page can have the same URL mapped.
   * @param {string} url
   */
  addFile(url) {
    try {
      const { origin, pathname } = new URL(url);
      if (origin === location.origin) this.#files.add(filePath(pathname.slice(1)));
    } catch {} // not a URL
  }

  /** @returns {Set<string>} */
  get files() {
    this.#catchUp();
    return this.#files;
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
    // The client's own questions have fetched nothing for the page.
    for (const { name } of entries) if (!/[?&]pitlane=0$/.test(name)) this.addURL(name);
  }
}

/** Inserts what the client needs into the page, and finds out what its content policy lets through. */
class ContentPolicy {
  /** @type {Map<string, Promise<boolean>>} */ #answers = new Map();
  /** @type {Map<string, boolean>} */ #known = new Map();
  /** @type {Map<string, ErrorEvent | null>} modules that cannot run, being loaded → what window says of them */ #tried = new Map();
  #nonce;

  /** @param {string} nonce */
  constructor(nonce) {
    this.#nonce = nonce;
    // From the start: window's listeners are called in their order, and the page's own come later.
    window.addEventListener("error", (event) => {
      const known = this.#tried.get(event.filename);
      // What they import in vain is told of under the page's name.
      if (known === undefined && !(this.#tried.size && event.message?.includes(NOWHERE))) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      if (known === null) this.#tried.set(event.filename, event);
    }, true);
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
   * @param {[ModuleKind, "data" | "blob"][]} questions
   */
  ask(questions) {
    for (const [kind, scheme] of questions) void this.allows(kind, scheme);
  }

  /**
   * @param {ModuleKind} kind
   * @param {"data" | "blob"} scheme
   * @returns {Promise<boolean>}
   */
  allows(kind, scheme) {
    const key = kind + scheme;
    const answer = this.#answers.get(key) ?? this.#probe(kind, scheme).catch(() => false);
    if (!this.#answers.has(key)) void answer.then((allowed) => this.#known.set(key, allowed));
    this.#answers.set(key, answer);
    return answer;
  }

  /** @param {ModuleKind} kind @param {"data" | "blob"} scheme @returns {Promise<boolean>} */
  async #probe(kind, scheme) {
    const type = CONTENT_TYPES[kind];
    const url = scheme === "data" ? `data:${type},` : URL.createObjectURL(new Blob([], { type }));
    try {
      if (kind === "json" || kind === "text") return (await fetch(url)).ok;
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
   * What of this kind can run here, as far as that is known.
   * @param {ModuleKind} kind
   * @param {"data" | "blob"} scheme
   * @returns {boolean | undefined} undefined: it has to be asked
   */
  allowed(kind, scheme) {
    return this.#known.get(kind + scheme);
  }

  /** @param {{imports?: Object<string, string>, scopes?: Object<string, Object<string, string>>}} map */
  addImportMap(map) {
    this.addImportMapText(JSON.stringify(map));
  }

  /** @param {string} text */
  addImportMapText(text) {
    this.#insert("script", { type: "importmap", textContent: text }).remove();
  }

  /**
   * Has a module compiled and does not run it.
   * @param {string} href
   * @returns {Promise<boolean>} whether the page may have it so
   */
  preload(href) {
    return new Promise((resolve) => {
      const link = this.#insert("link", { rel: "modulepreload", href });
      link.onload = link.onerror = (/** @type {any} */ event) => (link.remove(), resolve(event.type === "load"));
    });
  }

  /**
   * Loads a module that cannot run. Nobody else hears of its error.
   * @param {string} src
   * @returns {Promise<ErrorEvent | null>} what it says on window; null when it says nothing
   */
  errorOf(src) {
    return new Promise((resolve) => {
      this.#tried.set(src, null);
      const script = this.#insert("script", { type: "module", src });
      script.onload = script.onerror = () => {
        script.remove();
        resolve(this.#tried.get(src) ?? null);
        this.#tried.delete(src);
      };
    });
  }

  /**
   * Runs a small module of the client's own: for syntax that older browsers cannot parse.
   * @param {string} source
   * @returns {Promise<any>} its namespace
   */
  async importText(source) {
    return import(moduleURL([source], "js", (await this.allows("js", "data")) ? "data" : "blob"));
  }

  /**
   * `import.meta.resolve` of a new module: of one in the document, or of one at a URL that no scope covers.
   * @param {"inline" | "outside"} place
   * @returns {Promise<(specifier: string) => string>}
   */
  resolver(place) {
    return new Promise((resolve, reject) => {
      awaitedResolvers[place] = resolve;
      const text = `${RUNTIME}.resolver("${place}",import.meta.resolve)`;
      const source = place === "inline" ? { textContent: text } : { src: OUTSIDE + text };
      this.#insert("script", { type: "module", ...source, onerror: reject }).remove();
    });
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
      mapped ? moduleURL([`import ${JSON.stringify(url)};`], "js", scheme) : url;
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
