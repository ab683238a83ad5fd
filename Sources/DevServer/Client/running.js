// What the page runs: which linked modules have been or are about to be evaluated, in which version.

/**
 * @typedef {{
 *   url: string, path: string, types: Set<string>, module: PackModule, targets: (string | null)[],
 *   linked: boolean, kind: ModuleKind | null, running: boolean, address: string, uses: Map<string, string>,
 *   next: PackModule | null, nextTargets: (string | null)[], retired: boolean, confirmed: number, asked: boolean,
 * }} HotNode one module of the page. `module`: the text that runs, or will; `targets`: what its import records lead to;
 *   `linked`: false for what comes over HTTP; `address`: what to import it by; `uses`: of those it imports which have
 *   another address than their URL, as it was linked; `next`: a newer text, which does not run yet;
 *   `retired`: its address does not lead to it, or to an instance that was pruned; it needs another one before it runs;
 *   `confirmed`: when the server has taken note that it runs; `asked`: the server has been asked to send it again
 */

class RunningModules {
  #send;
  /** @type {Map<string, HotNode>} by URL */ #nodes = new Map();
  /** @type {Map<string, HotNode[]>} two spellings of a URL can have one path */ #byPath = new Map();
  /** @type {Set<string>} asked for before it was known what they import */ #asked = new Set();
  /** @type {Map<string, string>} path → hash of what runs and has not been told */ #untold = new Map();
  #scheduled = false;
  /** @type {Set<string>} URLs of what runs without being imported by what is linked */ #entries = new Set();
  /** @type {HotNode[]} those that run and came over HTTP */ #unlinked = [];
  /** @type {Set<HotNode>} those with a newer text */ #pending = new Set();
  /** @type {Set<HotNode>} those that came for an update and have not been instantiated */ #fresh = new Set();
  /** @type {Set<HotNode>} running ones that import an earlier instance of what has been replaced since */ #behind = new Set();
  /** @type {Set<HotNode>} those of which the server has been told that their newer text does not run */ #failing = new Set();
  #clock = 0;

  renewal = new ModuleRenewal(this);

