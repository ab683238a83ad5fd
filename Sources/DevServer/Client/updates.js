// Hot updates: one after the other, each imported as a whole before any callback is called, in Vite's order.

/**
 * @typedef {{
 *   update: HotItem, accepted: HotNode, nodes: Set<HotNode>, callbacks: HotCallback[], namespace?: any, problem?: Problem,
 * }} HotJob `nodes`: what is instantiated for it
 * @typedef {{job: HotJob, error: any, addressOf: (target: string) => string, before: (module: PackModule) => number}} HotFailure
 *   `before`: characters before a linked module's own
 * @typedef {{
 *   running: RunningModules, versions: ModuleVersions, hot: HotModules, policy: ContentPolicy, mapper: ModuleMapper,
 *   problems: HotProblems, load(address: string): Promise<any>,
 *   fetchModule(path: string): Promise<PackModule | null>, adopt(urls: string[]): Promise<any>, missing: Set<string>,
 *   renewal(nodes: HotNode[]): Promise<any> | null, hold(module: PackModule): void, reload(reason: string, path: string): void,
 *   report(): void, updated(paths: string[], action: "hot" | "none"): void, failed(nodes: Iterable<HotNode>): void,
 * }} UpdateHost `adopt` makes modules known that the page has not had so far; `missing`: URLs of those not to be had;
 *   `renewal`: until the newer texts of these have come
 */

class HotUpdates {
  #host;
  /** @type {HotUpdate | null} */ #waiting = null;
  /** @type {Promise<void> | null} until nothing waits */ #busy = null;
  #failed = new FailedUpdates();
  /** @type {Set<string>} paths of modules that have come while an update was applied, which may fail for want of them */ #arrived = new Set();
  /** @type {Map<number, string[]>} paths of the modules whose dispose callbacks an update calls */ #disposals = new Map();
  #thaw = () => {};

  /** @type {Promise<void> | null} while the texts of what does not run yet are to stay as they are: an update instantiates them */
  frozen = null;

  /** @param {UpdateHost} host */
  constructor(host) {
    this.#host = host;
  }

  /** @param {Message} message hot:update */
  receive({ updates = [], modules = [], prune = [], cleared = [], timestamp }) {
    const items = updates.map((/** @type {HotItem} */ item) => ({ ...item, forced: !modules.length, again: false }));
    this.#enqueue({ updates: items, modules, prune, cleared, timestamp, at: this.#host.running.now() });
  }

