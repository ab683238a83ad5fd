// Runs first in the page of a case: gathers what its modules log, and says when all is over.
"use strict";
(() => {
  const { entries, linked } = JSON.parse(document.currentScript.dataset.case);
  const lines = [];
  const pending = [];
  window.log = (...values) => void lines.push(values.map(String).join(" "));
  /** @param {Promise<any>} promise the page is not over before it is settled */
  window.wait = (promise) => void pending.push(promise);
  /** How an error reads without the specifiers, which linking makes absolute. @param {any} error */
  window.kind = (error) => (error instanceof Error ? `${error.constructor.name} ${error.name}` : `thrown ${String(error)}`);
  /** Whether an error says which module it is about, and under the name its author knows. @param {any} error @param {string} [file] */
  window.naming = (error, file = "") => {
    const text = String(error?.message ?? error);
    return ` | names ${text.includes(file) ? file : `${text}, not ${file}`}${/data:|blob:/.test(text) ? " by a URL of the linker" : ""}`;
  };

  window.addEventListener("error", (event) => {
    if (event.target === window) log("reported:", kind(event.error ?? event.message));
  });
  window.addEventListener("unhandledrejection", (event) => log("unhandled:", kind(event.reason)));
  const loaded = new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));
  const told = linked && new Promise((resolve) =>
    window.addEventListener("pitlane:loaded", (event) => resolve(event.detail)));

  window.over = (async () => {
    await loaded;
    const detail = await told;
    // Not among the lines: it is not the page's doing when this is asked.
    const ends = [];
    for (const entry of entries) ends.push(await import(entry).then(() => "evaluated", kind));
    for (let seen = 0; seen < pending.length; seen++) {
      await Promise.resolve(pending[seen]).catch((error) => log("waited for:", kind(error)));
    }
    // An evaluation's error is reported in a task of its own.
    await new Promise((resolve) => setTimeout(resolve));
    const names = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
    const fetched = names.filter(({ origin, pathname }) => origin === location.origin && !pathname.startsWith("/@pitlane/"));
    return {
      lines,
      ends,
      via: detail?.via ?? "page",
      modules: detail?.modules ?? 0,
      fetched: fetched.map(({ pathname, search }) => pathname + search).filter((path) => path !== "/page.js").sort(),
    };
  })();
})();