  /** @param {(modules: Map<string, string>) => void} send tells the server of more modules */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {GraphWalk} walk
   * @param {(url: string) => boolean} linked
   * @param {(url: string) => boolean} [fresh] what cannot be imported by its own URL
   */
  add(walk, linked, fresh = () => false) {
    for (const [url, types] of walk.nodes) {
      const path = /** @type {string} */ (requestPath(url));
      const module = walk.modules.get(path);
      const known = this.#nodes.get(url);
      if (known || !module) {
        for (const type of known ? types : []) known?.types.add(type);
        continue;
      }
      // What cannot be linked as it is now may be mended.
      const text = textKind(module, types);
      const kind = linkableKind(module, types) ?? (fresh(url) && (text === "js" || text === "json") ? text : null);
      /** @type {HotNode} */
      const node = {
        url, path, types, module, targets: walk.targets.get(url) ?? [], linked: kind !== null && linked(url), kind,
        running: false, address: url, uses: new Map(), next: null, nextTargets: [], retired: fresh(url), confirmed: Infinity, asked: false,
      };
      if (fresh(url)) this.#fresh.add(node);
      this.#nodes.set(url, node);
      this.#byPath.set(path, [...(this.#byPath.get(path) ?? []), node]);
    }
    if (this.#asked.size) this.evaluate([...this.#asked]);
  }

  /** @param {string} url @returns {HotNode | undefined} */
  node(url) {
    return this.#nodes.get(url);
  }

  /** @param {string} path @returns {HotNode[]} those that are linked */
  at(path) {
    return (this.#byPath.get(path) ?? []).filter(({ linked }) => linked);
  }

  /** @param {string} path @returns {boolean} whether a linked module of this path runs */
  runs(path) {
    return this.at(path).some(({ running }) => running);
  }

  /** Linked modules that do not run yet. @returns {string[]} paths */
  get waiting() {
    return [...this.#nodes.values()].flatMap(({ linked, running, path }) => (linked && !running ? [path] : []));
  }

  /**
   * @param {string[]} urls what is imported by no literal specifier of a linked module: it is there to stay
   * @returns {HotNode[]} as `evaluate`
   */
  start(urls) {
    for (const url of urls) if (url.startsWith(SITE)) this.#entries.add(url);
    return this.evaluate(urls);
  }

  /** @returns {{entries: string[], complete: boolean}} paths; `complete`: nothing else can run without being imported */
  get roots() {
    const entries = new Set();
    let complete = !this.#asked.size;
    for (const url of this.#entries) {
      if (this.#nodes.has(url)) entries.add(url);
      else complete = false;
    }
    for (const { targets } of this.#unlinked) for (const target of targets) entries.add(target);
    const nodes = [...entries].flatMap((url) => this.#nodes.get(url) ?? []);
    return { entries: nodes.flatMap(({ linked, running, path }) => (linked && running ? [path] : [])), complete };
  }

  /**
   * These are about to be evaluated, with all that they import statically.
   * @param {string[]} urls
   * @returns {HotNode[]} linked modules that did not run before
   */
  evaluate(urls) {
    /** @type {HotNode[]} */ const begun = [];
    for (const queue = [...urls]; queue.length; ) {
      const url = /** @type {string} */ (queue.pop());
      const node = this.#nodes.get(url);
      if (!node) {
        if (url.startsWith(SITE)) this.#asked.add(url);
        continue;
      }
      this.#asked.delete(url);
      if (node.running) continue;
      node.running = true;
      (node.linked ? begun : this.#unlinked).push(node);
      if (node.linked) this.#tell(node);
      queue.push(...staticTargets(node.module, node.targets));
    }
    return begun;
  }

  /** @param {HotNode} node runs no longer */
  retire(node) {
    Object.assign(node, { running: false, retired: true, confirmed: Infinity, asked: false });
    this.#behind.delete(node);
    this.#untold.delete(node.path);
  }

  /**
   * @param {Iterable<HotNode>} nodes
   * @returns {{runs: Map<string, string>, failed: Object<string, string>}} path → hash of those of them whose newer text does not run
   */
  failed(nodes) {
    const runs = new Map();
    /** @type {Object<string, string>} */ const failed = {};
    for (const node of nodes) {
      const { path, module, next } = node;
      if (!next || !node.running) continue;
      this.#failing.add(node);
      runs.set(path, module.hash);
      failed[path] = next.hash;
    }
    return { runs, failed };
  }

  /** A number for now: greater than all before. */
  now() {
    return ++this.#clock;
  }

  /** @param {Iterable<string>} paths of what the server has taken note of */
  confirm(paths) {
    const now = this.now();
    for (const path of paths) for (const node of this.at(path)) node.confirmed = Math.min(node.confirmed, now);
  }

  /** @param {HotNode} node @param {string} [hash] of what runs */
  #tell({ path, module }, hash = module.hash) {
    this.#untold.set(path, hash);
    if (this.#scheduled) return;
    this.#scheduled = true;
    soon(() => this.report());
  }

  /** Tells at once what has not been told. */
  report() {
    this.#scheduled = false;
    if (!this.#untold.size) return;
    this.#send(this.#untold);
    this.#untold = new Map();
  }

  /** @returns {{runs: Map<string, string>, failed: Object<string, string>}} all; the server is taken to know it from now on */
  all() {
    this.#untold = new Map();
    const running = [...this.#nodes.values()].filter(({ linked, running }) => linked && running);
    const { failed } = this.failed(running);
    return { runs: new Map(running.map(({ path, module }) => [path, module.hash])), failed };
  }

  /**
   * A text has come. If it is the one that runs, there is nothing to be done.
   * @param {HotNode} node
   * @param {PackModule} module
   * @param {PageImportMaps | undefined} maps
   */
  hold(node, module, maps) {
    const same = node.module.hash === module.hash;
    node.next = same ? null : module;
    node.nextTargets = same ? [] : importTargets(node.url, module, maps);
    if (same) this.#pending.delete(node);
    else this.#pending.add(node);
  }

  /**
   * It runs in this version now. A text that has come since still waits.
   * @param {HotNode} node
   * @param {MadeVersion} made
   */
  replace(node, { address, uses, module, targets }) {
    Object.assign(node, { address, uses, module, targets, retired: false, asked: false });
    this.#fresh.delete(node);
    this.#behind.delete(node);
    if (this.#failing.delete(node)) this.#tell(node);
    if (node.next && node.next.hash !== module.hash) return;
    node.next = null;
    node.nextTargets = [];
    this.#pending.delete(node);
  }

  /** @param {HotNode} node @returns {boolean} whether its instance is not what it would be now */
  isOld(node) {
    if (node.next || this.#behind.has(node)) return true;
    if (node.running) return false;
    return node.retired || node.targets.some((target) => {
      const other = target && this.#nodes.get(target);
      return other && (node.uses.get(other.url) ?? other.url) !== other.address;
    });
  }

  /** @param {Set<HotNode>} taken @returns {boolean} whether others than these run on though they are old */
  lags(taken) {
    return [...this.#pending, ...this.#behind].some((node) => node.running && !taken.has(node));
  }

  /**
   * Finds running modules that import an earlier instance of what has been replaced. They are brought up to date with the
   * next update that reaches them.
   * @param {(importer: HotNode, node: HotNode) => boolean} taken whether the importer has been given the new instance, or
   *   may go on with the earlier one
   * @returns {HotNode[]} those that were not known before
   */
  leftBehind(taken) {
    const found = [];
    for (const node of this.#nodes.values()) {
      if (!node.running || !node.linked || this.#behind.has(node)) continue;
      for (const [index, target] of node.targets.entries()) {
        const other = target && this.#nodes.get(target);
        if (!other || !other.running || node.module.imports?.[index].kind !== "static") continue;
        if ((node.uses.get(target) ?? target) === other.address) continue;
        if (taken(node, other)) {
          node.uses.set(target, other.address);
          continue;
        }
        found.push(node);
        this.#behind.add(node);
        break;
      }
    }
    return found;
  }

  /** Those that no update has reached, each once. @returns {HotNode[]} */
  get stragglers() {
    return [...this.#behind].filter((node) => node.running && !node.asked);
  }

  /** @param {HotNode[]} nodes that the server is to send again: it decided before it knew of them */
  ask(nodes) {
    for (const node of nodes) {
      node.asked = true;
      this.#tell(node, UNKNOWN_HASH);
    }
    this.report();
  }

  /** What the server was asked for may have been lost. */
  unask() {
    for (const node of this.#behind) node.asked = false;
  }

  /**
   * @param {string[]} paths that the server has pruned, which decided by what is to run and did not know all of it
   * @returns {string[]} those that nothing else imports, be it an old text that runs on since its update failed; the server
   *   is told again of the others
   */
  unused(paths) {
    const unused = new Set(paths);
    const queue = [...this.#nodes.values()].filter(({ running, path }) => running && !unused.has(path));
    this.#follow(queue, (other) => {
      if (!unused.delete(other.path)) return false;
      other.confirmed = Infinity;
      if (other.running) this.#tell(other);
      return true;
    });
    this.report();
    return [...unused];
  }

  /** @returns {string[]} paths of linked modules that run on though no entry leads to them: a failed update needed them */
  get orphans() {
    if (!this.roots.complete) return [];
    const reached = new Set([...this.#entries].flatMap((url) => this.#nodes.get(url) ?? []).concat(this.#unlinked));
    this.#follow([...reached], (other) => other.running && !reached.has(other) && !!reached.add(other));
    return [...this.#nodes.values()].flatMap((node) => (node.linked && node.running && !reached.has(node) ? [node.path] : []));
  }

  /**
   * @param {HotNode[]} queue
   * @param {(node: HotNode) => boolean} visit whether to go on with what it imports, or will
   */
  #follow(queue, visit) {
    for (let node; (node = queue.pop()); ) {
      for (const target of [...node.targets, ...node.nextTargets]) {
        const other = target && this.#nodes.get(target);
        if (other && visit(other)) queue.push(other);
      }
    }
  }

  /**
   * @param {boolean} again whether what has been looked for in vain may be there now
   * @returns {string[]} URLs of this site that newer texts import and that nothing is known of
   */
  unknown(again) {
    const unknown = new Set();
    for (const { targets, nextTargets } of again ? [...this.#pending, ...this.#fresh] : this.#pending) {
      for (const target of again ? [...targets, ...nextTargets] : nextTargets) if (target?.startsWith(SITE) && !this.#nodes.has(target)) unknown.add(target);
    }
    return [...unknown];
  }
}

/** No module has it: so it is sent as if it had changed. */
const UNKNOWN_HASH = "0000000000000000";

/**
 * Soon, but when the page has nothing to do.
 * @param {() => void} callback
 */
function soon(callback) {
  if (window.requestIdleCallback) window.requestIdleCallback(callback, { timeout: LIMITS.report });
  else setTimeout(callback);
}
