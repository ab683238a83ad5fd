// What happens when files change: hot updates of what the page runs, new style sheets and images, or a new page.

/**
 * @typedef {{path: string, hash: string | null, kind: string, source?: string, seq?: number, used: boolean}} Update
 * @typedef {{
 *   connection: Connection, fetcher: GraphFetcher, record: PageRecord, mapper: ModuleMapper, policy: ContentPolicy,
 *   resources: FetchedResources, overlay: ErrorOverlay, reload: boolean,
 *   fetchGraph(urls: string[]): Promise<GraphWalk>,
 * }} ReloadHost
 */

class HotReload {
  #host;
  /** @type {RunningModules} */ #running;
  #report;
  #versions;
  /** @type {ModuleTexts} */ #texts;
  #hot;
  /** @type {HotUpdates} */ #updates;
  #problems;
  #styles;
  #assets;
  #started = false;
  /** @type {{instance: string, session: string, seq: number} | null} */ #place = null;
  /** @type {Set<number> | null} events of this connection while missed ones may come again */ #seen = null;
  /** @type {Map<string, {update: Update, prevented: boolean}>} changes of what runs, until it is known what becomes of them */ #open = new Map();
  /** @type {Set<string>} files of workers */ #workerFiles = new Set();
  /** @type {Map<string, string | null>} path → hash of what has been told of modules that are not here, or not yet */ #early = new Map();
  /** @type {Map<string, string>} path → message of what the server cannot have */ #errors = new Map();
  #reloading = false;
  #reporting = false;

