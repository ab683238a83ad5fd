// The next versions of modules that updates instantiate anew although their texts stay the same. Files are mostly saved
// again and again: these are linked, and compiled, while the page has nothing to do.

/**
 * @typedef {{
 *   version: number, before: string, nodes: Set<HotNode>, made: Map<HotNode, MadeVersion>, loaded: number | null,
 * }} AheadVersions `nodes`: all of the update; `made`: those whose texts it is not expected to bring; `loaded`: how many of
 *   these the browser has compiled, null as long as that takes
 */

class VersionsAhead {
  #running;
  /** @type {AheadVersions[]} */ #ready = [];
  /** @type {Set<string>} what has been saved before */ #saved = new Set();
  /** How many more were made than used: what is not is left in the browser. */ #unused = 0;

  /** False once the page's policy has refused it. */ allowed = manyMaps;

  /** @param {RunningModules} running */
  constructor(running) {
    this.#running = running;
  }

  /**
   * An update has been made of these.
   * @param {Set<HotNode>} nodes
   * @param {Set<HotNode>} changed those with new texts
   * @returns {boolean} whether its next versions are worth their making
   */
  expects(nodes, changed) {
    const same = [...nodes].filter((node) => !changed.has(node));
    const bytes = same.reduce((sum, { module }) => sum + module.bytes.length, 0);
    if (!this.allowed || !changed.size || !same.length || bytes > LIMITS.aheadBytes || this.#unused >= LIMITS.ahead) return false;
    const key = [...changed].map(({ url }) => url).sort().join("\n");
    if (this.#saved.has(key)) return true;
    if (this.#saved.size >= LIMITS.aheadSaves) this.#saved.clear();
    this.#saved.add(key);
    return false;
  }

  /** @param {AheadVersions} ahead */
  add(ahead) {
    this.#unused++;
    this.#ready.push(ahead);
  }

  /**
   * An update is to be made of these: what was made of some of them only is old with it.
   * @param {Set<HotNode>} nodes
   * @param {(version: number) => string} before statements that are to run before any of them
   * @returns {AheadVersions | null} what is ready of just these
   */
  take(nodes, before) {
    let found = null;
    this.#ready = this.#ready.filter((ahead) => {
      if (![...ahead.nodes].some((node) => nodes.has(node))) return true;
      if (nodes.size === ahead.nodes.size && [...nodes].every((node) => ahead.nodes.has(node)) && this.#holds(ahead, before)) found = ahead;
      return false;
    });
    if (found) this.#unused--;
    return found;
  }

  /** @param {AheadVersions} ahead @param {(version: number) => string} before @returns {boolean} whether it would be made so now */
  #holds({ version, before: made, nodes, made: versions, loaded }, before) {
    if (loaded === null || before(version) !== made) return false;
    for (const [node, { module, targets, uses }] of versions) {
      if (node.next || node.module !== module || node.targets !== targets) return false;
      for (const target of latestTargets(node)) {
        const other = this.#running.node(target);
        if (!(other && nodes.has(other)) && (uses.get(target) ?? target) !== (other?.address ?? target)) return false;
      }
    }
    return true;
  }
}
