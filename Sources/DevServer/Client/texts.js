// The texts of the page's modules: the newest ones, and those of modules that join it later.

class ModuleTexts {
  #host;
  #running;
  #versions;
  #add;
  #renewed;
  #frozen;
  /** @type {Set<string>} paths of linked modules that wait for a newer text */ #stale = new Set();
  /** @type {Promise<void> | null} */ #renewing = null;
  /** @type {Set<string>} paths of those that have been asked for */ #asked = new Set();
  /** @type {Set<string>} URLs of modules that newer texts import and that are not there */ missing = new Set();
  /** @type {PackModule[]} not in the cache yet */ #newTexts = [];

  /**
   * @param {ReloadHost} host
   * @param {RunningModules} running
   * @param {ModuleVersions} versions
   * @param {(graph: GraphWalk, fresh?: (url: string) => boolean) => void} add enters a graph; `fresh`: what is not in the
   *   import maps
   * @param {(paths: string[]) => void} renewed told which modules have been looked at
   * @param {() => Promise<void> | null} frozen until which texts are to stay as they are
   */
  constructor(host, running, versions, add, renewed, frozen) {
    this.#host = host;
    this.#running = running;
    this.#versions = versions;
    this.#add = add;
    this.#renewed = renewed;
    this.#frozen = frozen;
  }

  /** @param {string} path @returns {Promise<PackModule | null>} as it is now; null when it cannot be had */
  fetch(path) {
    return new Promise((resolve) => {
      this.#host.connection.request({ type: "module:request", path, binary: true }, (_, answer) => resolve(answer?.modules?.[0] ?? null));
    });
  }

  /** @param {PackModule} module the newest text */
  hold(module) {
    const { fetcher, record } = this.#host;
    fetcher.held.set(module.path, { module, hash: module.hash, used: true });
    this.#newTexts.push(module);
    if (this.#newTexts.length > 1) return;
    // The whole record is written: not after each of many saves.
    setTimeout(() => record.replace(this.#newTexts.splice(0)), LIMITS.recordUpdates);
  }

  /**
   * New modules. They are in no import map: an update gives them their first address, so what is wrong with them
   * can be mended. The browser would remember for good that it looked for their own URLs in vain.
   * @param {string[]} urls
   */
  async adopt(urls) {
    const unknown = urls.filter((url) => this.#isFree(url));
    if (!unknown.length) return;
    try {
      await this.#take(await this.#host.fetchGraph(unknown), () => true);
    } catch {
      for (const url of unknown) this.missing.add(url); // not connected
    }
  }

  /** @param {string} url @returns {boolean} whether the browser has not loaded it by this URL */
  #isFree(url) {
    return this.missing.has(url) || !this.#host.resources.hasURL(url);
  }

  /** @param {GraphWalk} graph @param {(url: string) => boolean} looks whether to ask for what the server does not have */
  async #take(graph, looks) {
    this.#add(graph, (url) => !this.#host.mapper.has(url) && this.#isFree(url));
    const absent = [];
    for (const url of graph.nodes.keys()) {
      if (graph.modules.get(requestPath(url) ?? "")) this.missing.delete(url);
      else if (looks(url) && this.#isFree(url) && !this.#running.node(url)?.running) absent.push(url);
    }
    if (!absent.length) return;
    const there = await Promise.all(absent.map(isModule));
    for (const [index, url] of absent.entries()) this.missing[there[index] ? "delete" : "add"](url);
    // Either somebody else answers for it, or it has come in between.
    const late = absent.filter((_, index) => there[index]);
    if (late.length) await this.#take(await this.#host.fetchGraph(late), () => false);
  }

  /**
   * Gets the newest texts. What the cache holds is only confirmed.
   * @param {string[]} [paths] of linked modules that do not run yet; all of them by default
   */
  doubt(paths = this.#running.waiting) {
    for (const path of paths) this.#stale.add(path);
    if (this.#stale.size) this.#renewing ??= this.#renewAll();
    return this.#renewing;
  }

  /** @param {string} path @returns {boolean} whether newer texts import it, and it is not there */
  lacks(path) {
    return this.#missingAt([path]).length > 0;
  }

  /** @param {string[]} paths @returns {string[]} URLs */
  #missingAt(paths) {
    return [...this.missing].filter((url) => paths.includes(requestPath(url) ?? ""));
  }

  /** Whatever was missing may be there. */
  doubtMissing() {
    void this.doubt([...this.missing].flatMap((url) => requestPath(url) ?? []));
  }

  /** @param {HotNode[]} nodes @returns {Promise<void> | null} until their newer texts have come; null when none is on its way */
  renewal(nodes) {
    return nodes.some(({ path }) => this.#stale.has(path) || this.#asked.has(path)) ? this.#renewing : null;
  }

  async #renewAll() {
    try {
      while (this.#stale.size) await this.#renew();
    } catch {
      for (const path of this.#asked) this.#stale.add(path); // not connected: when that is mended
    }
    this.#asked.clear();
    this.#renewing = null;
  }

  async #renew() {
    const { fetcher, mapper, fetchGraph } = this.#host;
    const paths = [...this.#stale];
    this.#asked = new Set(paths);
    this.#stale.clear();
    for (const path of paths) fetcher.held.delete(path);
    const nodes = paths.flatMap((path) => this.#running.at(path));
    const urls = [...nodes.map(({ url }) => url), ...this.#missingAt(paths)];
    if (urls.length) {
      const graph = await fetchGraph(urls);
      for (let frozen; (frozen = this.#frozen()); ) await frozen;
      for (const node of nodes) {
        const module = graph.modules.get(node.path);
        if (!node.running && module) this.#running.hold(node, module, mapper.maps);
      }
      await this.#take(graph, (url) => !this.missing.has(url));
      this.#renewed(paths.filter((path) => graph.modules.get(path) || !this.#running.at(path).length));
    } else this.#renewed(paths);
  }

  /**
   * @param {HotNode} node is about to run, with what it imports: nothing of that has to be as it was linked first
   * @returns {string | null} an address that cannot be imported and says why, where a module is missing: it would be asked
   *   for over HTTP, and be there for this page either never or a second time
   */
  refresh(node) {
    const { connection } = this.#host;
    const lacking = [node, ...this.#running.renewal.awaiting([node])].flatMap(latestTargets).find((url) => this.missing.has(url));
    if (lacking && connection.ready) return `data:text/plain,${encodeURIComponent(`${lacking} is missing, which ${node.url} needs`)}`;
    const nodes = this.#running.renewal.first(node);
    if (!nodes.size || this.#versions.prepare(nodes)) return null;
    try {
      const { made } = this.#versions.make(nodes);
      for (const [node, version] of made) this.#running.replace(node, version);
    } catch {} // it runs as it is, and the server says what to do
    return null;
  }
}

/**
 * @param {string} url that the server does not have
 * @returns {Promise<boolean>} whether there is a module all the same: somebody else may answer for this URL
 */
async function isModule(url) {
  try {
    const { ok, headers } = await fetch(versionURL(url, 0), { method: "HEAD" });
    return ok && moduleKind(headers.get("content-type") ?? "") !== null;
  } catch {
    return false;
  }
}
