// Style sheets that the page shows: swapped without a flash when their file changes.

/**
 * A URL, relative or not, under which a file is fetched anew; its own query stays as it is written.
 * @param {string} url
 * @param {string} version
 */
function versionedURL(url, version) {
  const [, path, query, fragment = ""] = /** @type {string[]} */ (/^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url));
  const kept = (query ?? "?").slice(1).split("&").filter((part) => part && !part.startsWith("pitlane="));
  return `${path}?${[...kept, `pitlane=${version}`].join("&")}${fragment}`;
}

/**
 * @param {string} url
 * @param {string} [base]
 * @returns {string | null} the file behind it, named as the server does; null when it is not of this site
 */
function siteFile(url, base = document.baseURI) {
  const absolute = asURL(url, base) ?? asURL(`./${url}`, base);
  return absolute?.startsWith(SITE) ? filePath(absolute.slice(SITE.length).split("#")[0]) : null;
}

/**
 * The document and what is attached to it: other shadow roots cannot be reached.
 * @param {Document | ShadowRoot} [root]
 * @returns {Generator<Document | ShadowRoot>}
 */
function* openRoots(root = document) {
  yield root;
  for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) yield* openRoots(shadowRoot);
}

/**
 * All rules of the sheets that apply to the page, as far as it may read them.
 * @returns {Generator<any>}
 */
function* shownRules() {
  for (const root of openRoots()) {
    for (const sheet of [...(root.styleSheets ?? []), ...(root.adoptedStyleSheets ?? [])]) yield* rulesIn(sheet);
  }
}

/** @param {any} owner a sheet, or a rule with rules in it @returns {Generator<any>} */
function* rulesIn(owner) {
  let rules = [];
  try {
    rules = owner.cssRules ?? [];
  } catch {} // of another origin, or not loaded yet
  for (const rule of [...rules]) {
    yield rule;
    yield* rulesIn(rule.styleSheet ?? rule);
  }
}

/** Where relative URLs of a rule lead. */
const ruleBase = (/** @type {CSSRule} */ rule) => rule.parentStyleSheet?.href ?? document.baseURI;

/**
 * Rewrites the URLs in CSS text.
 * @param {string} text
 * @param {(url: string) => string} change
 */
function changeURLs(text, change) {
  // Strings are looked at so that what stands in them is left alone; an escaped URL is as well.
  return text.replace(/url\(\s*(?:"([^"\\]*)"|'([^'\\]*)'|([^\s"'()\\]+))\s*\)|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[^]*?\*\//gi,
    (all, double, single, bare) => {
      const url = double ?? single ?? bare;
      const changed = url && change(url);
      return changed && changed !== url ? `url("${changed.replaceAll('"', "%22")}")` : all;
    });
}

/**
 * A new `@import` in the sheet of a link leaves Chromium's page without that sheet while it loads, or for good. In
 * Firefox, a new link shows again what the page has once loaded of the files it imports.
 */
const swapsImportsOfLinks = /\bGecko\/\d/.test(navigator.userAgent);

class StyleUpdater {
  #options;
  /** @type {Map<string, string>} by path: the newest version told of */ #shown = new Map();
  /** @type {Map<any, () => void>} by link or rule: gives up what is on its way for it */ #pending = new Map();
  /** What stands in the page beside the old ones. */ #fresh = new Set();
  /** @type {Set<string>} URLs that modules import with `type: "css"` */ #modules = new Set();

  /**
   * @param {{
   *   fetchText: (path: string) => Promise<string>, note: (text: string) => void,
   *   importModule: (source: string) => Promise<any>, addressOf: (url: string) => string,
   * }} options `importModule` runs a small module; `addressOf`: what a module is to be imported by
   */
  constructor(options) {
    this.#options = options;
  }

  /** @param {string} url of a CSS module script that the page runs */
  addModule(url) {
    this.#modules.add(url);
  }

