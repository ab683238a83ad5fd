// What the page held at its last visit, and writing down what it holds now: one record per page.

/** @typedef {Map<string, PackModule>} CachedModules by request path */

class PageRecord {
  #cache;
  #key;
  /** @type {Promise<CachedModules> | undefined} */ #reading;
  /** False while `modules` are those of another page, or of none. */ #own = false;
  /** @type {CachedModules} used in this visit */ #used = new Map();
  /** @type {Set<string>} asked for in this visit, in vain */ #missing = new Set();
  #saving = false;

  /** @type {CachedModules} what the database holds */ modules = new Map();
  /** @type {Set<string>} what it says the server did not have */ missing = new Set();

  /**
   * @param {GraphCache} cache
   * @param {string} key
   */
  constructor(cache, key) {
    this.#cache = cache;
    this.#key = key;
  }

  /**
   * Reads the record, the first time.
   * @returns {Promise<CachedModules>} never rejects
   */
  read() {
    this.#reading ??= this.#cache.read(this.#key).then((record) => {
      this.#own = record.own;
      this.missing = record.missing;
      return (this.modules = record.modules);
    });
    return this.#reading;
  }

  /**
   * Takes what a walk reached into the record, which is written when the page is idle.
   * @param {GraphWalk} walk
   */
  add(walk) {
    for (const url of walk.nodes.keys()) {
      const path = /** @type {string} */ (requestPath(url));
      const module = walk.modules.get(path);
      if (module) this.#used.set(path, module);
      else this.#missing.add(path);
    }
    if (this.#saving) return;
    this.#saving = true;
    whenIdle(() => {
      this.#saving = false;
      void this.#save();
    });
  }

  async #save() {
    const now = Date.now();
    /** @type {CachedModules} */
    const modules = new Map();
    // Parts that are loaded on demand are not in every visit.
    for (const [path, module] of this.#own ? this.modules : []) {
      if (now - (module.seen ?? 0) < LIMITS.cacheUnused) modules.set(path, module);
    }
    let bytes = 0;
    for (const [path, module] of this.#used) modules.set(path, module);
    for (const { length } of modules.values()) bytes += length;
    const same = this.#own && modules.size === this.modules.size && [...modules].every(([path, module]) => this.modules.get(path) === module);
    if (same) return this.#cache.touch(this.#key, bytes);
    for (const module of this.#used.values()) module.seen = now;
    for (const path of this.#missing) if (modules.has(path)) this.#missing.delete(path);
    this.#own = true;
    this.modules = modules;
    await this.#cache.write(this.#key, modules, [...this.#missing]);
  }
}
