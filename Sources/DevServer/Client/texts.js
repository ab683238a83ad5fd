// The texts of the page's modules: the newest ones, and those of modules that join it later.

class ModuleTexts {
  #host;
  #running;
  #versions;
  #add;
  /** @type {Set<string>} paths of linked modules that wait for a newer text */ #stale = new Set();
  /** @type {Set<string>} paths of modules that an update imports and that are not there */ #lacking = new Set();
  /** @type {PackModule[]} not in the cache yet */ #newTexts = [];

  /**
   * @param {ReloadHost} host
   * @param {RunningModules} running
   * @param {ModuleVersions} versions
   * @param {(graph: GraphWalk, fresh?: (url: string) => boolean) => void} add enters a graph; `fresh`: what is not in the
   *   import maps
   */
  constructor(host, running, versions, add) {
    this.#host = host;
    this.#running = running;
    this.#versions = versions;
    this.#add = add;
  }

  /** @param {string} path @returns {boolean} whether an update waits for this module to be there */
  lacks(path) {
    return this.#lacking.has(path);
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
   * New modules, that come into the import maps by their own URLs.
   * @param {string[]} urls
   * @returns {Promise<Set<string>>} those that the server does not have
   */
  async adopt(urls) {
    const { mapper, resources, fetchGraph, map } = this.#host;
    const isFree = (/** @type {string} */ url) => this.#lacking.has(requestPath(url) ?? "") || !resources.hasURL(url);
    const unknown = urls.filter(isFree);
    if (!unknown.length) return new Set();
    try {
      const graph = await fetchGraph(unknown);
      if (!mapper.full) await map(graph);
      // What is not mapped, since the browser takes no further map or has looked for it in vain, gets versions alone.
      this.#add(graph, (url) => !mapper.has(url) && isFree(url));
      const missing = new Set();
      for (const url of graph.nodes.keys()) {
        const path = requestPath(url) ?? "";
        if (graph.modules.get(path)) this.#lacking.delete(path);
        else if (!(await fetch(url, { method: "HEAD" }).then(({ ok }) => ok, () => false))) {
          missing.add(url);
          this.#lacking.add(path);
        }
      }
      return missing;
    } catch (error) {
      note(`${unknown.join(", ")} come over HTTP: ${message(error)}.`);
      return new Set();
    }
  }

  /** @param {string[]} [paths] of linked modules that do not run yet, whose texts may be old; all of them by default */
  doubt(paths = this.#running.waiting) {
    const first = !this.#stale.size;
    for (const path of paths) this.#stale.add(path);
    if (first && this.#stale.size) soon(() => void this.#renew());
  }

  /** Gets the newest texts of what has been linked and does not run. What the cache holds is only confirmed. */
  async #renew() {
    const { fetcher, mapper, fetchGraph, map } = this.#host;
    const paths = [...this.#stale];
    this.#stale.clear();
    for (const path of paths) fetcher.held.delete(path);
    try {
      const graph = await fetchGraph(paths.flatMap((path) => this.#running.at(path).map(({ url }) => url)));
      for (const path of paths) {
        const module = graph.modules.get(path);
        for (const node of module ? this.#running.at(path) : []) if (!node.running && module) this.#running.hold(node, module, mapper.maps);
      }
      if (!mapper.full) await map(graph);
      this.#add(graph);
    } catch {} // not connected: the report says what runs, and the server what to do
  }

  /** @param {HotNode} node is about to run, with what it imports: nothing of that has to be as it was linked first */
  refresh(node) {
    const nodes = this.#running.renewed(new Set(), [node]);
    if (!nodes.size || this.#versions.prepare(nodes)) return;
    try {
      const { made } = this.#versions.make(nodes);
      for (const [node, { address, uses }] of made) this.#running.replace(node, address, uses);
    } catch {} // it runs as it is, and the server says what to do
  }
}
