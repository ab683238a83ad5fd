// Whole graphs in one exchange: asks for what a walk lacks, and keeps what came.

/**
 * @typedef {{module: PackModule | null, hash: string | null, used: boolean}} Held a module known with the server's hash of
 *   it; null while its text is in the cache alone
 */
/** @typedef {(walk: GraphWalk) => Promise<any>} Supply brings some of what a walk wants */

/** @returns {string[]} the texts of the page's inline import maps, in document order */
function importMapTexts() {
  return Array.from(document.querySelectorAll('script[type="importmap"]'), (script) => script.textContent ?? "");
}

class GraphFetcher {
  #connection;
  #record;
  #options;
  /** @type {Set<(reason: string) => void>} */ #onDown = new Set();
  #downReason = "";
  /** @type {(value?: any) => void} */ #isUp = () => {};
  #firstUp = new Promise((resolve) => (this.#isUp = resolve));

  /** @type {Map<string, Held>} */ #held = new Map();
  /** @type {KeptGraph | null} whose modules are held, too */ #kept = null;
  /** True when modules run that the server has not confirmed. */ unconfirmed = false;

  /**
   * @param {Connection} connection
   * @param {PageRecord} record
   * @param {{timeout: number, offline: boolean, urls: string}} options
   */
  constructor(connection, record, options) {
    this.#connection = connection;
    this.#record = record;
    this.#options = options;
  }

