// The page's own import maps: what they make of a specifier, and which names they give a module.

/**
 * A URL-like specifier made absolute; null for a bare one.
 * @param {string} specifier
 * @param {string} base
 * @returns {string | null}
 */
function asURL(specifier, base) {
  try {
    return /^\.{0,2}\//.test(specifier) ? new URL(specifier, base).href : new URL(specifier).href;
  } catch {
    return null;
  }
}

/** An importer that is in no scope. */
const OUTSIDE = "data:application/javascript,";

/** Scopes of linked modules, whose code may import a name in an eval, and of modules that the page makes itself. */
const LINKED_SCOPES = Object.freeze([`blob:${location.origin}/`, "data:text/"]);

/** @param {string} url @param {string | null | undefined} folder @returns {string | null} the rest of the URL */
function within(url, folder) {
  return folder && url.startsWith(folder) ? url.slice(folder.length) : null;
}

/** @typedef {{scope: string, rules: Map<string, string | null>, prefixes: string[]}} Rules longest prefix first */

/** The page's import maps, as far as inline ones are in the document. */
class PageImportMaps {
  /**
   * Most specific scope first.
   * @type {Rules[]}
   */
  #scopes = [];
  /** @type {Rules} */ #top = { scope: "", rules: new Map(), prefixes: [] };
  /**
   * Names by target, of top-level rules for one name.
   * @type {Map<string, string[]>}
   */
  #exact = new Map();

  constructor() {
    /** @type {Map<string, Rules>} */
    const scopes = new Map();
    for (const script of document.querySelectorAll('script[type="importmap"]')) {
      try {
        const { imports = {}, scopes: scoped = {} } = JSON.parse(script.textContent ?? "");
        this.#merge(this.#top, imports);
        for (const key of Object.keys(scoped)) {
          const scope = new URL(key, document.baseURI).href;
          const known = scopes.get(scope) ?? { scope, rules: new Map(), prefixes: [] };
          scopes.set(scope, known);
          this.#merge(known, scoped[key]);
        }
      } catch {} // the browser reports it
    }
    this.#scopes = [...scopes.values()].sort((a, b) => (a.scope < b.scope ? 1 : -1));
    for (const { rules, prefixes } of [this.#top, ...this.#scopes]) {
      for (const name of rules.keys()) if (name.endsWith("/")) prefixes.push(name);
      prefixes.sort((a, b) => b.length - a.length);
    }
    for (const [name, target] of this.#top.rules) {
      if (target && !name.endsWith("/")) this.#exact.set(target, [...(this.#exact.get(target) ?? []), name]);
    }
  }

  /** @param {Rules} into the first rule for a name holds @param {Object<string, any>} imports */
  #merge({ rules }, imports) {
    for (const key of Object.keys(imports)) {
      const name = asURL(key, document.baseURI) ?? key;
      const target = typeof imports[key] === "string" ? asURL(imports[key], document.baseURI) : null;
      const usable = target !== null && (!name.endsWith("/") || target.endsWith("/"));
      if (name && !rules.has(name)) rules.set(name, usable ? target : null);
    }
  }

  /**
   * @param {Rules} scope
   * @param {string} name a bare specifier or an absolute URL
   * @returns {string | null | undefined} undefined when no rule is about it; null when one forbids it
   */
  #match({ rules, prefixes }, name) {
    if (rules.has(name)) return rules.get(name);
    // Only URLs with a hierarchy, and names, have folders.
    const prefix = prefixes.find((key) => name.startsWith(key));
    if (prefix === undefined || (asURL(name, "") !== null && !/^(https?|wss?|ftp|file):/.test(name))) return undefined;
    const target = rules.get(prefix);
    const url = target && asURL(target + name.slice(prefix.length), target);
    return url && url.startsWith(target) ? url : null;
  }

  /**
   * @param {string} specifier
   * @param {string} base the importing module's URL
   * @returns {string | null} what a rule makes of it; null when no rule applies, or one forbids it
   */
  resolve(specifier, base) {
    if (!this.#top.rules.size && !this.#scopes.length) return null;
    const name = asURL(specifier, base) ?? specifier;
    for (const rules of this.#scopes) {
      if (rules.scope !== base && !(rules.scope.endsWith("/") && base.startsWith(rules.scope))) continue;
      const target = this.#match(rules, name);
      if (target !== undefined) return target;
    }
    return this.#match(this.#top, name) ?? null;
  }

  /**
   * Whether a rule of ours for this URL would not hold for every importer: the page has one about it already,
   * or leads some importers to it in a scope, where its rules win over ours.
   * @param {string} url
   */
  claims(url) {
    const own = this.#match(this.#top, url);
    if (this.#top.rules.has(url) || (own !== undefined && own !== url)) return true;
    // "lib/ü.js" and "lib/%C3%BC.js" would both lead here.
    if (this.#top.prefixes.some((name) => within(url, this.#top.rules.get(name))?.includes("%"))) return true;
    return this.#scopes.some((scope) => {
      if (this.#match(scope, url) !== undefined) return true;
      return [...scope.rules.values()].some((target) => target === url || (target?.endsWith("/") && within(url, target)));
    });
  }

  /**
   * The names by which top-level rules lead to this URL, exact ones first.
   * @param {string} url
   * @returns {string[]}
   */
  names(url) {
    const { rules, prefixes } = this.#top;
    const names = [...(this.#exact.get(url) ?? [])];
    for (const prefix of prefixes) {
      const rest = within(url, rules.get(prefix));
      if (rest) names.push(prefix + rest);
    }
    return names.filter((name) => name !== url && this.#match(this.#top, name) === url);
  }

  /** Origins of what rules lead to: modules from there may import the page's names. @returns {string[]} */
  origins() {
    const targets = [this.#top, ...this.#scopes].flatMap(({ rules }) => [...rules.values()]);
    return targets.flatMap((target) => (target && /^https?:/.test(target) ? new URL(target).origin : []));
  }
}
