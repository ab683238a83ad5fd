// The loader: decides once between the connection and HTTP, puts modules into an import map.

/**
 * @typedef {{
 *   server: string, timeout: number, urls: string, reload: boolean, nonce: string, startedAt: number,
 *   page: string, offline: boolean, badge: boolean, overlay: boolean, prefetch: string[],
 *   starts: boolean,
 * }} LoaderOptions `page` names its record in the cache; `starts`: whether `start` is going to be called
 */

class ModuleLoader {
  #options;
  #connection;
  #cache = new GraphCache();
  #resources = new FetchedResources();
  #policy;
  #mapper;
  #record;
  #fetcher;
  #badge;
  #overlay;
  #progress;
  #hot;
  /** @type {Map<string, Promise<string>>} */ #loading = new Map();
  /** @type {{urls: string[], done: Promise<void>} | null} what is asked for until the next turn, and its mapping */ #batch = null;
  /** One graph at a time: what it brings is there for the next. @type {Promise<any>} */ #turn = Promise.resolve();
  #connected = false;
  #helloSeen = false;
  #closed = false;
  #mapped = 0;

  /** @param {LoaderOptions} options */
  constructor(options) {
    this.#options = options;
    this.#policy = new ContentPolicy(options.nonce);
    this.#mapper = new ModuleMapper(this.#policy, this.#resources, options.urls);
    this.#connection = new Connection(options.server, {
      up: (hello) => this.#up(hello),
      down: (info) => this.#down(info),
      failed: (info) => {
        this.#badge?.state("red", "the server is gone");
        emit("failed", { server: options.server, ...info });
      },
      message: (message) => this.#message(message),
    });
    this.#record = new PageRecord(this.#cache, options.page);
    this.#fetcher = new GraphFetcher(this.#connection, this.#record, options);
    const badge = () => new StatusBadge(serverPage(options.server, ""), () => this.#connection.subscribe("connections"));
    this.#badge = options.badge ? badge() : null;
    this.#progress = new LoadProgress(this.#badge);
    this.#overlay = new ErrorOverlay({
      enabled: options.overlay, editor: editorOf(options.server), changed: (problems) => this.#badge?.problem(problems),
    });
    this.#hot = new HotReload({
      connection: this.#connection, fetcher: this.#fetcher, record: this.#record, mapper: this.#mapper, policy: this.#policy,
      resources: this.#resources, overlay: this.#overlay, reload: options.reload,
      fetchGraph: (urls) => this.#inTurn(() => this.#fetchGraph(urls, performance.now(), true)),
    });
    watchWorkers((url) => whenIdle(() => void this.#followWorker(url)));
    if (!options.starts) this.#hot.start([], null);
    if (options.prefetch.length) whenIdle(() => void this.prefetch(options.prefetch));
  }

  /**
   * Connects if that has not been done.
   * @returns {Promise<boolean>} whether connected within the decision time
   */
  init() {
    this.#connection.open();
    if (this.#connection.ready) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.timeout, false);
      window.addEventListener("pitlane:connected", () => (clearTimeout(timer), resolve(true)), { once: true });
    });
  }

  /**
   * Makes a module and all it imports ready.
   * @param {string} path relative to the site's root, or a URL
   * @returns {Promise<string>} the URL to import it by: its own, after a hot update that of its newest version
   */
  load(path) {
    const url = new URL(path, `${location.origin}/`).href;
    if (this.#mapper.has(url) || this.#hot.has(url)) return Promise.resolve(this.#enter(url));
    const loading = this.#loading.get(url) ?? this.#loadURL(url).then(() => this.#enter(url)).finally(() => this.#loading.delete(url));
    this.#loading.set(url, loading);
    return loading;
  }

  /** @param {string} path @returns {Promise<any>} the module's namespace */
  async import(path) {
    return import(await this.load(path));
  }

  /**
   * Fetches modules and what they import into memory, for a later `load`.
   * @param {string[]} paths
   * @returns {Promise<number>} how many modules are held for them; 0 when the server cannot be asked
   */
  async prefetch(paths) {
    const urls = paths.map((path) => new URL(path, `${location.origin}/`).href);
    try {
      this.#connection.open();
      return (await this.#inTurn(() => this.#fetchGraph(urls, performance.now(), false))).count;
    } catch {
      return 0;
    }
  }

  /**
   * Asks the server whether a module still has this hash.
   * @param {string} path
   * @param {string} hash
   * @returns {Promise<boolean>} rejects when there is no answer
   */
  checkHash(path, hash) {
    return new Promise((resolve, reject) => {
      this.#connection.request({ type: "module:check", path, hash }, (error, answer) => {
        if (answer?.type === "module:status") resolve(!answer.changed);
        else reject(error ?? new Error(answer?.message ?? `Unexpected answer ${answer?.type}.`));
      });
    });
  }

  /** @param {string} event without `pitlane:` @param {(detail: any) => void} listener */
  on(event, listener) {
    addListener(event, listener);
    return this;
  }

  /** @param {string} event @param {(detail: any) => void} listener */
  off(event, listener) {
    removeListener(event, listener);
    return this;
  }

  /** Disconnects for good; from now on modules come over HTTP. */
  close() {
    this.#closed = true;
    this.#badge?.close();
    this.#connection.close();
    this.#cache.close();
  }

  /**
   * Runs the page's entries: over the connection if it answers in time, else as the browser does. One
   * decision, no module comes both ways.
   * @param {string[]} urls absolute
   */
  start(urls) {
    return this.#progress.during(this.#start(urls));
  }

  /** @param {string[]} urls */
  async #start(urls) {
    const { startedAt, server } = this.#options;
    const release = holdReadyEvents();
    /** @type {GraphWalk | null} */
    let graph = null;
    let bytes = 0;
    let modules = 0;
    try {
      this.#connection.open();
      void this.#record.open();
      this.#mapper.requireImportMaps();
      void documentParsed().then(() => this.#policy.ask([["js", manyMaps ? "data" : "blob"]]));
      graph = await this.#inTurn(() => this.#fetchGraph(urls, startedAt, true, true));
      ({ modules, bytes } = await this.#mapGraph(graph));
      if (!modules) throw new Error("the server has none of them");
    } catch (error) {
      if (graph) this.#fetcher.release(graph);
      graph = null;
      const hint = this.#connection.ready ? "" : ` Is pitlane running at ${server}?`;
      note(`Modules come over HTTP: ${message(error)}.${hint}`);
      await documentParsed();
    }
    const ends = this.#hot.watch();
    await this.#policy.run(urls, !!graph || this.#mapper.abandon());
    ends();
    release();
    this.#countModules(modules);
    this.#hot.start(urls, graph);
    emit("loaded", {
      modules, bytes, via: graph ? "websocket" : "http",
      fromCache: graph?.fromCache ?? 0, received: graph?.received ?? 0,
      ms: Math.round(performance.now() - startedAt),
    });
  }

  /**
   * The specifier of a computed import, resolved against the module's own URL.
   * @param {any} specifier
   * @param {string} base
   */
  resolve(specifier, base) {
    return this.#mapper.resolve(specifier, base);
  }

  /**
   * A computed import of a linked module: what it needs comes over the connection if that stands.
   * @param {any} specifier
   * @param {string} base
   * @returns {Promise<any>} the module's namespace
   */
  async importFrom(specifier, base) {
    const url = this.resolve(specifier, base);
    if ((this.#connection.ready || this.#fetcher.unconfirmed) && /^https?:/.test(url)) return import(await this.load(url));
    return import(typeof url === "string" ? this.#enter(url) : url);
  }

  /** @param {string} url that nothing imports by a literal specifier @returns {string} what to import */
  #enter(url) {
    return this.#hot.current(url, true);
  }

  /** @param {string} specifier of a literal dynamic import, as it was linked @returns {string} what to import */
  current(specifier) {
    return this.#hot.current(specifier);
  }

  /** @param {string} url @param {number} version @returns {object} the import.meta.hot of a module that begins to run */
  hot(url, version) {
    return this.#hot.context(url, version);
  }

  /** @param {number} update whose new modules are about to run @returns {Promise<any>} */
  dispose(update) {
    return this.#hot.dispose(update);
  }

  /** @param {number} more modules that are mapped; 0: the page runs over HTTP, unless there are some already */
  #countModules(more) {
    this.#mapped += more;
    this.#badge?.modules({ websocket: this.#mapped, http: Number(!this.#mapped) });
  }

  /** @param {GraphWalk} graph @returns {Promise<{modules: number, bytes: number}>} */
  async #mapGraph(graph) {
    try {
      const parts = graph.linked.length ? linkedParts(graph) : this.#record.parts();
      if (graph.kept) return await this.#mapper.mapKept(graph.kept, parts);
    } catch {
      await this.#fetcher.complete(graph, false);
    }
    const { linked, modules, bytes } = await this.#mapper.map(graph);
    this.#hot.add(graph);
    if (linked && !this.#fetcher.unconfirmed) this.#record.keep(graph, linked, modules, bytes);
    return { modules, bytes };
  }

  /** @template T @param {() => Promise<T>} task @returns {Promise<T>} */
  #inTurn(task) {
    const result = this.#turn.then(() => task());
    this.#turn = result.then(() => {}, () => {});
    return result;
  }

  /** @param {string} url @returns {Promise<string>} */
  async #loadURL(url) {
    if (requestPath(url) === null || this.#mapper.full) return url;
    this.#connection.open();
    const batch = (this.#batch ??= { urls: [], done: this.#progress.during(this.#inTurn(() => this.#loadBatch())) });
    batch.urls.push(url);
    await batch.done.catch((error) => note(`${url} comes over HTTP: ${message(error)}.`));
    return url;
  }

  /** What was asked for in the same task, or while another graph was under way, is one graph. */
  async #loadBatch() {
    await documentParsed();
    const urls = this.#batch?.urls ?? [];
    this.#batch = null;
    const graph = await this.#fetchGraph(urls, performance.now(), true);
    try {
      this.#countModules((await this.#mapper.map(graph)).modules);
      this.#hot.add(graph);
    } catch (error) {
      this.#fetcher.release(graph);
      throw error;
    }
  }

  /**
   * @param {string[]} urls
   * @param {number} startedAt
   * @param {boolean} used whether the page is going to run it
   * @param {boolean} [takesKept]
   * @returns {Promise<GraphWalk>}
   */
  async #fetchGraph(urls, startedAt, used, takesKept) {
    if (this.#closed) throw new Error("the loader was closed");
    const offline = this.#fetcher.unconfirmed;
    const total = () => this.#record.hashes.size || null;
    const graph = await this.#fetcher.fetch(urls, startedAt, used, used ? (walk) => {
      this.#progress.tell(walk, total());
      this.#mapper.prepare(walk);
    } : undefined, takesKept);
    if (used && graph.answered) this.#progress.complete(graph);
    if (this.#fetcher.unconfirmed && !offline) {
      note("The server cannot be reached: the page runs from the cache of its last visit.");
      if (this.#connection.ready) this.#confirm();
    }
    return graph;
  }

  /** @param {Message} hello */
  #up(hello) {
    this.#connected = true;
    this.#fetcher.up();
    this.#badge?.state("green", "connected");
    this.#badge?.clients(hello.clients);
    emit("connected", { server: this.#options.server, instance: hello.instance, again: this.#helloSeen });
    if (this.#helloSeen) note("Connected again.");
    this.#helloSeen = true;
    this.#hot.up(hello);
    if (this.#fetcher.unconfirmed) this.#confirm();
  }

  /** @param {{reason: string, retryIn: number | null}} info */
  #down(info) {
    const wasUp = this.#connected;
    this.#connected = false;
    if (wasUp && !this.#closed) note(`Connection lost: ${info.reason}. The page runs on; trying again.`);
    if (!this.#closed) this.#badge?.state("orange", `trying to reconnect (${info.reason})`);
    emit("disconnected", { server: this.#options.server, ...info });
    if (wasUp) this.#hot.down();
    this.#fetcher.down(`no connection (${info.reason})`);
  }

  /** What runs unconfirmed is compared. */
  #confirm() {
    this.#fetcher.unconfirmed = false;
    this.#hot.confirm();
  }

  /**
   * A worker's modules come over HTTP; what they are is asked for the sake of updates.
   * @param {string} url
   */
  async #followWorker(url) {
    if (requestPath(url) === null) return;
    this.#resources.addFile(url);
    this.#hot.addWorkerFile(url);
    const graph = await this.#inTurn(() => this.#fetchGraph([url], performance.now(), false)).catch(() => null);
    for (const module of graph?.nodes.keys() ?? []) {
      this.#resources.addFile(module);
      this.#hot.addWorkerFile(module);
    }
  }

  /** @param {Message} event */
  #message(event) {
    if (event.type === "connection_status") this.#badge?.clients(event.clients);
    else if (event.type === "error") report(`The server refused a message: ${event.message ?? event.code}.`, { code: event.code });
    else this.#hot.message(event);
  }
}

/** @param {any} error */
function message(error) {
  return String(error?.message ?? error).replace(/\.$/, "");
}
