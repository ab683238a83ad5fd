// Workers. Their modules come over HTTP: they take no import map, and a worker that is started from a data: or blob:
// URL has another `location`, from which it fetches, imports scripts and starts workers of its own.

/**
 * Tells of the workers that are started, whose requests are not among the page's.
 * @param {(url: string) => void} started
 */
function watchWorkers(started) {
  const global = /** @type {any} */ (window);
  for (const name of ["Worker", "SharedWorker"]) {
    const native = global[name];
    if (typeof native !== "function") continue;
    global[name] = native.prototype.constructor = new Proxy(native, {
      construct(target, values, newTarget) {
        const worker = Reflect.construct(target, values, newTarget);
        started(new URL(values[0], document.baseURI).href);
        return worker;
      },
    });
  }
}