  /** @type {Map<string, Held>} by request path */
  get held() {
    const kept = this.#kept;
    this.#kept = null;
    // Their text is not read.
    for (const [path, hash] of Object.entries(kept?.hashes ?? {})) {
      if (!this.#held.get(path)?.used) this.#held.set(path, { module: null, hash, used: true });
    }
    return this.#held;
  }

  up() {
    this.#downReason = "";
    this.#isUp();
  }

  /** @param {string} reason */
  down(reason) {
    this.#downReason = reason;
    for (const fail of [...this.#onDown]) fail(reason);
  }

  /**
   * Fetches what the entries need and is not held yet; ends after the document is parsed.
   * @param {string[]} urls entries, absolute
   * @param {number} startedAt when the time for the first answer began
   * @param {boolean} used whether the page is going to run it
   * @param {(walk: GraphWalk) => void} [onProgress]
   * @param {boolean} [takesKept] whether the graph as it was linked will do; to be followed by `complete`
   * @returns {Promise<GraphWalk>}
   */
  async fetch(urls, startedAt, used, onProgress, takesKept = false) {
    const walk = new GraphWalk(urls, (path) => {
      const held = this.held.get(path);
      if (held?.module) this.#take(walk, path, held.module, used);
      return held?.module ?? undefined;
    });
    let fail = (/** @type {string} */ _reason) => {};
    const failure = new Promise((_, reject) => (fail = (reason) => reject(new Error(reason))));
    failure.catch(() => {});
    const watchdog = new Watchdog(startedAt + this.#options.timeout - performance.now(), fail);
    this.#onDown.add(fail);
    /** @type {number[]} */ const requests = [];
    let answers = 0;
    const ask = async () => {
      if (this.#downReason) throw new Error(this.#downReason);
      if (walk.answered) watchdog.progress();
      // Sent before the record says what to compare the answer with. With a single import map no graph is kept.
      const digest = takesKept && manyMaps && !requests.length ? this.#askForDigest(walk, requests) : null;
      await Promise.race([this.#record.open(), this.#recordIsLate(), failure]);
      const { kept } = this.#record;
      const fits = !!kept && takesKept && !walk.modules.size && sameItems(kept.entries, urls)
        && (document.readyState === "loading" || fitsPage(kept));
      if (fits && kept.digest && kept.digest === await Promise.race([digest, failure])) {
        walk.kept = kept;
        walk.answered = true;
        walk.fromCache = walk.count;
        return watchdog.stop();
      }
      const { message, known } = this.#question(walk, takesKept);
      const lost = await Promise.race([failure, new Promise((resolve, reject) => {
        requests.push(this.#connection.request(message, (error, answer) => {
          if (error || !answer) return reject(error);
          watchdog.progress();
          try {
            const { type } = answer;
            this.#answered(walk, answer, used);
            if (type === "module:graph") {
              walk.digest = answers++ ? null : answer.digest ?? null;
              if (fits && !walk.modules.size && confirms(kept, answer, known)) {
                walk.kept = kept;
                walk.fromCache = walk.count;
              } else if (walk.linked.length) walk.kept = linkedGraph(walk);
              return resolve(walk.kept ? new Set(message.entries) : this.#confirmed(walk, answer, known, used));
            }
            onProgress?.(walk);
            return true;
          } catch (error) {
            return reject(error);
          }
        }, 0));
      })]);
      // Asked for, and neither here nor said to be missing: not asked for again.
      for (const path of message.entries) if (!lost.has(path)) walk.put(path, null);
      watchdog.stop();
    };
    try {
      await this.#complete(walk, ask);
    } catch (error) {
      if (walk.answered || !this.#options.offline || !(await this.#startOffline(walk, used))) {
        this.release(walk);
        throw error;
      }
    } finally {
      watchdog.stop();
      this.#connection.cancel(requests);
      this.#onDown.delete(fail);
    }
    if (walk.kept) this.#kept = walk.kept;
    else {
      this.release(walk, walk.paths());
      if (!this.unconfirmed) this.#record.add(walk);
    }
    return walk;
  }

  /** Once the server can be asked, the record is not waited for much longer. */
  async #recordIsLate() {
    await this.#firstUp;
    await new Promise((resolve) => new Watchdog(LIMITS.cacheWait, resolve));
  }

  /**
   * The page does not run these after all.
   * @param {GraphWalk} walk
   * @param {Set<string>} [except] paths
   */
  release(walk, except) {
    for (const path of walk.taken) {
      const held = this.held.get(path);
      if (held && !except?.has(path)) held.used = false;
    }
  }

  /** @param {GraphWalk} walk @param {Supply} supply */
  async #complete(walk, supply) {
    const parsed = document.readyState !== "loading";
    const supplyAll = async () => {
      while (walk.wanted.length && !walk.kept) await supply(walk);
    };
    walk.start(parsed ? new PageImportMaps() : null);
    await supplyAll();
    await documentParsed();
    if (walk.kept && !fitsPage(walk.kept)) {
      walk.kept = null;
      this.#unlink(walk);
      await supplyAll();
    }
    if (parsed || walk.kept || !importMapTexts().length) return;
    walk.start(new PageImportMaps());
    await supplyAll();
  }

  /** @param {GraphWalk} walk that needs the modules themselves */
  #unlink(walk) {
    for (const part of walk.linked.splice(0)) {
      for (const module of unlinkedModules(part)) this.#arrived(walk, module.path, module, true);
    }
  }

  /**
   * Reads what a kept graph was linked from, and walks through it.
   * @param {GraphWalk} walk
   * @param {boolean} [runs] false: it could not be added to the page
   */
  async complete(walk, runs = true) {
    const { kept } = walk;
    if (!kept) return;
    const parts = walk.linked.splice(0);
    const stored = parts.length ? new Map(parts.flatMap(unlinkedModules).map((module) => [module.path, module])) : await this.#record.read();
    walk.kept = null;
    walk.start(new PageImportMaps());
    for (let wanted; (wanted = walk.wanted).length; ) {
      for (const path of wanted) {
        const module = stored.get(path);
        // Another tab may have written a newer one meanwhile.
        this.#arrived(walk, path, module?.hash === kept.hashes[path] ? module : null, true);
      }
    }
    this.#record.add(walk);
    if (parts.length && runs) this.#record.keep(walk, linkedTexts(parts), kept.modules, kept.bytes);
  }

  /**
   * The graph from the page's record, if it is there as a whole.
   * @param {GraphWalk} walk
   * @param {boolean} used
   * @returns {Promise<boolean>}
   */
  async #startOffline(walk, used) {
    const late = new Promise((resolve) => new Watchdog(LIMITS.stall, () => resolve(null)));
    const cached = await Promise.race([this.#record.read(), late]);
    if (!cached) return false;
    try {
      const { missing } = this.#record;
      await this.#complete(walk, async () => {
        for (const path of walk.wanted) {
          const module = cached.get(path);
          if (!module && !missing.has(path)) throw new Error(path);
          if (module) walk.fromCache++;
          this.#arrived(walk, path, module ?? null, used);
        }
      });
      return (this.unconfirmed = walk.fromCache > 0);
    } catch {
      return false;
    }
  }

  /**
   * @param {GraphWalk} walk
   * @param {number[]} requests receives the question's id
   * @returns {Promise<string | null>} the server's name for its modules' versions, if it has that at hand
   */
  #askForDigest(walk, requests) {
    return new Promise((resolve) => {
      const answered = (/** @type {any} */ _, /** @type {Message=} */ answer) => resolve(answer?.digest ?? null);
      requests.push(this.#connection.request({ ...this.#opening(walk), digest: true }, answered, 0));
    });
  }

  /** @param {GraphWalk} walk @returns {{type: string, entries: string[]}} */
  #opening(walk) {
    const page = walk.maps ? { importMaps: importMapTexts(), page: new URL(document.baseURI).pathname } : { page: location.pathname };
    return { type: "module:graph", entries: walk.wanted.slice(0, LIMITS.graphEntries), ...page };
  }

  /** @param {GraphWalk} walk what it wants, and what need not be sent @param {boolean} takesKept */
  #question(walk, takesKept) {
    const message = { ...this.#opening(walk), stream: true };
    let room = LIMITS.message - new TextEncoder().encode(JSON.stringify(message)).length;
    /** @type {Map<string, string>} */
    const known = new Map();
    for (const [path, hash] of this.#inMemory()) {
      if (walk.unreadable.has(path)) continue;
      // As JSON, in UTF-8, with quotes, colon and comma.
      room -= path.length * (/^[ !#-[\]-~]*$/.test(path) ? 1 : 3) + hash.length + 6;
      if (room < 0) break;
      if (!known.has(path)) known.set(path, hash);
    }
    // What is known need not be sent at all.
    const linked = takesKept && !known.size && takesLinked(walk, this.#options.urls);
    const form = linked ? { linked: LINKED_FORM, origin: location.origin } : {};
    return { message: { ...message, ...form, known: Object.fromEntries(known) }, known };
  }

  /** @returns {Generator<[string, string]>} path and hash of what needs no transfer if the server confirms it */
  *#inMemory() {
    for (const [path, { module }] of this.held) if (module) yield [path, module.hash];
    yield* this.#record.hashes;
  }

  /**
   * The last answer says which modules are as they were.
   * @param {GraphWalk} walk
   * @param {Message} answer
   * @param {Map<string, string>} known
   * @param {boolean} used
   * @returns {Promise<Set<string>>} paths of what is confirmed and could not be read
   */
  async #confirmed(walk, { cached, missing }, known, used) {
    for (const { path } of missing ?? []) if (typeof path === "string") walk.put(path, null);
    const lost = new Set();
    if (!cached?.length) return lost;
    // Confirmed, so they are worth waiting for.
    const late = new Promise((resolve) => new Watchdog(LIMITS.stall / 2, () => resolve(new Map())));
    /** @type {CachedModules} */
    const stored = await Promise.race([this.#record.read(), late]);
    for (const path of cached) {
      const module = [this.held.get(path)?.module, stored.get(path)].find((module) => module?.hash === known.get(path));
      if (module) {
        walk.fromCache++;
        this.#arrived(walk, path, module, used);
      } else {
        lost.add(path);
        walk.unreadable.add(path);
      }
    }
    return lost;
  }

  /**
   * @param {GraphWalk} walk
   * @param {Message} answer
   * @param {boolean} used
   * @throws {Error} when there is no graph to be had
   */
  #answered(walk, answer, used) {
    walk.answered = true;
    switch (answer.type) {
      case "pack":
        for (const module of answer.modules) {
          walk.received += module.length;
          this.#arrived(walk, module.path, module, used);
        }
        break;
      case "module:linked":
        walk.received += answer.text.length;
        walk.linked.push(/** @type {any} */ (answer));
        answer.paths.forEach((/** @type {string} */ path, /** @type {number} */ index) => {
          if (!this.held.get(path)?.used) this.held.set(path, { module: null, hash: answer.hashes[index], used });
          walk.taken.add(path);
        });
        break;
      case "module:error":
        walk.put(answer.path, null);
        break;
      case "module:graph":
        break;
      default:
        throw new Error(answer.message ?? `Unexpected answer ${answer.type}`);
    }
  }

  /** @param {GraphWalk} walk @param {string} path @param {PackModule | null} module @param {boolean} used */
  #arrived(walk, path, module, used) {
    if (walk.put(path, module) && module) this.#take(walk, path, module, used);
  }

  /**
   * Marked as used at once: a change that is told while the rest arrives must not be missed.
   * @param {GraphWalk} walk
   * @param {string} path
   * @param {PackModule} module
   * @param {boolean} used
   */
  #take(walk, path, module, used) {
    const held = this.held.get(path);
    if (held?.used && held.module) return;
    this.held.set(path, held?.used ? { ...held, module } : { module, hash: module.hash, used });
    walk.taken.add(path);
  }
}
