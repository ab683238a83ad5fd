// Limits, page events and console lines.

const VERSION = "0.1.0";

/** Every limit of the client. Times in milliseconds, sizes in bytes. */
const LIMITS = Object.freeze({
  firstAnswer: 500, // default of data-timeout
  report: 100, // until the server is told what runs, at the latest
  evaluation: 2000, // of a module that is being replaced before it has run
  ahead: 8, // versions that were made before they were needed and have not been needed
  aheadBytes: 262_144, // of the modules of one of these
  aheadSaves: 1000, // files of which is remembered that they were saved before
  shortChain: 5, // modules of an update that are imported one through the other
  files: 5000, // whose hashes are compared
  recordUpdates: 2000, // between an update and writing it to the cache
  stall: 2000, // longest silence while a graph arrives
  lateTimer: 50, // a timer this late was held up by the page, not by the server
  request: 10_000, // answer to a single request
  connect: 10_000, // WebSocket handshake
  heartbeat: 15_000, // until `hello` names another
  queue: 10_000, // messages kept while disconnected
  graphModules: 50_000, // as the server
  graphEntries: 1024, // of one module:graph
  message: 1_000_000, // below what the server takes, 1 MiB
  progress: 50, // between two pitlane:progress
  badge: 300, // a load this long shows the badge
  retryFirst: 200,
  retryFactor: 1.5,
  retryCap: 3000,
  retriesAtCap: 3, // then retrySlow
  retrySlow: 30_000,
  cacheWait: 250, // for IndexedDB, once the server can be asked
  cacheGraphs: 64,
  cacheBytes: 192 * 1024 * 1024,
  cacheUnused: 7 * 24 * 3600 * 1000, // a module that no visit needed is kept this long
  // Larger modules are cheaper as blob: in Chromium, 1.25 ms of processor time each, against 0.16 ms and 20 ns a byte.
  dataURLBytes: 65_536,
  importMapPart: 1_000_000, // characters of one import map
});

/**
 * Dispatches `pitlane:<name>` on window.
 * @param {string} name
 * @param {object} detail
 * @param {boolean} [cancelable]
 * @returns {boolean} false when a listener prevented the default
 */
function emit(name, detail, cancelable = false) {
  return window.dispatchEvent(new CustomEvent(`pitlane:${name}`, { detail, cancelable }));
}

/**
 * One console line: what happened and what to do.
 * @param {string} text
 */
function note(text) {
  console.info(`[pitlane] ${text}`);
}

/** Whether the user wants to know how long each step takes: data-debug, or PITLANE_DEBUG in localStorage. */
let debugging = false;

/**
 * @param {string} what
 * @returns {(step: string) => void} says in the console how long it has been since, when that is wanted
 */
function stopwatch(what) {
  if (!debugging) return () => {};
  const start = performance.now();
  return (step) => console.debug(`[pitlane] ${what}: ${step} after ${(performance.now() - start).toFixed(1)} ms`);
}

/**
 * Something went wrong on our side: a console line and `pitlane:error`.
 * @param {string} message
 * @param {object} [detail]
 */
function report(message, detail) {
  console.warn(`[pitlane] ${message}`);
  emit("error", { message, ...detail });
}

/**
 * Listeners added with `on`, by event and callback.
 * @type {Map<string, Map<Function, EventListener>>}
 */
const listeners = new Map();

/**
 * @param {string} event without the `pitlane:` prefix
 * @param {(detail: any) => void} callback
 */
function addListener(event, callback) {
  const known = listeners.get(event) ?? new Map();
  listeners.set(event, known);
  if (known.has(callback)) return;
  const wrapper = (/** @type {Event} */ e) => callback(/** @type {CustomEvent} */ (e).detail);
  known.set(callback, wrapper);
  window.addEventListener(`pitlane:${event}`, wrapper);
}

/**
 * @param {string} event
 * @param {(detail: any) => void} callback
 */
function removeListener(event, callback) {
  const wrapper = listeners.get(event)?.get(callback);
  if (!wrapper) return;
  listeners.get(event)?.delete(callback);
  window.removeEventListener(`pitlane:${event}`, wrapper);
}

/**
 * Calls back once the page has loaded and has nothing to do.
 * @param {() => void} callback
 */
function whenIdle(callback) {
  const whenLoaded = () => (window.requestIdleCallback ?? setTimeout)(() => callback());
  if (document.readyState === "complete") whenLoaded();
  else window.addEventListener("load", whenLoaded, { once: true });
}
