// What the page held at its last visit, and writing down what it holds now: one record per page.

/** @typedef {Map<string, PackModule>} CachedModules by request path */

class PageRecord {
  #cache;
  #key;
  /** @type {Promise<void> | undefined} */ #opening;
  /** @type {Promise<CachedModules> | undefined} */ #reading;
  /** False while `modules` are those of another page, or of none. */ #own = false;
  /** @type {CachedModules} used in this visit */ #used = new Map();
  /** @type {Set<string>} asked for in this visit, in vain */ #missing = new Set();
  #saving = false;
  /** @type {Keeping | null} this visit's graph as it was linked */ #keeping = null;
  /** @type {Promise<Promise<KeptPart>[]>} */ #parts = Promise.resolve([]);

  /** @type {() => Versions} */ #versions = () => ({ hashes: {}, missing: [] });
  /** @type {Map<string, string> | null} */ #hashes = null;

  /** @type {CachedModules} its modules, once they are read */ modules = new Map();
  /** @type {KeptGraph | null} the page's graph as it was linked */ kept = null;

  /**
   * @param {GraphCache} cache
   * @param {string} key
   */
  constructor(cache, key) {
    this.#cache = cache;
    this.#key = key;
  }

  /**
   * Begins to read the record, the first time.
   * @returns {Promise<void>} `kept` and `hashes` are here; never rejects
   */
  open() {
    this.#opening ??= this.#cache.readIndex(this.#key).then((index) => {
      if (!index) return;
      const { key, kept, versions } = index;
      this.#own = key === this.#key;
      this.#versions = versions;
      if (this.#own && kept) {
        this.kept = kept;
        this.#keeping = { graph: kept };
        this.#parts = this.#cache.readParts(key, kept.parts);
      } else this.#startReading(key);
    });
    return this.#opening;
  }

  /** @returns {Map<string, string>} what the database holds, path → hash */
  get hashes() {
    return (this.#hashes ??= new Map(Object.entries(this.#versions().hashes)));
  }

  /** @returns {Set<string>} what the record says the server did not have */
  get missing() {
    return new Set(this.#versions().missing);
  }

  /** @returns {Promise<CachedModules>} never rejects */
  async read() {
    await this.open();
    if (this.hashes.size) this.#startReading(this.#key);
    return this.#reading ?? this.modules;
  }

  /** @param {string} key */
  #startReading(key) {
    this.#reading ??= this.#cache.readModules(key).then((modules) => (this.#holds(modules), modules));
  }

  /** @returns {AsyncGenerator<KeptPart>} the parts of the kept graph, each once it is read; throws when one cannot be */
  async *parts() {
    const parts = await this.#parts;
    this.#parts = Promise.resolve([]);
    if (!this.kept || parts.length !== this.kept.parts) throw new Error("the cache cannot be read");
    for (const part of parts) yield await part;
  }

  /**
   * Keeps the page's graph as it was linked, from the next `add` on.
   * @param {GraphWalk} walk
   * @param {LinkedGraph} linked
   * @param {number} modules
   * @param {number} bytes
   */
  keep(walk, linked, modules, bytes) {
    this.#keeping = keptGraph(walk, linked, modules, bytes);
    this.#saveSoon();
  }

  /** @param {CachedModules} modules */
  #holds(modules) {
    this.modules = modules;
    this.#hashes = new Map(Array.from(modules, ([path, { hash }]) => [path, hash]));
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
    this.#saveSoon();
  }

  /** @param {PackModule[]} modules newer texts of what is used */
  replace(modules) {
    for (const module of modules) this.#used.set(module.path, module);
    this.#saveSoon();
  }

  #saveSoon() {
    if (this.#saving) return;
    this.#saving = true;
    whenIdle(() => {
      this.#saving = false;
      void this.#save();
    });
  }

  async #save() {
    await this.read();
    const now = Date.now();
    /** @type {CachedModules} */
    const modules = new Map();
    // Parts that are loaded on demand are not in every visit.
    for (const [path, module] of this.#own ? this.modules : []) {
      if (now - (module.seen ?? 0) < LIMITS.cacheUnused) modules.set(path, module);
    }
    for (const [path, module] of this.#used) modules.set(path, module);
    const keeping = this.#keeping;
    const same = !keeping?.parts && this.#own && modules.size === this.modules.size && [...modules].every(([path, module]) => this.modules.get(path) === module);
    if (same) return this.#cache.touch(this.#key);
    for (const module of this.#used.values()) module.seen = now;
    for (const path of this.#missing) if (modules.has(path)) this.#missing.delete(path);
    this.#own = true;
    this.#holds(modules);
    await this.#cache.write(this.#key, modules, [...this.#missing], keeping);
    if (keeping && this.#keeping === keeping) this.#keeping = { graph: keeping.graph };
  }
}
