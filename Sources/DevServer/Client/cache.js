// Records in IndexedDB: one per page. Whatever goes wrong here means "no cache".

/** Raised when records change their shape: older ones are dropped. */
const CACHE_VERSION = 4;

/** Packs of modules, when each was used, its graph as linked, in parts, and what each holds. */
const STORES = ["graphs", "uses", "index", "parts", "hashes"];

/**
 * @typedef {{hashes: Object<string, string>, missing: string[]}} Versions path → hash, and what was asked for in vain
 * @typedef {{key: string, kept?: KeptGraph, versions: () => Versions}} CacheIndex of a record; its versions are read out when
 *   they are needed, since that takes milliseconds
 */

/** @param {string} key @param {number} index */
const partKey = (key, index) => `${index} ${key}`;

class GraphCache {
  /** @type {Promise<IDBDatabase | null> | undefined} */ #database;

  /**
   * Small, so that the server can be asked while the modules are still being read.
   * @param {string} key the page
   * @returns {Promise<CacheIndex | null>} of a page not seen yet, the record used last: pages of one site share modules
   */
  async readIndex(key) {
    try {
      const found = await this.#read(["index", "uses", "hashes"], async (index, uses, hashes) => {
        const find = async (/** @type {string} */ key) => {
          const all = hashes.get(key); // is there when the next one is
          const own = await result(index.get(key));
          return own && cacheIndex(own, all);
        };
        const own = await find(key);
        if (own) return own;
        const [newest] = (await result(uses.getAll())).sort((a, b) => b.usedAt - a.usedAt);
        return newest && find(newest.key);
      });
      return found ?? null;
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
   * @param {number} count
   * @returns {Promise<Promise<KeptPart>[]>} each settles when it is read; none when they cannot be had
   */
  async readParts(key, count) {
    try {
      const parts = (await this.#open())?.transaction(["parts"]).objectStore("parts");
      if (!parts) return [];
      return Array.from({ length: count }, (_, index) => {
        const part = result(parts.get(partKey(key, index)));
        part.catch(() => {}); // until somebody waits for it
        return part;
      });
    } catch {
      return [];
    }
  }

  /**
   * @param {string} key
   * @param {CachedModules} modules
   * @param {string[]} missing
   * @param {Keeping | null} [kept]
   */
  async write(key, modules, missing, kept = null) {
    try {
      const database = await this.#open();
      if (!database) return;
      const pack = encodePack([...modules.values()]);
      if (pack.byteLength > LIMITS.cacheBytes / 2) return;
      const hashes = Object.fromEntries(Array.from(modules, ([path, { hash }]) => [path, hash]));
      const bytes = pack.byteLength + (kept ? 4 * Math.ceil(kept.graph.bytes / 3) : 0);
      await this.#change(database, (graphs, uses, index, parts, all) => {
        graphs.put({ key, pack });
        const { hashes: keptHashes, missing: keptMissing, ...graph } = kept?.graph ?? {};
        index.put({ key, kept: kept && graph });
        all.put({ key, hashes, missing, kept: kept && { hashes: keptHashes, missing: keptMissing } });
        const count = kept?.graph.parts ?? 0;
        const old = uses.get(key);
        old.onsuccess = () => {
          for (let part = count; part < old.result?.parts; part++) parts.delete(partKey(key, part));
          uses.put({ key, usedAt: Date.now(), bytes, parts: count });
        };
        kept?.parts?.().forEach((part, number) => parts.put({ key: partKey(key, number), ...part }));
      });
      await this.#evict(database);
    } catch (error) {
      if (/** @type {any} */ (error)?.name === "QuotaExceededError") await this.clear();
    }
  }

  /**
   * Marks a record as used now.
   * @param {string} key
   */
  async touch(key) {
    try {
      const database = await this.#open();
      if (!database) return;
      await this.#change(database, (_, uses) => {
        const request = uses.get(key);
        request.onsuccess = () => request.result && uses.put({ ...request.result, usedAt: Date.now() });
      });
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
      const [, uses, , parts] = stores;
      const request = uses.getAll();
      request.onsuccess = () => {
        let bytes = 0;
        const newestFirst = request.result.sort((a, b) => b.usedAt - a.usedAt);
        newestFirst.forEach((use, index) => {
          bytes += use.bytes;
          if (index < LIMITS.cacheGraphs && bytes <= LIMITS.cacheBytes) return;
          for (const store of stores) store.delete(use.key);
          for (let part = 0; part < use.parts; part++) parts.delete(partKey(use.key, part));
        });
      };
    });
  }
}

/**
 * @param {{key: string, kept?: Omit<KeptGraph, keyof Versions> | null}} index
 * @param {IDBRequest<Versions & {key: string, kept?: Versions | null}>} all
 * @returns {CacheIndex}
 */
function cacheIndex({ key, kept }, all) {
  const checked = (/** @type {Versions | null | undefined} */ versions) => {
    const valid = versions?.hashes && typeof versions.hashes === "object" && Array.isArray(versions.missing);
    return valid ? versions : { hashes: {}, missing: [] };
  };
  return {
    key,
    versions: () => checked(all.result),
    kept: kept ? {
      ...kept,
      get hashes() { return checked(all.result?.kept).hashes; },
      get missing() { return checked(all.result?.kept).missing; },
    } : undefined,
  };
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
