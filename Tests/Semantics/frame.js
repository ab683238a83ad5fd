// Runs in the page of one test, before everything else: notices how the test ends.
"use strict";
(() => {
  const info = JSON.parse(document.currentScript.dataset.case);
  const reports = [];
  let printed = null;
  // Some tests replace Promise or its then(), which await does not call.
  const { Promise } = window;
  let print, sign;
  const firstPrint = new Promise((resolve) => (print = resolve));
  const firstSign = new Promise((resolve) => (sign = resolve));
  window.print = (text) => {
    printed ??= String(text);
    print();
    sign();
  };

  const describe = (error) => {
    const isObject = typeof error === "object" && error !== null;
    const name = isObject ? error.constructor?.name ?? "none" : typeof error;
    return { name, message: String(isObject ? error.message : error), error };
  };
  const plain = (found) => found && { name: found.name, message: found.message };

  const thrown = [];
  window.addEventListener("error", (event) => {
    thrown.push(describe(event.error ?? event.message));
    reports.push(thrown.at(-1));
    sign();
  });
  window.addEventListener("unhandledrejection", (event) => reports.push(describe(event.reason)));

  // An evaluation's error is reported in a task of its own.
  const settled = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
  };

  const moduleError = async () => {
    let error = null;
    try {
      await import(info.url);
    } catch (reason) {
      error = describe(reason);
    }
    // With $DONE it is the test that says when it ends, unless its module has failed.
    if (info.async && !error) await firstPrint;
    await settled();
    return error;
  };

  const scriptError = async () => {
    if (info.async) await firstSign;
    await settled();
    return thrown[0] ?? null;
  };

  /** @param {() => Promise<any>} start resolves when the page has run the test's first part */
  window.runCase = async (start) => {
    const detail = await start();
    const error = await (info.module ? moduleError() : scriptError());
    const fetched = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    parent.ended(location.pathname, {
      error: plain(error),
      reportedSame: !error || reports.some((found) => Object.is(found.error, error.error)),
      reports: reports.map(plain),
      printed,
      via: detail?.via ?? null,
      modules: detail?.modules ?? null,
      fetched: fetched.filter((path) => path.startsWith("/test/")),
    });
  };

  /** @param {() => Promise<any>} [before] */
  window.startScript = async (before) => {
    await before?.();
    const script = document.createElement("script");
    const ended = new Promise((resolve) => (script.onload = script.onerror = resolve));
    if (info.source === undefined) script.src = info.url;
    else script.textContent = info.source;
    document.body.append(script);
    if (info.source === undefined) await ended;
  };
})();
