// Graphs in IndexedDB: one record per entry set. Whatever goes wrong here means "no cache".

/** @typedef {Map<string, PackModule>} CachedModules by request path */

class GraphCache {
  /** @type {Promise<IDBDatabase | null> | undefined} */ #database;

  /**
   * @param {string} key the entry set
   * @returns {Promise<CachedModules>} empty when there is none
   */
  async read(key) {
    /** @type {CachedModules} */
    const modules = new Map();
    try {
      const record = await inTime(this.#get(key), null);
      // Shape and lengths are checked by decodePack; the server confirms each hash.
      if (!(record?.pack instanceof ArrayBuffer) || !Array.isArray(record.paths)) return modules;
      const pack = decodePack(record.pack);
      if (pack.modules.length !== record.paths.length) return modules;
      pack.modules.forEach((module, index) => modules.set(String(record.paths[index]), module));
    } catch {
      modules.clear();
    }
    return modules;
  }

  /**
   * @param {string} key
   * @param {CachedModules} modules
   */
  async write(key, modules) {
    try {
      const database = await this.#open();
      if (!database) return;
      const pack = encodePack([...modules.values()]);
      if (pack.byteLength > LIMITS.cacheBytes / 2) return;
      const record = { key, paths: [...modules.keys()], pack };
      await this.#change(database, (graphs, uses) => {
        graphs.put(record);
        uses.put({ key, usedAt: Date.now(), bytes: pack.byteLength });
      });
      await this.#evict(database);
    } catch (error) {
      if (/** @type {any} */ (error)?.name === "QuotaExceededError") await this.clear();
    }
  }

  /**
   * Marks a graph as used now.
   * @param {string} key
   * @param {number} bytes
   */
  async touch(key, bytes) {
    try {
      const database = await this.#open();
      if (database) await this.#change(database, (_, uses) => uses.put({ key, usedAt: Date.now(), bytes }));
    } catch {} // only costs its place in the order of eviction
  }

  /**
   * Writes what a walk brought, if it differs from what was read.
   * @param {string} key
   * @param {GraphWalk} walk
   * @param {CachedModules} cached
   */
  saveWhenIdle(key, walk, cached) {
    /** @type {CachedModules} */
    const modules = new Map();
    let bytes = 0;
    for (const url of walk.nodes.keys()) {
      const path = /** @type {string} */ (requestPath(url));
      const module = walk.modules.get(path);
      if (!module) continue;
      modules.set(path, module);
      bytes += module.length;
    }
    const same = modules.size === cached.size && [...modules].every(([path, module]) => cached.get(path) === module);
    const save = () => (same ? this.touch(key, bytes) : this.write(key, modules));
    const whenLoaded = () => (window.requestIdleCallback ?? setTimeout)(() => void save());
    if (document.readyState === "complete") whenLoaded();
    else window.addEventListener("load", whenLoaded, { once: true });
  }

  async clear() {
    try {
      const database = await this.#open();
      if (database) await this.#change(database, (graphs, uses) => (graphs.clear(), uses.clear()));
    } catch {} // no cache
  }

  close() {
    this.#database?.then((database) => database?.close());
    this.#database = Promise.resolve(null);
  }

  /** @returns {Promise<IDBDatabase | null>} never rejects */
  #open() {
    this.#database ??= new Promise((resolve) => {
      const request = indexedDB.open("pitlane", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("graphs", { keyPath: "key" });
        request.result.createObjectStore("uses", { keyPath: "key" });
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onversionchange = () => this.close();
        resolve(database);
      };
      request.onerror = (event) => (event.preventDefault?.(), resolve(null));
      request.onblocked = () => resolve(null);
    }).catch(() => null);
    return this.#database;
  }

  /** @param {string} key @returns {Promise<any>} */
  async #get(key) {
    const database = await this.#open();
    if (!database) return null;
    const request = database.transaction("graphs").objectStore("graphs").get(key);
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * @param {IDBDatabase} database
   * @param {(graphs: IDBObjectStore, uses: IDBObjectStore) => void} change
   * @returns {Promise<void>}
   */
  #change(database, change) {
    const transaction = database.transaction(["graphs", "uses"], "readwrite");
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      change(transaction.objectStore("graphs"), transaction.objectStore("uses"));
    });
  }

  /** @param {IDBDatabase} database */
  async #evict(database) {
    await this.#change(database, (graphs, uses) => {
      const request = uses.getAll();
      request.onsuccess = () => {
        let bytes = 0;
        const newestFirst = request.result.sort((a, b) => b.usedAt - a.usedAt);
        newestFirst.forEach((use, index) => {
          bytes += use.bytes;
          if (index < LIMITS.cacheGraphs && bytes <= LIMITS.cacheBytes) return;
          graphs.delete(use.key);
          uses.delete(use.key);
        });
      };
    });
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {T} otherwise what to take when it hangs
 * @returns {Promise<T>}
 */
function inTime(promise, otherwise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, LIMITS.cacheWait, otherwise);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
