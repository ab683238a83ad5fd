// What linked modules call, under a global name that no variable of theirs hides.

const RUNTIME = "__pitlane__";

/**
 * Where modules of the client leave their `import.meta.resolve`.
 * @type {Object<string, (resolve: any) => void>}
 */
const awaitedResolvers = {};

/**
 * @param {{
 *   resolve(specifier: any, base: string): any, importFrom(specifier: any, base: string): Promise<any>,
 *   current(specifier: string): string, dispose(update: number): Promise<any>,
 *   hot(url: string, version: number): object,
 * }} loader
 */
function linkedRuntime(loader) {
  return Object.freeze({
    /** The argument of a computed import that the browser makes itself. */
    resolve: (/** @type {any} */ specifier, /** @type {string} */ base) => loader.resolve(specifier, base),
    /** What stands for `import` in a linked module's computed imports. */
    importer: (/** @type {string} */ base) => (/** @type {any} */ specifier) => loader.importFrom(specifier, base),
    /** What a literal dynamic import leads to now. */
    current: (/** @type {string} */ specifier) => loader.current(specifier),
    /** Runs before the new modules of an update do. */
    dispose: (/** @type {number} */ update) => loader.dispose(update),
    /** Gives a linked module the import.meta it would have under its own URL; `version`: it may use import.meta.hot. */
    meta(/** @type {any} */ meta, /** @type {string} */ url, /** @type {number | undefined} */ version) {
      const native = meta.resolve;
      meta.url = url;
      // A method has no prototype and is no constructor, like the browser's own.
      meta.resolve = {
        resolve(/** @type {any} */ specifier) {
          const target = loader.resolve(specifier, url);
          return asURL(target, url) ?? native(target);
        },
      }.resolve;
      if (version !== undefined) meta.hot = loader.hot(url, version);
    },
    resolver: (/** @type {string} */ place, /** @type {any} */ resolve) => awaitedResolvers[place]?.(resolve),
  });
}

/**
 * Firefox names a linked module by its blob: URL in link errors and as an error's file, Chromium by its data: URL when
 * what a dynamically imported module imports cannot be loaded. One console line says which module that is.
 * @param {Map<string, string>} blobs blob: URL → the module's own
 */
function explainErrors(blobs) {
  // Linked text ends in a comment that names it.
  const address = /blob:[^\s'"]+\/[-\w]{36}|data:text\/javascript,.*%0A%2F%2F%23 sourceURL=([^\s'"]+)/g;
  const explain = (/** @type {string} */ text) => {
    const named = text.replace(address, (url, name) =>
      (name ? decodeURIComponent(name) : blobs.get(url)) ?? url);
    if (named !== text) note(named);
  };
  window.addEventListener("error", ({ message, filename, lineno, colno }) => {
    if (message) explain(`${filename}:${lineno}:${colno} ${message}`);
  });
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (reason instanceof Error) explain(`${reason.name}: ${reason.message}`);
  });
}
