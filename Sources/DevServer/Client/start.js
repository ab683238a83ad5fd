// Assembled in this order into one classic script, wrapped in one function (these files share its scope):
// events.js, connection.js, pack.js, cache.js, record.js, paths.js, runtime.js, importmaps.js, page.js, linker.js,
// mapper.js, graph.js, kept.js, linked.js, fetcher.js, codeframe.js, overlay.js, badge.js, progress.js, styles.js, assets.js,
// worker.js, running.js, renewal.js, reporting.js, ahead.js, versions.js, hot.js, delta.js, probe.js, problems.js, waiting.js,
// updates.js, texts.js, reload.js, loader.js, start.js

/** Reads the script tag, makes `window.pitlane`, starts the entries. */
function start() {
  const startedAt = performance.now();
  if ("pitlane" in window) return report("client.js is in this page twice; the second one does nothing.");
  const tag = /** @type {HTMLScriptElement | null} */ (
    document.currentScript ?? document.querySelector('script[src*="/@pitlane/client.js"]')
  );
  const data = tag?.dataset ?? {};
  const list = (/** @type {string | undefined} */ names) =>
    (names ?? "").split(/\s+/).filter(Boolean).map((name) => new URL(name, document.baseURI).href);
  const entries = list(data.entry);
  const timeout = Number(data.timeout || LIMITS.firstAnswer);
  debugging = (data.debug ?? "false") !== "false";
  const loader = new ModuleLoader({
    server: serverURL(data.server, tag?.src),
    timeout: timeout >= 0 ? timeout : LIMITS.firstAnswer,
    urls: data.urls ?? "auto",
    reload: data.reload !== "false",
    nonce: tag?.nonce || tag?.getAttribute("nonce") || "",
    startedAt,
    page: entries.join(" ") || location.pathname,
    offline: data.offline === "true",
    badge: data.badge !== "off",
    overlay: data.overlay !== "off",
    prefetch: list(data.prefetch),
    starts: entries.length > 0,
  });
  const pitlane = {
    version: VERSION,
    moduleLoader: loader,
    /** @type {((update: Update) => any) | null} */ onUpdate: null,
  };
  Object.defineProperty(window, "pitlane", { value: pitlane, configurable: true });
  Object.defineProperty(window, RUNTIME, { value: linkedRuntime(loader) });
  if (entries.length) void loader.start(entries);
  else void loader.init();
  // Storage takes milliseconds to be there: by now the server has been asked.
  debugging ||= storedFlag("PITLANE_DEBUG");
}

/** @param {string} name @returns {boolean} whether the user has set it in localStorage */
function storedFlag(name) {
  try {
    return !!localStorage.getItem(name);
  } catch {
    return false; // storage is forbidden here
  }
}

/**
 * @param {string | undefined} server data-server: ws, wss, http or https; origin or full address
 * @param {string | undefined} source the script's own URL
 */
function serverURL(server, source) {
  try {
    const url = new URL(server || "/@pitlane/ws", source || location.href);
    url.protocol = url.protocol.replace(/^http/, "ws");
    if (url.pathname === "/") url.pathname = "/@pitlane/ws";
    return url.href;
  } catch {
    report(`data-server="${server}" is not a URL; for example wss://localhost:8889.`);
    return new URL("/@pitlane/ws", location.href).href.replace(/^http/, "ws");
  }
}

start();