  /** @param {HotUpdate} update */
  #enqueue(update) {
    this.#waiting = this.#waiting ? mergeUpdates(this.#waiting, update) : update;
    this.#busy ??= this.#run();
  }

  /** @returns {Promise<void> | null} until all that has come has been applied; null when nothing is left to do */
  get busy() {
    return this.#busy;
  }

  /** Whether something has failed. */
  get failing() {
    return this.#failed.any;
  }

  /** @param {string} path @returns {boolean} whether something may depend on this module that has failed, or may yet */
  awaits(path) {
    return !!this.#busy || this.#failed.with([path]).length > 0;
  }

  /**
   * What failed may succeed now.
   * @param {Iterable<string>} paths only what depends on these modules
   * @returns {boolean} whether there is anything
   */
  retry(paths) {
    const all = [...paths];
    if (this.#busy) for (const path of all) this.#arrived.add(path);
    return this.#tryAgain(all);
  }

  /** @returns {Promise<void> | null} until what nothing needs any more has been pruned */
  sweep() {
    this.#enqueue({ ...this.#again([]), sweeps: true });
    return this.#busy;
  }

  /** @param {HotItem[]} updates that failed @returns {HotUpdate} */
  #again(updates) {
    return { updates, modules: [], prune: [], cleared: [], again: true, at: this.#host.running.now() };
  }

  /** @param {string[]} paths @returns {boolean} whether anything that failed depends on these modules */
  #tryAgain(paths) {
    const updates = this.#failed.with(paths);
    if (updates.length) this.#enqueue(this.#again(updates));
    return updates.length > 0;
  }

  /**
   * Called by the new modules of an update before any of them runs: then all have been loaded and linked.
   * @param {number} version
   * @returns {Promise<any>}
   */
  dispose(version) {
    return this.#host.hot.dispose(this.#disposals.get(version) ?? []);
  }

  async #run() {
    for (let update; (update = this.#waiting); ) {
      this.#waiting = null;
      try {
        await this.#apply(update);
      } catch (error) {
        // Nothing of the page's own is called outside a try: it is the update that cannot be applied.
        this.#host.reload(message(error), update.updates[0]?.boundary ?? "");
      }
      this.#thaw();
      const arrived = [...this.#arrived];
      this.#arrived.clear();
      this.#tryAgain(arrived);
    }
    this.#busy = null;
  }

  /** @param {HotUpdate} update */
  async #apply(update) {
    const { hot, versions, running, problems, missing } = this.#host;
    const step = stopwatch("update");
    const troubled = update.sweeps || this.#failed.any || problems.open;
    const given = this.#texts(update);
    const changed = this.#hold(given instanceof Promise ? await given : given);
    const unknown = running.unknown(update.again ?? false);
    if (unknown.length) await this.#host.adopt(unknown);
    const renewal = this.#host.renewal(running.renewal.awaiting(changed));
    if (renewal) await renewal;
    this.frozen = new Promise((done) => (this.#thaw = () => done(void (this.frozen = null))));
    problems.clear(update.cleared);
    step(`${changed.length} texts`);
    /** @type {HotJob[]} */ const jobs = [];
    // What failed because of one of these texts is not known to the server: it decides by what runs.
    const come = unknown.flatMap((url) => (missing.has(url) ? [] : requestPath(url) ?? []));
    const again = this.#failed.any ? this.#failed.with([...changed.map(({ path }) => path), ...come]) : [];
    const { updates } = again.length ? mergeUpdates({ ...update, updates: again }, update) : update;
    const plans = updates.map((item) => this.#plan(item));
    const chains = new Set(plans.flatMap((plan) => (plan ? [...plan.chain] : [])));
    // The server says what a change reaches, but not what a failed update needs by now.
    const themselves = new Set(updates.flatMap(({ boundary, accepted }) => (boundary === accepted ? running.at(accepted) : [])));
    for (const [index, item] of updates.entries()) {
      const plan = plans[index];
      const job = plan && this.#job(item, plan, item.again ? themselves : chains);
      if (!job) {
        this.#failed.delete(item);
        continue;
      }
      // Its boundary is another one now, or is to become one with its next text, which brings this, too.
      const takesItself = item.boundary === item.accepted;
      if (!job.callbacks.length && (item.again || (!takesItself && running.at(item.boundary).some(({ next }) => next)))) continue;
      if (!job.callbacks.length && !(await this.#lateCallbacks(job))) {
        const { boundary, accepted } = item;
        if (!running.runs(boundary)) continue; // its first import has failed
        return this.#host.reload(`import.meta.hot.accept was not called in ${boundary}${accepted === boundary ? "" : ` for ${accepted}`}`, accepted);
      }
      jobs.push(job);
    }
    const replaced = jobs.length ? await this.#instantiate(jobs, update, step) : new Map();
    if (!jobs.length) problems.clear(changed.flatMap(({ next, path }) => (next ? [] : [path])));
    const { prune } = update;
    const failed = new Set(jobs.flatMap(({ problem, nodes }) => (problem ? [...nodes] : [])));
    const orphans = troubled ? running.orphans : [];
    const gone = [...new Set([...(prune.length ? running.unused(prune) : []), ...orphans])];
    if (gone.length) {
      problems.clear(gone);
      await hot.prune(gone);
      for (const path of gone) for (const node of running.at(path)) running.retire(node);
      this.#failed.forget(running);
      this.#host.updated(gone, "none");
      if (orphans.some((path) => !prune.includes(path))) this.#host.report();
    }
    const paths = (/** @type {boolean} */ bad) => [...new Set(changed.filter((node) => (jobs.length > 0 && !failed.has(node)) !== bad).map(({ path }) => path))];
    this.#host.updated(paths(false), "hot");
    this.#host.updated(paths(true), "none");
    void versions.prepare(changed);
    if (failed.size) this.#host.failed(failed);
    const behind = !replaced.size ? [] : running.leftBehind((importer, node) =>
      jobs.some(({ problem, accepted, update: { boundary } }) =>
        !problem && accepted === node && (boundary === node.path || boundary === importer.path)));
    // What a failed update has left is brought up to date when that succeeds.
    const late = this.#failed.any ? behind.filter((node) => node.confirmed > update.at && !failed.has(node)) : running.stragglers;
    if (late.length) running.ask(late);
  }

  /**
   * @param {HotUpdate} update
   * @returns {(PackModule | null)[] | Promise<(PackModule | null)[]>} without a wait when all is there
   */
  #texts({ modules }) {
    const { running, fetchModule } = this.#host;
    const given = modules.map((entry) => {
      const bases = running.at(entry.path).flatMap(({ module, next }) => (next ? [module, next] : [module]));
      return updatedModule(entry, bases) ?? fetchModule(entry.path);
    });
    if (!given.some((module) => module instanceof Promise)) return /** @type {PackModule[]} */ (given);
    return Promise.all(given.map(async (module, index) => (await module) ?? fetchModule(modules[index].path)));
  }

  /** @param {(PackModule | null)[]} modules @returns {HotNode[]} */
  #hold(modules) {
    const { running, mapper } = this.#host;
    const changed = [];
    for (const module of modules) {
      if (!module) continue; // the server says why
      this.#host.hold(module);
      for (const node of running.at(module.path)) {
        running.hold(node, module, mapper.maps);
        changed.push(node);
      }
    }
    return changed;
  }

  /**
   * @param {HotItem} update
   * @returns {{accepted: HotNode, chain: Set<HotNode>} | null} what it is about; null when that does not run. The server's
   *   chain is that of the texts before: what the new ones need no more is left to those who do
   */
  #plan({ boundary, accepted: path, chain }) {
    const { running } = this.#host;
    const nodes = [...chain, path].flatMap((path) => running.at(path).filter(({ running }) => running));
    const accepted = nodes.find((node) => node.path === path);
    if (!accepted || !running.runs(boundary)) return null;
    return { accepted, chain: running.renewal.needed(accepted, nodes) };
  }

  /**
   * @param {HotItem} update
   * @param {{accepted: HotNode, chain: Set<HotNode>}} plan
   * @param {Set<HotNode>} taken those that run and that others take
   * @returns {HotJob | null} null: there is nothing to be done, all of it runs already
   */
  #job(update, { accepted, chain }, taken) {
    const { running, hot } = this.#host;
    const nodes = running.renewal.of(chain, taken);
    if (!update.forced && ![...nodes].some((node) => running.isOld(node))) return null;
    return { update, accepted, nodes, callbacks: hot.callbacks(update.boundary, update.accepted) };
  }

  /**
   * The boundary may be about to run.
   * @param {HotJob} job
   */
  async #lateCallbacks(job) {
    const { running, hot, load } = this.#host;
    const { boundary, accepted } = job.update;
    const late = new Promise((resolve) => setTimeout(resolve, LIMITS.evaluation));
    await Promise.race([late, Promise.allSettled(running.at(boundary).map(({ address }) => load(address)))]);
    job.callbacks = hot.callbacks(boundary, accepted);
    return job.callbacks.length > 0;
  }

  /**
   * @param {HotJob[]} jobs
   * @param {HotUpdate} update
   * @param {(done: string) => void} step
   * @returns {Promise<Map<HotNode, string>>} what ran before and has been replaced → its address before
   */
  async #instantiate(jobs, update, step) {
    const { hot, versions, problems, missing } = this.#host;
    const timestamp = update.timestamp ?? Date.now();
    const payload = { type: "update", updates: jobs.map(({ update: { boundary, accepted } }) =>
      ({ type: "js-update", timestamp, path: `/${boundary}`, acceptedPath: `/${accepted}` })) };
    const listening = hot.notify("vite:beforeUpdate", payload);
    if (listening) await listening;
    const all = new Set(jobs.flatMap(({ nodes }) => [...nodes]));
    const asked = versions.prepare(all);
    if (asked) await asked;
    for (const node of all) {
      const text = node.next ?? node.module;
      if ((node.next || !node.running) && !linkableKind(text, node.types)) await this.#refuse(node, text, jobs);
    }
    for (const job of missing.size ? jobs : []) job.problem ??= missingImport(textsOf(job), missing) ?? undefined;
    const sound = jobs.filter(({ problem }) => !problem);
    const { failures, replaced } = await this.#import(sound, step);
    const explained = failures.map(({ job, error, addressOf, before }) => {
      return explainFailure(error, textsOf(job), addressOf, missing, before, this.#host.policy).then((problem) => (job.problem = problem));
    });
    for (const job of sound) if (!failures.some((failure) => failure.job === job)) problems.clear([...job.nodes].map(({ path }) => path));
    for (const job of jobs) this.#call(job);
    step("callbacks");
    const listened = hot.notify("vite:afterUpdate", payload);
    if (listened) await listened;
    await Promise.all(explained);
    for (const { problem, nodes, update } of jobs) {
      const paths = [...nodes].map(({ path }) => path);
      if (problem) {
        const lacking = [...nodes].flatMap((node) => latestTargets(node)).filter((url) => missing.has(url));
        // The rest of its chain may have been replaced by others then; what has not is found.
        const item = { ...update, again: true, chain: update.forced ? update.chain : [] };
        this.#failed.add(item, [...paths, ...lacking.flatMap((url) => requestPath(url) ?? [])]);
        problems.show(problem, paths);
      } else this.#failed.delete(update);
    }
    return replaced;
  }

  /**
   * A text that cannot be linked: mostly it does not parse.
   * @param {HotNode} node
   * @param {PackModule} text
   * @param {HotJob[]} jobs
   */
  async #refuse(node, text, jobs) {
    const problem = await findSyntaxError(text, this.#host.policy);
    if (!problem && node.running) throw new Error(`${node.path} can no longer be linked`);
    if (!problem) node.linked = false; // the browser has to know what it is
    for (const job of jobs) {
      if (problem && job.nodes.has(node)) job.problem ??= problem;
      if (!problem) job.nodes.delete(node);
    }
  }

  /**
   * @param {HotJob[]} jobs
   * @param {(done: string) => void} step
   * @returns {Promise<{failures: HotFailure[], replaced: Map<HotNode, string>}>}
   */
  async #import(jobs, step) {
    /** @type {Map<HotNode, string>} */ const replaced = new Map();
    if (!jobs.length) return { failures: [], replaced };
    const { hot, versions, running, load } = this.#host;
    const nodes = new Set(jobs.flatMap((job) => [...job.nodes]));
    const accepted = [...new Set(jobs.map(({ accepted }) => accepted.path))];
    const disposed = accepted.filter((path) => hot.disposes(path));
    const { version, made, first, changed, loaded } = versions.make(nodes, this.#first(disposed));
    this.#disposals.set(version, disposed);
    hot.begin(version);
    step(`${nodes.size} modules linked`);
    const failures = /** @type {HotFailure[]} */ ([]);
    const addressOf = (/** @type {string} */ target) => {
      const node = running.node(target);
      return node ? made.get(node)?.address ?? node.address : target;
    };
    const before = (/** @type {PackModule} */ module) => {
      const url = running.at(module.path)[0]?.url ?? SITE + module.path;
      return first.length + planEdits(module, moduleBase(url, module), (specifier) => specifier, version).prologue.length;
    };
    // Later updates wait for this one, but not for ever.
    /** @type {any} */ let timer = 0;
    const late = new Promise((_, reject) => (timer = setTimeout(() =>
      reject(new Error(`still not run after ${LIMITS.request} ms: a top-level await, or a dispose callback, has not ended`)), LIMITS.request)));
    await Promise.all(jobs.map(({ accepted, nodes }, index) => {
      const from = (/** @type {HotNode} */ { url, kind }) =>
        `"${addressOf(url)}"${kind === "js" ? "" : ` with { type: "${kind}" }`};`;
      // A long chain is fetched link by link, unless one module imports them all. And import() with attributes would be a
      // syntax error of this script where it is not known.
      const whole = nodes.size - loaded > LIMITS.shortChain || accepted.kind !== "js";
      const others = [...nodes].filter((node) => node !== accepted);
      const address = whole
        ? versions.address(`export * as accepted from ${from(accepted)}${others.map((node) => `import ${from(node)}`).join("")}`)
        : addressOf(accepted.url);
      return Promise.race([load(address), late]).then(
        (namespace) => void (jobs[index].namespace = whole ? namespace.accepted : namespace),
        (error) => void failures.push({ job: jobs[index], error, addressOf, before }));
    }));
    clearTimeout(timer);
    step("evaluated");
    this.#disposals.delete(version);
    for (const job of jobs) job.nodes = running.renewal.imported(job.nodes, made);
    const good = new Set(jobs.flatMap((job) => (failures.some((failure) => failure.job === job) ? [] : [...job.nodes])));
    hot.settle(new Set([...good].map(({ path }) => path)));
    for (const node of good) {
      if (node.running) replaced.set(node, node.address);
      running.replace(node, /** @type {MadeVersion} */ (made.get(node)));
    }
    for (const { url, module, targets } of good) running.evaluate([url, ...staticTargets(module, targets)]);
    this.#thaw();
    running.report(); // at once: what the server decides without knowing of them has to be mended
    if (!failures.length) versions.expect(nodes, changed, this.#first(accepted.filter((path) => hot.disposes(path))));
    return { failures, replaced };
  }

  /**
   * @param {string[]} disposed
   * @returns {((version: number) => string) | undefined} an import that all modules of an update begin with: it runs when
   *   everything is linked, and the rest waits for it
   */
  #first(disposed) {
    const { versions } = this.#host;
    return disposed.length ? (version) => `import"${versions.address(`await ${RUNTIME}.dispose(${version});`)}";` : undefined;
  }

  /** @param {HotJob} job */
  #call({ update, accepted, callbacks, namespace }) {
    const { hot } = this.#host;
    const { boundary, firstInvalidatedBy } = update;
    if (namespace) console.debug(`[pitlane] hot updated: /${accepted.path}${accepted.path === boundary ? "" : ` via /${boundary}`}`);
    hot.firstInvalidatedBy = firstInvalidatedBy;
    for (const { deps, call } of callbacks) {
      try {
        const result = call(deps.map((path) => (path === accepted.path ? namespace : undefined)));
        if (typeof result?.then === "function") Promise.resolve(result).catch(reportError);
      } catch (error) {
        reportError(error);
      }
    }
    hot.firstInvalidatedBy = undefined;
  }
}
