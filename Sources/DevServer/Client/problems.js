// What is wrong with the page's modules, until it is over: for the overlay, the console and the page's listeners.

/**
 * @typedef {{
 *   kind: "syntax" | "link" | "runtime" | "upstream" | "missing", message: string, path?: string, line?: number,
 *   column?: number, source?: string, stack?: string, importers?: string[],
 * }} Problem `line` and `column` count from 1; `source`: the module's text, for the lines around the place
 */

class HotProblems {
  #overlay;
  #hot;
  /** @type {Map<string, Set<string>>} a problem's key → paths of the modules that could not be replaced */ #concerned = new Map();

  /** @param {ErrorOverlay} overlay @param {HotModules} hot */
  constructor(overlay, hot) {
    this.#overlay = overlay;
    this.#hot = hot;
  }

  /** Whether there are any. */
  get open() {
    return this.#concerned.size > 0;
  }

  /**
   * @param {Problem} problem
   * @param {string[]} paths of the modules whose next update ends it
   */
  show(problem, paths) {
    const { path, line, column, message, stack } = problem;
    const known = this.#concerned.get(path ?? message);
    this.#concerned.set(path ?? message, new Set([...(known ?? []), ...paths, ...(path === undefined ? [] : [path])]));
    const place = path === undefined ? "" : `/${[path, line, line && column].filter(Boolean).join(":")} `;
    console.error(`[pitlane] ${place}${message}${stack ? `\n${stack}` : ""}`);
    const id = path && `/${path}`;
    const frame = problem.source !== undefined && line ? codeFrameText(problem.source, line, column) : undefined;
    void this.#hot.notify("vite:error", { type: "error", err: { message, stack: stack ?? "", id, loc: line ? { file: id, line, column } : undefined, frame } });
    emit("error", { message, path, line, column, kind: problem.kind });
    this.#overlay.show(problem);
  }

  /** @param {string[]} paths of modules that are as their files are */
  clear(paths) {
    for (const [key, concerned] of this.#concerned) {
      if (!paths.some((path) => concerned.has(path))) continue;
      this.#concerned.delete(key);
      this.#overlay.clear(key);
    }
  }
}
