// Progress of loads: events for the page, a bar for who waits.

/** Tells the page and the badge how far a load is. */
class LoadProgress {
  #badge;
  #toldAt = -Infinity;

  /** @param {StatusBadge | null} badge */
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
   * @param {number | null} total modules; null when nobody knows
   */
  tell(walk, total) {
    const now = performance.now();
    if (now - this.#toldAt < LIMITS.progress) return;
    this.#toldAt = now;
    this.#say(walk, total);
  }

  /** @param {GraphWalk} walk everything is here */
  complete(walk) {
    this.#toldAt = -Infinity;
    this.#say(walk, walk.count);
  }

  /** @param {GraphWalk} walk @param {number | null} total */
  #say(walk, total) {
    const modules = walk.count;
    this.#badge?.show(total && modules / total);
    emit("progress", { modules, bytes: walk.received, total });
  }
}
