// The closure of some entries, asked for over the connection.

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

/** One walk through the closure of some entries. Asks for each module as soon as it is known. */
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
  received = 0;
  fromCache = 0;

  /**
   * Request path → its ids and the URLs waiting for it.
   * @type {Map<string, {id: number, urls: string[]}>}
   */
  #asked = new Map();
  #open = 0;
  #connection;
  #cached;
  #held;
  /** @type {(value?: any) => void} */ #resolve = () => {};
  /** @type {(error: Error) => void} */ #reject = () => {};
  /** Called at each answer. */
  onProgress = () => {};

  /**
   * @param {Connection} connection
   * @param {CachedModules} cached
   * @param {Map<string, Held>} held
   */
  constructor(connection, cached, held) {
    this.#connection = connection;
    this.#cached = cached;
    this.#held = held;
  }

  /** @param {string[]} entries URLs @returns {Promise<void>} */
  run(entries) {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      for (const url of entries) this.#visit(url, "");
      // What the last visit needed is needed again, most likely: all in one flight.
      for (const path of this.#cached.keys()) if (!this.#held.has(path)) this.#ask(path);
      if (!this.#open) resolve();
    });
  }

  /** @param {Error} error */
  fail(error) {
    this.#connection.cancel([...this.#asked.values()].map(({ id }) => id));
    this.#open = Infinity;
    this.#reject(error);
  }

  /** @param {string} url @param {string} type */
  #visit(url, type) {
    const types = this.nodes.get(url);
    if (types) return void types.add(type);
    const path = requestPath(url);
    if (path === null) return;
    this.nodes.set(url, new Set([type]));
    const module = this.modules.get(path) ?? this.#held.get(path)?.module;
    if (module) this.#follow(url, module);
    else if (module === undefined) this.#ask(path).urls.push(url);
  }

  /** @param {string} url @param {PackModule} module */
  #follow(url, module) {
    this.modules.set(url && /** @type {string} */ (requestPath(url)), module);
    for (const { specifier, path, type } of module.imports ?? []) {
      const target = path !== undefined && specifier !== undefined && asURL(specifier, url);
      if (target) this.#visit(target, type ?? "");
    }
  }

  /** @param {string} path */
  #ask(path) {
    const known = this.#asked.get(path);
    if (known) return known;
    const asked = { id: 0, urls: /** @type {string[]} */ ([]) };
    this.#asked.set(path, asked);
    this.#open++;
    if (this.#asked.size > LIMITS.graphModules) {
      this.fail(new Error(`more than ${LIMITS.graphModules} modules`));
      return asked;
    }
    const hash = this.#cached.get(path)?.hash;
    const message = { type: "module:request", path, binary: true, ...(hash && { hash }) };
    asked.id = this.#connection.request(message, (error, answer) => {
      if (error || !answer) this.fail(error ?? new Error("no answer"));
      else this.#answered(path, asked.urls, answer);
    }, 0);
    return asked;
  }

  /** @param {string} path @param {string[]} urls @param {Message} answer */
  #answered(path, urls, answer) {
    this.onProgress();
    let module = null;
    if (answer.type === "pack") {
      module = answer.modules[0] ?? null;
      this.received += module?.length ?? 0;
    } else if (answer.type === "module:status" && answer.changed === false) {
      module = this.#cached.get(path) ?? null;
      this.fromCache++;
    }
    this.modules.set(path, module);
    if (module) for (const url of urls) this.#follow(url, module);
    if (--this.#open === 0) this.#resolve();
  }
}