  /** @param {ReloadHost} host */
  constructor(host) {
    this.#host = host;
    const { connection, mapper, policy, overlay } = host;
    // Until the entries have run, nothing can be updated: all is told then.
    this.#running = new RunningModules((modules) => void (this.#started && this.#report.add(modules)));
    this.#versions = new ModuleVersions(this.#running, mapper, policy);
    this.#texts = new ModuleTexts(host, this.#running, this.#versions, (graph, fresh) => this.add(graph, fresh),
      (paths) => void this.#updates.retry(paths), () => this.#updates.frozen);
    this.#hot = new HotModules({
      send: (message) => connection.send(message),
      subscribe: (channel) => connection.subscribe(channel),
      target: (specifier, base) => mapper.target(specifier, base),
    });
    this.#problems = new HotProblems(overlay, this.#hot);
    const load = (/** @type {string} */ address) => import(address);
    this.#updates = new HotUpdates({
      running: this.#running, versions: this.#versions, hot: this.#hot, policy, mapper, problems: this.#problems, load,
      fetchModule: (path) => this.#texts.fetch(path),
      adopt: (urls) => this.#texts.adopt(urls), missing: this.#texts.missing,
      renewal: (nodes) => this.#texts.renewal(nodes), hold: (module) => this.#texts.hold(module),
      reload: (reason, path) => this.#reload(reason, path, true), report: () => void this.#reportAll(),
      updated: (paths, action) => this.#done(paths, action),
      failed: (nodes) => this.#report.failed(nodes),
    });
    this.#styles = new StyleUpdater({
      note, importModule: (source) => policy.importText(source), addressOf: (url) => this.#running.node(url)?.address ?? url,
      fetchText: async (path) => {
        const module = await this.#texts.fetch(path);
        if (!module) throw new Error(`/${path} cannot be had`);
        return textOf(module);
      },
    });
    this.#assets = new AssetUpdater({ note, sheets: () => this.#styles.modules });
    this.#report = new RunningReport(connection, this.#running, {
      shown: () => [...this.#styles.files(), ...this.#assets.files()],
      fetched: () => host.resources.files,
      changed: (path, hash) => {
        if (this.#shows(path)) void this.#show(path, hash);
        else this.#updated({ path, hash, kind: hash ? "changed" : "removed", source: "system" });
      },
      unsupported: (reason) => {
        note(`The server gives no hot updates: changes reload the page (${reason}).`);
        const open = [...this.#open.values()];
        this.#open.clear();
        for (const { update, prevented } of open) this.#reloadFor(update, prevented);
      },
    });
  }

  // What linked modules call.

  /**
   * A dynamic import is made.
   * @param {string} specifier as it was linked: a URL, or a name of the page's import map
   * @param {boolean} [computed] so no text says that it is imported
   * @returns {string} what to import
   */
  current(specifier, computed = false) {
    const target = this.#running.node(specifier) ? specifier : this.#host.mapper.target(specifier, document.baseURI) ?? specifier;
    const node = this.#running.node(target);
    const failing = node?.linked && (!node.running || node.retired) && this.#texts.refresh(node);
    if (failing) return failing;
    const begun = computed ? this.#running.start([target]) : this.#running.evaluate([target]);
    if (node?.kind === "js" && begun.length) void this.#watchStart(node.address, begun);
    return node && node.address !== node.url ? node.address : specifier;
  }

  /**
   * An import that fails before anything runs leaves all as it was: it can be made again, with newer texts.
   * @param {string} address
   * @param {HotNode[]} begun what is about to run
   */
  async #watchStart(address, begun) {
    const before = begun.map(({ address }) => address);
    const error = await import(address).then(() => null, (error) => error);
    // Unlike these, any other one is of something that has run.
    if (!(error instanceof SyntaxError || error instanceof TypeError) || begun.some(({ path }) => this.#hot.has(path))) return;
    for (const [index, node] of begun.entries()) if (node.address === before[index]) this.#running.retire(node);
    void this.#reportAll();
  }

  /** @param {string} url @returns {boolean} whether it is linked, at whatever address */
  has(url) {
    return !!this.#running.node(url)?.linked;
  }

  /** @param {string} url @param {number} version @returns {object} import.meta.hot */
  context(url, version) {
    return this.#hot.create(url, version);
  }

  /** @param {number} version @returns {Promise<any>} */
  dispose(version) {
    return this.#updates.dispose(version);
  }

  // What the loader tells.

  /**
   * A graph has been put into the import maps.
   * @param {GraphWalk} graph
   * @param {(url: string) => boolean} [fresh] what has not
   */
  add(graph, fresh = () => false) {
    const { mapper } = this.#host;
    this.#running.add(graph, (url) => mapper.has(url) || fresh(url), fresh);
    for (const [url, types] of graph.nodes) if (types.has("css")) this.#styles.addModule(url);
    // What was told while a graph was gathered may be newer than what has come with it.
    const old = [...graph.modules].flatMap(([path, module]) => {
      const told = this.#early.get(path);
      return this.#early.delete(path) && module && module.hash !== told ? [path] : [];
    });
    if (old.length) void this.#texts.doubt(old);
  }

  /**
   * The page's entries are about to run.
   * @returns {() => void} to be called when they have
   */
  watch() {
    return hearSyntaxErrors((message, address, line, column) => {
      const url = this.#host.mapper.ownURL(address);
      const path = requestPath(url);
      if (path === null) return;
      const module = this.#running.node(url)?.module;
      const before = module && line === 1 && module.imports ? planEdits(module, moduleBase(url, module), (specifier) => specifier).prologue.length : 0;
      const kind = /does(n't| not) provide an export|ambiguous|conflicting/.test(message) ? "link" : "syntax";
      const source = module && textOf(module);
      this.#problems.show({ kind, message, path, line, column: Math.max(1, column - before), source }, []);
    });
  }

  /**
   * The page's entries have run.
   * @param {string[]} urls
   * @param {GraphWalk | null} graph null when they came over HTTP
   */
  start(urls, graph) {
    soon(async () => {
      if (graph?.kept) await this.#host.fetcher.complete(graph);
      this.#started = true;
      if (graph) {
        this.add(graph);
        this.#running.start(urls);
        void this.#versions.prepare([]);
      }
      void this.#reportAll();
    });
  }

  /** @param {string} url that a worker runs */
  addWorkerFile(url) {
    const path = requestPath(url);
    if (path !== null) this.#workerFiles.add(filePath(path));
  }

  /** @param {Message} hello */
  up({ instance, session, seq = 0 }) {
    const place = this.#place;
    const resumes = place?.instance === instance;
    if (resumes) this.#host.connection.send({ type: "resume", session: place?.session, seq: place?.seq });
    if (place) void this.#texts.doubt(resumes ? [] : undefined);
    // An event that comes while missed ones are sent is sent again at its place.
    this.#seen = resumes ? new Set() : null;
    this.#place = { instance, session, seq: resumes ? place?.seq ?? seq : seq };
    void this.#hot.notify("vite:ws:connect", {});
    this.#running.unask();
    if (this.#started) void this.#reportAll();
  }

  down() {
    void this.#hot.notify("vite:ws:disconnect", {});
  }

  /** What the page has may be old: everything is compared. */
  confirm() {
    if (!this.#started) return;
    void this.#texts.doubt();
    void this.#reportAll();
  }

  /** @param {Message} event what the server says unasked */
  message(event) {
    const { type = "", path, seq } = event;
    const targeted = /^hot:|^resum|^resync/.test(type);
    if (typeof seq === "number" && !targeted) {
      if (this.#seen?.has(seq)) return;
      this.#seen?.add(seq);
    }
    if (typeof seq === "number" && this.#place && (!this.#seen || type === "resumed")) this.#place.seq = Math.max(this.#place.seq, seq);
    switch (type) {
      case "module:updated":
        if (typeof path === "string") this.#updated(event);
        break;
      case "css:updated":
      case "asset:updated":
        if (typeof path === "string") void this.#show(path, event.hash ?? null);
        break;
      case "hot:update":
        for (const path of event.cleared ?? []) this.#errors.delete(path);
        this.#updates.receive(event);
        break;
      case "hot:error":
        if (typeof path === "string") this.#errors.set(path, event.message);
        void this.#tell(event);
        break;
      case "event":
        if (event.channel === "hot") void this.#hot.notify(event.event, event.data);
        break;
      case "reload":
        void this.#asked(path ?? "", event.reason ?? "asked by the server", event.unconfirmed === true);
        break;
      case "hot:versions":
        this.#report.explain(event.modules ?? []);
        break;
      case "resumed":
        this.#seen = null;
        break;
      case "resync":
        this.#seen = null;
        this.confirm();
    }
  }

  // Telling the server what runs.

  /** Once nothing is being applied, so that what runs is all that there is to tell. */
  async #reportAll() {
    if (this.#reporting) return;
    this.#reporting = true;
    while (this.#updates.busy) await this.#updates.busy;
    this.#reporting = false;
    if (!this.#report.supported) return this.#checkAll();
    this.#report.all();
    const late = this.#updates.failing ? [] : this.#running.stragglers;
    if (late.length) this.#running.ask(late);
    this.#texts.doubtMissing();
  }

  /** With a server that knows no reports. */
  #checkAll() {
    const { connection, fetcher } = this.#host;
    for (const [path, { hash }] of fetcher.held) {
      connection.request({ type: "module:check", path, hash }, (_, answer) => {
        if (answer?.type !== "module:status" || !answer.changed) return;
        this.#updated({ path, hash: answer.hash, kind: answer.hash ? "changed" : "removed", source: "system" });
      });
    }
  }

  // Changes.

  /** @param {any} event path, hash, kind and more */
  #updated({ path, hash = null, kind = "changed", source, seq }) {
    const { fetcher, resources } = this.#host;
    const file = resources.hasFile(path);
    const held = fetcher.held.get(path);
    if (held && hash !== null && held.hash === hash) return; // ours already
    const nodes = this.#report.supported ? this.#running.at(path) : [];
    const used = nodes.length > 0 || file || !!held?.used;
    if (this.#early.size >= LIMITS.files) this.#early.clear();
    if (!nodes.length) this.#early.set(path, hash);
    this.#report.knows(path, hash);
    if (held?.used) held.hash = hash;
    else fetcher.held.delete(path);
    /** @type {Update} */
    const update = { path, hash, kind, source, seq, used };
    let prevented = false;
    try {
      prevented = /** @type {any} */ (window).pitlane.onUpdate?.(update) === false;
    } catch (error) {
      reportError(error);
    }
    prevented = !emit("update", update, true) || prevented;
    // Until the report, all that is held may run; the server then says what has changed since.
    const early = this.#report.supported && !this.#started && !!held?.used;
    // What arrives for the first time, or has not run since its update failed.
    const arrives = this.#report.supported && !nodes.length && ((!!held?.used && !file) || this.#updates.awaits(path) || this.#texts.lacks(path));
    if (!this.#workerFiles.has(filePath(path))) {
      if (early || nodes.some(({ running }) => running) || (this.#report.supported && this.#shows(path))) {
        return void this.#open.set(path, { update, prevented });
      }
      if (nodes.length || arrives) {
        if (nodes.length || hash !== null) void this.#texts.doubt([path]);
        return void emit("updated", { ...update, action: "none" });
      }
    }
    this.#reloadFor(update, prevented);
  }

  /** @param {Update} update that nothing but a new page can show @param {boolean} prevented */
  #reloadFor(update, prevented) {
    const { path, kind, used } = update;
    const reloads = used && !prevented && this.#host.reload;
    emit("updated", { ...update, action: reloads ? "reload" : "none" });
    if (reloads) this.#reload(`${path} ${kind}`, path);
  }

  /** @param {string} path @returns {boolean} whether the page shows it as something that is swapped in place */
  #shows(path) {
    return !/\.(m?js|json|html?)$/i.test(path) && (this.#styles.handles(path) || this.#assets.handles(path));
  }

  /** @param {string} path @param {string | null} hash */
  async #show(path, hash) {
    this.#report.knows(path, hash);
    if (this.#open.get(path)?.prevented) return this.#done([path], "none");
    const updater = [this.#styles, this.#assets].find((updater) => updater.handles(path));
    const shown = await updater?.update(path, hash).catch((error) => void reportError(error));
    if (shown) console.debug(`[pitlane] hot updated: /${path}`);
    this.#done([path], shown ? "swap" : "none");
  }

  /** @param {string[]} paths @param {"hot" | "swap" | "reload" | "none"} action what became of their changes */
  #done(paths, action) {
    for (const path of paths) {
      const open = this.#open.get(path);
      this.#open.delete(path);
      // A change that was missed is told of by what becomes of it.
      if (open || this.#running.runs(path)) {
        const missed = { path, hash: this.#host.fetcher.held.get(path)?.hash ?? null, kind: "changed", source: "system", used: true };
        emit("updated", { ...(open?.update ?? missed), action });
      }
    }
  }

  /**
   * The server knows nobody who takes a module. But it has not seen whether the text before ever ran, nor whether this
   * one can: the page is not reloaded into a syntax error, nor for the correction of one.
   * @param {string} path
   * @param {string} reason
   * @param {boolean} unconfirmed the server has put together what runs from many reports: it decides again by a whole one
   */
  async #asked(path, reason, unconfirmed) {
    if (unconfirmed) return void (await this.#reportAll());
    const prevented = this.#open.get(path)?.prevented;
    const nodes = this.#running.at(path).filter(({ running }) => running);
    const module = nodes.length ? await this.#texts.fetch(path) : null;
    const problem = module && (await findSyntaxError(module, this.#host.policy));
    const failed = nodes.some(({ next }) => next);
    const stays = prevented || !this.#host.reload;
    if (module && (problem || failed || stays)) {
      for (const node of nodes) this.#running.hold(node, module, this.#host.mapper.maps);
      if (problem) this.#problems.show(problem, [path]);
      else if (nodes.every(({ next }) => !next)) this.#problems.clear([path]);
      else if (!stays && !this.#updates.retry([path])) return this.#reload(reason, path, true);
      // Otherwise each further report would end in the same.
      this.#report.failed(nodes);
      if (problem || prevented || !stays) return this.#done([path], "none");
    } else if (prevented) return this.#done([path], "none");
    this.#reload(reason, path, true);
  }

  /** @param {Message} event hot:error */
  async #tell({ path, code, message, line, column, importers = [] }) {
    const kind = code === "syntax_error" ? "syntax" : code === "not_found" ? "missing" : "upstream";
    this.#done([path], "none");
    await this.#updates.sweep();
    if (this.#errors.get(path) !== message || !this.#running.runs(path)) return;
    /** @type {Problem} */
    const told = { kind, message, path, line, column, importers };
    const module = kind === "syntax" ? await this.#texts.fetch(path) : null;
    // The browser's words, and the lines around the place; it may have been corrected meanwhile.
    const found = module && (await findSyntaxError(module, this.#host.policy));
    if (!module) this.#problems.show(told, []);
    else if (found) this.#problems.show({ ...found, importers }, []);
  }

  /** @param {string} reason @param {string} path @param {boolean} [untold] what becomes of the change */
  #reload(reason, path, untold = false) {
    if (this.#reloading) return;
    if (untold) this.#done([path], this.#host.reload ? "reload" : "none");
    if (!this.#host.reload) return note(`A reload is needed (${reason}), but data-reload="false" forbids it.`);
    const reload = (/** @type {boolean} */ goes) => {
      if (!goes || this.#reloading) return;
      this.#reloading = true;
      note(`Reloading: ${reason}.`);
      location.reload();
    };
    const goes = this.#hot.beforeReload(path);
    if (typeof goes === "boolean") reload(goes);
    else void goes.then(reload);
  }
}
