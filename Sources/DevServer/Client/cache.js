// Records in IndexedDB: one per page. Whatever goes wrong here means "no cache".

/** Raised when records change their shape: older ones are dropped. */
const CACHE_VERSION = 2;

/** Packs of modules, when each was used, and what each holds. */
const STORES = ["graphs", "uses", "index"];

/** @typedef {{key: string, hashes: Object<string, string>, missing: string[]}} CacheIndex what a record holds, path → hash */

class GraphCache {
  /** @type {Promise<IDBDatabase | null> | undefined} */ #database;

  /**
   * Small, so that the server can be asked while the modules are still being read.
   * @param {string} key the page
   * @returns {Promise<CacheIndex | null>} of a page not seen yet, the record used last: pages of one site share modules
   */
  async readIndex(key) {
    try {
      const index = await this.#read(["index", "uses"], async (index, uses) => {
        const own = await result(index.get(key));
        if (own) return own;
        const [newest] = (await result(uses.getAll())).sort((a, b) => b.usedAt - a.usedAt);
        return newest && result(index.get(newest.key));
      });
      const valid = index?.hashes && typeof index.hashes === "object" && Array.isArray(index.missing);
      return valid ? index : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @returns {Promise<CachedModules>} empty when they cannot be had
   */
  async readModules(key) {
    try {
      const record = await this.#read(["graphs"], (graphs) => result(graphs.get(key)));
      // Shape and lengths are checked by decodePack; the server confirms each hash.
      return new Map(decodePack(record.pack).modules.map((module) => [module.path, module]));
    } catch {
      return new Map();
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
      const hashes = Object.fromEntries(Array.from(modules, ([path, { hash }]) => [path, hash]));
      await this.#change(database, (graphs, uses, index) => {
        graphs.put({ key, pack });
        index.put({ key, hashes, missing });
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
      if (database) await this.#change(database, (...stores) => stores.forEach((store) => store.clear()));
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
        for (const name of STORES) request.result.createObjectStore(name, { keyPath: "key" });
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

  /** @param {string[]} names @param {(...stores: IDBObjectStore[]) => Promise<any>} ask @returns {Promise<any>} */
  async #read(names, ask) {
    const transaction = (await this.#open())?.transaction(names);
    return transaction && ask(...names.map((name) => transaction.objectStore(name)));
  }

  /**
   * @param {IDBDatabase} database
   * @param {(...stores: IDBObjectStore[]) => void} change
   * @returns {Promise<void>}
   */
  #change(database, change) {
    const transaction = database.transaction(STORES, "readwrite");
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      change(...STORES.map((name) => transaction.objectStore(name)));
    });
  }

  /** @param {IDBDatabase} database */
  async #evict(database) {
    await this.#change(database, (...stores) => {
      const [, uses] = stores;
      const request = uses.getAll();
      request.onsuccess = () => {
        let bytes = 0;
        const newestFirst = request.result.sort((a, b) => b.usedAt - a.usedAt);
        newestFirst.forEach((use, index) => {
          bytes += use.bytes;
          if (index < LIMITS.cacheGraphs && bytes <= LIMITS.cacheBytes) return;
          for (const store of stores) store.delete(use.key);
        });
      };
    });
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
