// The closure of some entries, as the browser would find it, from modules that arrive in any order.

/** Ends a wait: the first answer must come in time, and then no silence be too long. */
class Watchdog {
  /** @type {any} */ #timer = 0;
  #due = 0;
  #expired;

  /**
   * @param {number} wait for the first answer
   * @param {(reason: string) => void} expired
   */
  constructor(wait, expired) {
    this.#expired = expired;
    this.#arm(wait, `no answer within the time given (data-timeout)`);
  }

  progress() {
    this.stop();
    this.#arm(LIMITS.stall, `no further answer for ${LIMITS.stall} ms`);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** @param {number} wait @param {string} reason */
  #arm(wait, reason) {
    this.#due = performance.now() + wait;
    this.#timer = setTimeout(() => {
      // The page's own scripts may have kept answers waiting that are here already.
      const late = performance.now() - this.#due > LIMITS.lateTimer;
      if (late) this.#timer = setTimeout(this.#expired, LIMITS.lateTimer, reason);
      else this.#expired(reason);
    }, Math.max(0, wait));
  }
}

/**
 * The URL that a module's imports are relative to: after a redirect not the one it was asked by.
 * @param {string} url
 * @param {PackModule} module
 */
function moduleBase(url, module) {
  return module.url === undefined ? url : new URL(module.url, location.origin).href;
}

/**
 * @param {string} url
 * @param {PackModule} module
 * @param {PageImportMaps | null | undefined} maps
 * @returns {(string | null)[]} what each of the module's import records leads to, null for none
 */
function importTargets(url, module, maps) {
  const base = new BaseURL(moduleBase(url, module));
  return (module.imports ?? []).map(({ kind, specifier }) =>
    specifier === undefined || kind === "meta" || kind === "computed" ? null
      : maps?.resolve(specifier, base.url) ?? base.resolve(specifier));
}

/** One walk through the closure of some entries. No I/O: it is told what arrives, and says what it lacks. */
class GraphWalk {
  /**
   * URL → attribute types it is imported with.
   * @type {Map<string, Set<string>>}
   */
  nodes = new Map();
  /**
   * By request path; null: not to be had here, the browser fetches it.
   * @type {Map<string, PackModule | null>}
   */
  modules = new Map();
  /**
   * URL → what each of the module's import records leads to, null for none.
   * @type {Map<string, (string | null)[]>}
   */
  targets = new Map();
  /** Bytes that came over the connection. */
  received = 0;
  fromCache = 0;
  /** True once the server has answered. */
  answered = false;
  /** @type {Set<string>} paths of modules that were taken for this walk first */
  taken = new Set();
  /** @type {Set<string>} paths of what the server has confirmed and the cache does not have after all */
  unreadable = new Set();
  /** @type {string | null} what the server calls the versions of all modules, if one answer had them */
  digest = null;
  /** @type {PageImportMaps | null} the page's import maps; null until the document is parsed */
  maps = null;
  /** @type {LinkedPart[]} what has come linked instead of as modules */
  linked = [];
  /** @type {KeptGraph | null} what the page linked at its last visit, if nothing has changed, or the server has
   *   linked: the walk ends early then */
  kept = null;

  /** URLs. */
  entries;
  #memory;
  /** @type {Map<string, string[]>} request path → URLs waiting for it */ #wanted = new Map();
  /** @type {[string, PackModule][]} modules whose imports are to be followed */ #queue = [];

  /**
   * @param {string[]} entries URLs
   * @param {(path: string) => PackModule | undefined} memory
   */
  constructor(entries, memory) {
    this.entries = entries;
    this.#memory = memory;
  }

  /** Modules that are here. */
  get count() {
    let count = this.linked.reduce((sum, { paths }) => sum + paths.length, 0);
    if (this.kept && !count) count = this.kept.modules;
    for (const module of this.modules.values()) if (module) count++;
    return count;
  }

  /** @returns {Set<string>} paths of what was reached */
  paths() {
    return new Set(Array.from(this.nodes.keys(), (url) => /** @type {string} */ (requestPath(url))));
  }

  /** Paths of modules that are reachable and not here. */
  get wanted() {
    return [...this.#wanted.keys()];
  }

  /**
   * Begins; again when the page's import maps are known, which is once the document is parsed.
   * @param {PageImportMaps | null} maps
   */
  start(maps) {
    this.maps = maps;
    this.nodes.clear();
    this.targets.clear();
    this.#wanted.clear();
    for (const url of this.entries) this.#visit(url, "");
    this.#follow();
  }

  /**
   * A module is here, or not to be had. The first word on a path holds, since its imports have been followed.
   * @param {string} path
   * @param {PackModule | null} module
   * @returns {boolean} whether this was the first
   */
  put(path, module) {
    if (this.modules.has(path)) return false;
    this.modules.set(path, module);
    const urls = this.#wanted.get(path) ?? [];
    this.#wanted.delete(path);
    if (module) for (const url of urls) this.#queue.push([url, module]);
    this.#follow();
    return true;
  }

  /** @param {string} url @param {string} type */
  #visit(url, type) {
    const types = this.nodes.get(url);
    if (types) return void types.add(type);
    const path = requestPath(url);
    if (path === null) return;
    this.nodes.set(url, new Set([type]));
    if (this.nodes.size > LIMITS.graphModules) throw new Error(`more than ${LIMITS.graphModules} modules`);
    const module = this.modules.has(path) ? this.modules.get(path) : this.#memory(path);
    if (module) {
      this.modules.set(path, module);
      this.#queue.push([url, module]);
    } else if (module === undefined) {
      const urls = this.#wanted.get(path);
      if (urls) urls.push(url);
      else this.#wanted.set(path, [url]);
    }
  }

  /** Not by recursion: a chain of imports can be longer than the stack is deep. */
  #follow() {
    for (let next; (next = this.#queue.pop()); ) {
      const [url, module] = next;
      const targets = importTargets(url, module, this.maps);
      this.targets.set(url, targets);
      targets.forEach((target, index) => target && this.#visit(target, module.imports?.[index].type ?? ""));
    }
  }
}
