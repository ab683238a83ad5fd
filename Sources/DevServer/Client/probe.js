// Why an update failed, and where: the browser rejects an import without saying which module it was.

/** No module has this name, so a module that imports it is parsed and never runs. */
const NOWHERE = "pitlane-probe";

/**
 * @param {PackModule} module
 * @param {ContentPolicy} policy
 * @returns {Promise<Problem | null>} null: it parses
 */
async function findSyntaxError(module, policy) {
  if (moduleKind(module.contentType) === "json") return findJSONError(module, policy);
  const found = await parseError("", module, "", policy);
  return found && { kind: "syntax", path: module.path, source: textOf(module), ...found };
}

/**
 * @param {string} before goes before the module's text, on its first line
 * @param {PackModule} module
 * @param {string} after
 * @param {ContentPolicy} policy
 * @returns {Promise<{message: string, line: number, column: number} | null>} null: it parses as a script
 */
async function parseError(before, module, after, policy) {
  const first = `import"${NOWHERE}";${before}`;
  const scheme = (await policy.allows("js", "blob")) ? "blob" : "data";
  const event = await policy.errorOf(moduleURL([first, ...applyEdits(module.bytes, []), after], "js", scheme));
  if (!event || event.message.includes(NOWHERE)) return null;
  const { message, lineno: line, colno } = event;
  return { message: message.replace(/^Uncaught /, ""), line, column: Math.max(1, line === 1 ? colno - first.length : colno) };
}

/**
 * @param {PackModule} module
 * @param {ContentPolicy} policy
 * @returns {Promise<Problem | null>}
 */
async function findJSONError(module, policy) {
  const source = textOf(module);
  try {
    JSON.parse(source);
    return null;
  } catch (error) {
    const message = String(error);
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    // Chromium does not say where. Most of what is no JSON is no expression either.
    const found = line ? { line: Number(line), column: Number(column) } : await parseError("export default(", module, "\n)", policy);
    return { kind: "syntax", path: module.path, source, ...found, message };
  }
}

/** @param {PackModule} module */
function textOf({ bytes }) {
  return decoder.decode(bytes);
}

/** @param {string} before the text up to a place @returns {{line: number, column: number}} */
function placeIn(before) {
  const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: lines[lines.length - 1].length + 1 };
}

/**
 * @param {any} error what the import was rejected with
 * @param {{module: PackModule, targets: (string | null)[]}[]} modules what was instantiated, in its newest text
 * @param {(target: string) => string} addressOf how these import a module
 * @param {Set<string>} missing URLs that are not to be had
 * @param {(module: PackModule) => number} shift characters that stand before a linked module's own text
 * @param {ContentPolicy} policy
 * @returns {Promise<Problem>}
 */
async function explainFailure(error, modules, addressOf, missing, shift, policy) {
  for (const { module } of error instanceof SyntaxError ? modules : []) {
    const found = await findSyntaxError(module, policy);
    if (found) return found;
  }
  const text = String(error?.message ?? error);
  const [, address, name] = /module '([^']+)'.* named?:? '([^']+)'/.exec(text) ?? [];
  const loading = !(error instanceof SyntaxError) && /dynamically imported module/.test(text);
  for (const { module, targets } of modules) {
    for (const [index, target] of targets.entries()) {
      const record = module.imports?.[index];
      if (!target || record?.kind !== "static") continue;
      const before = decoder.decode(module.bytes.subarray(0, record.start));
      const clause = Math.max(before.lastIndexOf("import"), before.lastIndexOf("export"), 0);
      const at = before.slice(clause).search(new RegExp(`(?<![\\w$])${(name ?? "").replace(/[^\w]/g, "\\$&")}(?![\\w$])`, "u"));
      if (name !== undefined && addressOf(target) === address && (at >= 0 || name === "default")) {
        const message = `SyntaxError: ${text.replace(address, record.specifier ?? target)}`;
        return { kind: "link", message, path: module.path, ...placeIn(before.slice(0, clause + Math.max(at, 0))), source: textOf(module) };
      }
    }
  }
  return (loading && missingImport(modules, missing)) || runtimeProblem(error, modules.map(({ module }) => module), shift);
}

/**
 * @param {{module: PackModule, targets: (string | null)[]}[]} modules
 * @param {Set<string>} missing URLs that are not to be had
 * @returns {Problem | null} the first import of one of them
 */
function missingImport(modules, missing) {
  for (const { module, targets } of modules) {
    for (const [index, target] of targets.entries()) {
      const record = module.imports?.[index];
      if (!target || !missing.has(target) || record?.kind !== "static") continue;
      const before = decoder.decode(module.bytes.subarray(0, record.start));
      const message = `${record.specifier} cannot be loaded: ${target}`;
      return { kind: "missing", message, path: module.path, ...placeIn(`${before} `), source: textOf(module) };
    }
  }
  return null;
}

/**
 * Hears what keeps modules from running at all: the browser says where.
 * @param {(message: string, url: string, line: number, column: number) => void} hear
 * @returns {() => void} ends that
 */
function hearSyntaxErrors(hear) {
  const listener = (/** @type {ErrorEvent} */ { error, filename, message, lineno, colno }) => {
    if (error instanceof SyntaxError && lineno) hear(message.replace(/^Uncaught /, ""), filename, lineno, colno);
  };
  window.addEventListener("error", listener, true);
  return () => window.removeEventListener("error", listener, true);
}

/**
 * @param {any} error
 * @param {PackModule[]} modules whose text is at hand
 * @param {(module: PackModule) => number} shift characters that stand before a linked module's own text
 * @returns {Problem}
 */
function runtimeProblem(error, modules, shift) {
  const stack = typeof error?.stack === "string" ? error.stack : "";
  for (const [, url, line, column] of stack.matchAll(/(https?:\/\/[^\s()]+?):(\d+):(\d+)/g)) {
    const path = requestPath(url);
    if (path === null || path.startsWith("@pitlane/")) continue;
    const module = modules.find((module) => module.path === path);
    const before = module && line === "1" ? shift(module) : 0;
    return {
      kind: "runtime", message: String(error), path, line: Number(line), column: Math.max(1, Number(column) - before), stack,
      source: module && textOf(module),
    };
  }
  return { kind: "runtime", message: String(error), path: modules[modules.length - 1]?.path, stack };
}
