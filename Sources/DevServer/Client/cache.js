// Records in IndexedDB: one per page. Whatever goes wrong here means "no cache".

/** Raised when records change their shape: older ones are dropped. */
const CACHE_VERSION = 2;

/** @typedef {{own: boolean, modules: CachedModules, missing: Set<string>}} CacheRecord */

class GraphCache {
  /** @type {Promise<IDBDatabase | null> | undefined} */ #database;

  /**
   * @param {string} key the page
   * @returns {Promise<CacheRecord>} empty when there is none; of a page not seen yet, the record used last, since
   *   pages of one site share modules
   */
  async read(key) {
    try {
      const record = await inTime(this.#get(key), null);
      // Shape and lengths are checked by decodePack; the server confirms each hash.
      const { modules } = decodePack(record.pack);
      const missing = new Set(/** @type {string[]} */ (record.missing));
      return { own: record.key === key, modules: new Map(modules.map((module) => [module.path, module])), missing };
    } catch {
      return { own: false, modules: new Map(), missing: new Set() };
    }
  }

  /**
   * @param {string} key
   * @param {CachedModules} modules
   * @param {string[]} missing
   */
  async write(key, modules, missing) {
    try {
      const database = await this.#open();
      if (!database) return;
      const pack = encodePack([...modules.values()]);
      if (pack.byteLength > LIMITS.cacheBytes / 2) return;
      await this.#change(database, (graphs, uses) => {
        graphs.put({ key, pack, missing });
        uses.put({ key, usedAt: Date.now(), bytes: pack.byteLength });
      });
      await this.#evict(database);
    } catch (error) {
      if (/** @type {any} */ (error)?.name === "QuotaExceededError") await this.clear();
    }
  }

  /**
   * Marks a record as used now.
   * @param {string} key
   * @param {number} bytes
   */
  async touch(key, bytes) {
    try {
      const database = await this.#open();
      if (database) await this.#change(database, (_, uses) => uses.put({ key, usedAt: Date.now(), bytes }));
    } catch {} // only costs its place in the order of eviction
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
      const request = indexedDB.open("pitlane", CACHE_VERSION);
      request.onupgradeneeded = () => {
        for (const name of Array.from(request.result.objectStoreNames)) request.result.deleteObjectStore(name);
        request.result.createObjectStore("graphs", { keyPath: "key" });
        request.result.createObjectStore("uses", { keyPath: "key" });
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onversionchange = () => {
          database.close();
          this.#database = Promise.resolve(null);
        };
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
    const transaction = database.transaction(["graphs", "uses"]);
    const graphs = transaction.objectStore("graphs");
    return new Promise((resolve, reject) => {
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      const own = graphs.get(key);
      own.onsuccess = () => {
        if (own.result) return resolve(own.result);
        const uses = transaction.objectStore("uses").getAll();
        uses.onsuccess = () => {
          const [newest] = uses.result.sort((a, b) => b.usedAt - a.usedAt);
          const other = graphs.get(newest?.key ?? "");
          other.onsuccess = () => resolve(other.result);
        };
      };
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