  /** @returns {string[]} */
  get modules() {
    return [...this.#modules];
  }

  /** @param {string} path */
  handles(path) {
    return this.files().includes(path);
  }

  /** @returns {string[]} paths of this site's sheets that the page shows */
  files() {
    const urls = [...this.#links().map(({ href }) => href), ...this.#imports().map(importedURL), ...this.#modules];
    return [...new Set(urls.flatMap((url) => siteFile(url) ?? []))];
  }

  /** @returns {HTMLLinkElement[]} */
  #links() {
    const links = [...openRoots()].flatMap((root) => [.../** @type {any} */ (root.querySelectorAll("link[rel~=stylesheet i][href]"))]);
    return links.filter((link) => !this.#fresh.has(link));
  }

  /** @returns {CSSImportRule[]} */
  #imports() {
    return [...shownRules()].filter((rule) => "styleSheet" in rule && !this.#fresh.has(rule));
  }

  /**
   * Shows the file's new text wherever the page shows the old one.
   * @param {string} path
   * @param {string | null} hash null: the file is gone, and what is shown stays
   * @returns {Promise<boolean>} false when it could not be had
   */
  async update(path, hash) {
    if (hash === null || this.#shown.get(path) === hash) return hash !== null;
    this.#shown.set(path, hash);
    const links = this.#links().filter(({ href }) => siteFile(href) === path);
    const imports = this.#imports().filter((rule) => siteFile(importedURL(rule)) === path);
    const modules = [...this.#modules].filter((url) => siteFile(url) === path);
    // A parent names the file without a version.
    await Promise.all(imports.map((rule) => fetch(unversioned(importedURL(rule)), { cache: "reload" }).catch(() => {})));
    const parents = new Set(links);
    const rules = imports.filter((rule) => {
      const owner = swapsImportsOfLinks ? null : ownerOf(rule);
      if (owner?.href) parents.add(owner);
      return !owner?.href;
    });
    const done = await Promise.all([
      ...[...parents].map((link) => this.#swapLink(link, links.includes(link) ? hash : `${hash}-${Date.now()}`)),
      ...rules.map((rule) => this.#swapImport(rule, hash)),
      ...(modules.length ? [this.#replace(path, hash, modules)] : []),
    ]);
    if (this.#shown.get(path) !== hash) return true; // a newer one is shown
    if (!done.includes(false)) return true;
    this.#shown.delete(path);
    this.#options.note(`/${path} could not be loaded; the page keeps the style it has.`);
    return false;
  }

  /** @param {any} old a link or a rule @returns {(done: () => void) => void} to be called with what ends the waiting for it */
  #begin(old) {
    this.#pending.get(old)?.();
    return (giveUp) => void this.#pending.set(old, giveUp);
  }

  /**
   * The new link stands behind the old one until it is loaded.
   * @param {HTMLLinkElement} link
   * @param {string} version
   * @returns {Promise<boolean>}
   */
  #swapLink(link, version) {
    const begun = this.#begin(link);
    const href = versionedURL(link.href, version);
    if (link.disabled) {
      // Nothing is fetched before the page enables it.
      link.removeAttribute("integrity");
      link.href = href;
      return Promise.resolve(true);
    }
    const copy = /** @type {HTMLLinkElement} */ (link.cloneNode());
    // It no longer fits; and the page's handlers have been called.
    for (const name of ["integrity", "onload", "onerror"]) copy.removeAttribute(name);
    copy.nonce = link.nonce;
    copy.href = href;
    return new Promise((resolve) => {
      /** @param {boolean} loaded @param {boolean} [wanted] */
      const end = (loaded, wanted = loaded) => {
        if (!this.#fresh.delete(copy)) return; // a newer one has taken its place
        this.#pending.delete(link);
        if (!wanted || !link.isConnected) copy.remove();
        else {
          if (link.disabled) copy.disabled = true;
          else if (link.sheet && copy.sheet) copy.sheet.disabled = link.sheet.disabled;
          link.remove();
        }
        resolve(loaded);
      };
      begun(() => end(true, false));
      copy.onload = () => this.#follow(copy.sheet).then(() => end(true));
      copy.onerror = () => end(false);
      this.#fresh.add(copy);
      link.after(copy);
    });
  }

  /**
   * The same for an `@import`: the parent's other rules stay as they are, also those that scripts have put there.
   * @param {CSSImportRule} rule
   * @param {string} version
   * @returns {Promise<boolean>}
   */
  #swapImport(rule, version) {
    const begun = this.#begin(rule);
    const sheet = /** @type {CSSStyleSheet} */ (rule.parentStyleSheet);
    const place = (/** @type {CSSRule} */ one) => [...sheet.cssRules].indexOf(one);
    const url = versionedURL(importedURL(rule), version).replaceAll('"', "%22");
    const text = rule.cssText.replace(/^@import\s+(url\(\s*)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s)]+)\s*\)?/i, () => `@import url("${url}")`);
    const at = place(rule);
    if (at < 0) return Promise.resolve(true); // its parent has been swapped meanwhile
    const fresh = sheet.cssRules[sheet.insertRule(text, at + 1)];
    this.#fresh.add(fresh);
    const startedAt = performance.now();
    const wasLoaded = isLoaded(rule, false); // one whose condition does not hold is not
    return new Promise((resolve) => {
      /** @type {any} */ let timer = 0;
      /** @param {boolean} loaded @param {CSSRule} unwanted */
      const end = (loaded, unwanted) => {
        clearTimeout(timer);
        if (!this.#fresh.delete(fresh)) return;
        this.#pending.delete(rule);
        if (place(unwanted) >= 0) sheet.deleteRule(place(unwanted));
        resolve(loaded);
      };
      begun(() => end(true, fresh));
      // No event tells when a rule's sheet has come.
      const look = () => {
        const waited = performance.now() - startedAt;
        // What it imports itself may be broken.
        if (isLoaded(fresh, waited < LIMITS.stall) || !wasLoaded) this.#follow(fresh).then(() => end(true, rule));
        else if (waited > LIMITS.request) end(false, fresh);
        else timer = setTimeout(look, LIMITS.progress / 5);
      };
      look();
    });
  }

  /**
   * What a new sheet imports is to be as new.
   * @param {any} owner a sheet or an `@import`
   */
  async #follow(owner) {
    for (const rule of swapsImportsOfLinks ? [...rulesIn(owner.styleSheet ?? owner)] : []) {
      const version = "styleSheet" in rule && this.#shown.get(siteFile(importedURL(rule)) ?? "");
      if (version) await this.#swapImport(rule, version);
    }
  }

  /**
   * CSS module scripts: every importer, and whatever has adopted the sheet, has this one object.
   * @param {string} path
   * @param {string} version
   * @param {string[]} urls
   */
  async #replace(path, version, urls) {
    try {
      const text = await this.#options.fetchText(path);
      for (const url of urls) {
        const source = `export{default}from${JSON.stringify(this.#options.addressOf(url))}with{type:"css"}`;
        const { default: sheet } = await this.#options.importModule(source);
        // Linked, the sheet has another base than its file.
        if (this.#shown.get(path) === version) sheet.replaceSync(changeURLs(text, (name) => new URL(name, url).href));
      }
      return true;
    } catch {
      return false;
    }
  }
}

/** @param {CSSImportRule} rule @returns {string} */
function importedURL(rule) {
  return asURL(rule.href, ruleBase(rule)) ?? new URL(rule.href, ruleBase(rule)).href;
}

/** @param {string} url */
const unversioned = (url) => url.replace(/([?&])pitlane=[^&#]*&?/, "$1").replace(/[?&](?=#|$)/, "");

/** @param {any} rule @returns {any} the element that its sheet, or the one that imports it, belongs to */
function ownerOf(rule) {
  const { ownerRule, ownerNode } = rule.parentStyleSheet;
  return ownerRule ? ownerOf(ownerRule) : ownerNode;
}

/**
 * @param {any} rule an `@import`
 * @param {boolean} whole with what it imports itself
 * @returns {boolean}
 */
function isLoaded(rule, whole) {
  try {
    const rules = [...rule.styleSheet.cssRules];
    return !whole || rules.every((one) => !("styleSheet" in one) || isLoaded(one, true));
  } catch {
    return false; // not there, or not readable before it is
  }
}
