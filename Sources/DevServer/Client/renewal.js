// Which modules are instantiated anew together, so that none of them imports an earlier version of another.

class ModuleRenewal {
  #running;

  /** @param {RunningModules} running */
  constructor(running) {
    this.#running = running;
  }

  /**
   * @param {HotNode} accepted
   * @param {HotNode[]} nodes
   * @returns {Set<HotNode>} those of them that it needs by the newest texts, itself among them
   */
  needed(accepted, nodes) {
    const needed = new Set([accepted]);
    for (const { next, targets, nextTargets } of needed) {
      for (const target of next ? nextTargets : targets) {
        const other = target && this.#running.node(target);
        if (other && other.linked) needed.add(other);
      }
    }
    return new Set(nodes.filter((node) => needed.has(node)));
  }

  /**
   * What has to be instantiated anew so that a chain imports the newest of everything: the chain itself, what does not
   * run yet and is old, what runs and could not be replaced before, and whoever imports these in between.
   * @param {Set<HotNode>} chain
   * @param {Set<HotNode>} taken those that run and that others take
   * @returns {Set<HotNode>}
   */
  of(chain, taken) {
    return this.#old(chain, chain, this.#running.lags(taken), taken);
  }

  /**
   * The same for a module that is about to run for the first time. What runs stays as it is.
   * @param {HotNode} root
   */
  first(root) {
    return this.#old(new Set(), [root], false, new Set());
  }

  /**
   * @param {Set<HotNode>} chain
   * @param {Iterable<HotNode>} roots
   * @param {boolean} throughRunning
   * @param {Set<HotNode>} taken those that run and that others take
   */
  #old(chain, roots, throughRunning, taken) {
    const renewed = new Set(chain);
    /** @type {Map<HotNode, HotNode[]>} */ const importers = new Map();
    const old = [];
    const seen = new Set(roots);
    for (const node of seen) {
      if (!renewed.has(node) && !(node.running && taken.has(node)) && this.#running.isOld(node)) old.push(node);
      for (const target of latestTargets(node)) {
        const other = this.#running.node(target);
        if (!other?.linked || (other.running && !throughRunning)) continue;
        const known = importers.get(other);
        if (known) known.push(node);
        else importers.set(other, [node]);
        seen.add(other);
      }
    }
    for (let node; (node = old.pop()); ) {
      renewed.add(node);
      for (const importer of importers.get(node) ?? []) if (!renewed.has(importer)) old.push(importer);
    }
    return renewed;
  }

  /**
   * @param {Iterable<HotNode>} nodes
   * @returns {HotNode[]} linked modules that do not run yet and do as soon as these run
   */
  awaiting(nodes) {
    /** @type {Set<HotNode>} */ const found = new Set();
    for (const queue of [nodes, found]) {
      for (const node of queue) {
        for (const target of latestTargets(node)) {
          const other = this.#running.node(target);
          if (other?.linked && !other.running) found.add(other);
        }
      }
    }
    return [...found];
  }

  /**
   * @param {Set<HotNode>} nodes
   * @param {Map<HotNode, MadeVersion>} made
   * @returns {Set<HotNode>} these, and what they import of `made`: instantiated with them, whatever it was made for
   */
  imported(nodes, made) {
    const found = new Set(nodes);
    for (const node of found) {
      const { module, targets } = made.get(node) ?? node;
      for (const target of staticTargets(module, targets)) {
        const other = this.#running.node(target);
        if (other && made.has(other)) found.add(other);
      }
    }
    return found;
  }
}

/**
 * @param {PackModule} module
 * @param {(string | null)[]} targets what its import records lead to
 * @returns {string[]} URLs that it imports statically
 */
function staticTargets({ imports }, targets) {
  return targets.filter((target, index) => target !== null && imports?.[index]?.kind === "static").map(String);
}

/** @param {HotNode} node @returns {string[]} URLs that its newest text imports statically */
function latestTargets({ module, targets, next, nextTargets }) {
  return next ? staticTargets(next, nextTargets) : staticTargets(module, targets);
}
