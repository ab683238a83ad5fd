// New versions of modules that the page has already: linked, and put where they can be imported.

/**
 * @typedef {{address: string, uses: Map<string, string>, module: PackModule, targets: (string | null)[]}} MadeVersion as HotNode
 * @typedef {{version: number, made: Map<HotNode, MadeVersion>, first: string, changed: Set<HotNode>, loaded: number}} NewVersions
 *   `first`: what they begin with; `changed`: those with a newer text; `loaded`: how many the browser has compiled already
 */

class ModuleVersions {
  #running;
  #mapper;
  #policy;
  #ahead;
  #last = 0;

  /**
   * @param {RunningModules} running
   * @param {ModuleMapper} mapper
   * @param {ContentPolicy} policy
   */
  constructor(running, mapper, policy) {
    this.#running = running;
    this.#mapper = mapper;
    this.#policy = policy;
    this.#ahead = new VersionsAhead(running);
  }

  /**
   * What these need to be instantiated is known without waiting from then on.
   * @param {Iterable<HotNode>} nodes
   * @returns {Promise<any> | undefined}
   */
  prepare(nodes) {
    const kinds = new Set(/** @type {ModuleKind[]} */ (["js"]));
    for (const { kind } of nodes) if (kind) kinds.add(kind);
    const open = [...kinds].filter((kind) => this.#policy.allowed(kind, "data") === undefined || this.#policy.allowed(kind, "blob") === undefined);
    if (open.length) return Promise.all(open.flatMap((kind) => [this.#policy.allows(kind, "data"), this.#policy.allows(kind, "blob")]));
  }

  /**
   * Links these modules with each other, and with the newest of what else they import. Nothing is evaluated.
   * @param {Set<HotNode>} nodes prepared
   * @param {(version: number) => string} [first] statements that are to run before any of them
   * @returns {NewVersions}
   * @throws {Error} when this browser cannot do it
   */
  make(nodes, first) {
    const ahead = this.#ahead.take(nodes, (version) => first?.(version) ?? "");
    const version = ahead?.version ?? ++this.#last;
    const before = ahead?.before ?? first?.(version) ?? "";
    const changed = new Set([...nodes].filter(({ next }) => next));
    /** @type {NewVersions["made"]} */ const made = new Map();
    // With import maps the order does not matter, since addresses are known beforehand.
    const order = manyMaps ? nodes : importedFirst(nodes, (url) => this.#running.node(url));
    for (const node of manyMaps ? nodes : []) made.set(node, ahead?.made.get(node) ?? this.#planned(node, version));
    this.#linkAll([...order].filter((node) => !ahead?.made.has(node)), made, version, before);
    return { version, made, first: before, changed, loaded: ahead?.loaded ?? 0 };
  }

  /**
   * An update of these has succeeded: when the page has nothing to do, what it did not change is made for the next one.
   * @param {Set<HotNode>} nodes
   * @param {Set<HotNode>} changed
   * @param {(version: number) => string} [first] as it is for the next one
   */
  expect(nodes, changed, first) {
    const last = this.#last;
    if (this.#ahead.expects(nodes, changed)) soon(() => void (last === this.#last && this.#makeAhead(nodes, changed, first)));
  }

  /** @param {Set<HotNode>} nodes @param {Set<HotNode>} changed @param {(version: number) => string} [first] */
  async #makeAhead(nodes, changed, first) {
    const version = ++this.#last;
    const before = first?.(version) ?? "";
    const all = new Map([...nodes].map((node) => [node, this.#planned(node, version)]));
    const same = [...nodes].filter((node) => !changed.has(node));
    const linked = this.#linkAll(same, all, version, before);
    // The browser looks up what a module imports when it compiles it: for the changed ones there is nothing yet.
    const whole = same.filter((node) => node.kind === "js" && !latestTargets(node).some((target) => {
      const other = this.#running.node(target);
      return other && changed.has(other);
    }));
    for (const node of changed) all.delete(node);
    /** @type {AheadVersions} */ const ahead = { version, before, nodes, made: all, loaded: null };
    this.#ahead.add(ahead);
    const loaded = await Promise.all(whole.map((node) => this.#policy.preload(linked.get(node) ?? "")));
    if (loaded.includes(false)) this.#ahead.allowed = false;
    else ahead.loaded = whole.length;
  }

  /** @param {HotNode} node @param {number} version @returns {MadeVersion} which is at its address once it is linked */
  #planned(node, version) {
    return { ...newest(node), address: versionURL(node.url, version), uses: new Map() };
  }

  /**
   * @param {HotNode[]} nodes
   * @param {NewVersions["made"]} made what they are linked with; what has no address yet gets one
   * @param {number} version
   * @param {string} before
   * @returns {Map<HotNode, string>} data: or blob: URLs
   */
  #linkAll(nodes, made, version, before) {
    /** @type {Map<HotNode, string>} */ const linked = new Map();
    /** @type {string[]} */ const rules = [];
    for (const node of nodes) {
      const uses = made.get(node)?.uses ?? new Map();
      const own = this.#link(node, version, before, (target) => {
        const other = this.#running.node(target);
        const address = other ? made.get(other)?.address ?? other.address : target;
        if (address !== target) uses.set(target, address);
        return address;
      });
      linked.set(node, own);
      const entry = made.get(node);
      if (entry) rules.push(`${JSON.stringify(entry.address)}:"${own}"`);
      else made.set(node, { ...newest(node), address: own, uses });
    }
    if (rules.length) this.#policy.addImportMapText(`{"imports":{${rules.join(",")}}}`);
    return linked;
  }

  /**
   * @param {HotNode} node
   * @param {number} version
   * @param {string} before
   * @param {(target: string) => string} newest
   * @returns {string} data: or blob: URL of the linked text
   */
  #link({ url, types, module, targets, next, nextTargets }, version, before, newest) {
    const kind = linkableKind(next ?? module, types);
    if (!kind) throw new Error(`${url} is no module that can be linked`);
    const { text, scheme } = this.#mapper.linkVersion(kind, url, next ?? module, next ? nextTargets : targets, newest, version, before);
    const address = moduleURL(text, kind, this.#policy.allowed(kind, scheme) === false ? "blob" : scheme);
    if (address.startsWith("blob:")) this.#mapper.explain(address, url);
    return address;
  }

  /**
   * The address of a module that does not run in the page but helps to load others.
   * @param {string} text
   */
  address(text) {
    return moduleURL([text], "js", this.#policy.allowed("js", "data") === false ? "blob" : "data");
  }
}

/** @param {HotNode} node @returns {{module: PackModule, targets: (string | null)[]}} */
function newest({ module, targets, next, nextTargets }) {
  return next ? { module: next, targets: nextTargets } : { module, targets };
}

/** @param {{nodes: Set<HotNode>}} job @returns {{module: PackModule, targets: (string | null)[]}[]} the newest texts, new ones first */
function textsOf({ nodes }) {
  return [...nodes].sort((a, b) => Number(!!b.next) - Number(!!a.next)).map(newest);
}

/**
 * @param {string} url
 * @param {number} version
 * @returns {string} the URL by which this version is imported; import.meta.url stays the plain one
 */
function versionURL(url, version) {
  return `${url}${url.includes("?") ? "&" : "?"}pitlane=${version}`;
}

/**
 * @param {Set<HotNode>} nodes
 * @param {(url: string) => HotNode | undefined} find
 * @returns {HotNode[]} each after those of the set that it imports
 * @throws {Error} in a cycle
 */
function importedFirst(nodes, find) {
  /** @type {HotNode[]} */ const order = [];
  /** @type {Map<HotNode, boolean>} false while those it imports are visited */ const done = new Map();
  const visit = (/** @type {HotNode} */ node) => {
    if (done.get(node)) return;
    if (done.has(node)) throw new Error(`this browser takes no further import map, and ${node.path} imports itself through others`);
    done.set(node, false);
    for (const target of latestTargets(node)) {
      const other = find(target);
      if (other && nodes.has(other)) visit(other);
    }
    done.set(node, true);
    order.push(node);
  };
  for (const node of nodes) visit(node);
  return order;
}
