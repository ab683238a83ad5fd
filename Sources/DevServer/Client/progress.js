// Progress of loads: events for the page, a bar for who waits.

/** Tells the page and the badge how far a load is. */
class LoadProgress {
  #badge;
  #toldAt = -Infinity;

  /** @param {LoadBadge | null} badge */
  constructor(badge) {
    this.#badge = badge;
  }

  /**
   * Shows the badge while a load takes its time.
   * @template T
   * @param {Promise<T>} load
   * @returns {Promise<T>}
   */
  during(load) {
    this.#badge?.begin();
    return load.finally(() => this.#badge?.end());
  }

  /**
   * @param {GraphWalk} walk
   * @param {number | null} total modules, when known
   */
  tell(walk, total) {
    const now = performance.now();
    const modules = walk.count;
    if (now - this.#toldAt < LIMITS.progress && modules !== total) return;
    this.#toldAt = now;
    this.#badge?.show(total && modules / total);
    emit("progress", { modules, bytes: walk.received, total });
  }
}
