// What waits: updates for the one that is applied, and what failed until a module that it depends on changes.

/**
 * @typedef {{boundary: string, accepted: string, chain: string[], firstInvalidatedBy?: string, forced?: boolean, again?: boolean}} HotItem
 *   `forced`: although no text has changed; `again`: it failed before
 * @typedef {{
 *   updates: HotItem[], modules: any[], prune: string[], cleared: string[], timestamp?: number, again?: boolean, sweeps?: boolean, at: number,
 * }} HotUpdate `again`: what was missing may be there; `sweeps`: something may run that nothing needs; `at`: when it came
 */

class FailedUpdates {
  /** @type {Map<string, {item: HotItem, paths: Set<string>}>} with the paths of the modules it depends on */ #items = new Map();

  /** @returns {boolean} */
  get any() {
    return this.#items.size > 0;
  }

  /** @param {HotItem} item @param {Iterable<string>} paths of the modules it depends on */
  add(item, paths) {
    this.#items.set(keyOf(item), { item, paths: new Set(paths) });
  }

  /** @param {HotItem} item has succeeded, or there is nothing left to be done */
  delete(item) {
    this.#items.delete(keyOf(item));
  }

  /** @param {string[]} wanted paths @returns {HotItem[]} what depends on one of these modules */
  with(wanted) {
    return [...this.#items.values()].flatMap(({ item, paths }) => (wanted.some((path) => paths.has(path)) ? [item] : []));
  }

  /** @param {RunningModules} running what is about modules that run no longer is forgotten */
  forget(running) {
    for (const { item } of this.#items.values()) if (!running.runs(item.boundary) || !running.runs(item.accepted)) this.delete(item);
  }
}

/** @param {HotItem} item */
function keyOf({ boundary, accepted }) {
  return `${boundary}\n${accepted}`;
}

/**
 * Two updates that have not been begun: of each module the newer text counts.
 * @param {HotUpdate} older
 * @param {HotUpdate} newer
 * @returns {HotUpdate}
 */
function mergeUpdates(older, newer) {
  const modules = new Map([...older.modules, ...newer.modules].map((entry) => [entry.path, entry]));
  /** @type {Map<string, HotItem>} */ const updates = new Map();
  for (const item of [...older.updates, ...newer.updates]) {
    const key = keyOf(item);
    const known = updates.get(key);
    updates.set(key, known ? { ...known, ...item, chain: [...new Set([...known.chain, ...item.chain])], forced: known.forced || item.forced } : item);
  }
  return {
    updates: [...updates.values()], modules: [...modules.values()], timestamp: newer.timestamp,
    again: older.again || newer.again, sweeps: older.sweeps || newer.sweeps, at: Math.min(older.at, newer.at),
    prune: [...new Set([...older.prune, ...newer.prune])], cleared: [...new Set([...older.cleared, ...newer.cleared])],
  };
}
