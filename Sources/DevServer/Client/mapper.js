// Puts linked modules into the page's import maps.

class ModuleMapper {
  #policy;
  #resources;
  #urls;
  /** URLs with an entry in our import maps. @type {Set<string>} */ #mapped = new Set();
  /** @type {PageImportMaps | undefined} */ #pageMaps;
  #mapAdded = false;

  /**
   * @param {ContentPolicy} policy
   * @param {FetchedResources} resources
   * @param {string} urls data-urls: auto, data or blob
   */
  constructor(policy, resources, urls) {
    this.#policy = policy;
    this.#resources = resources;
    this.#urls = urls;
  }

  /** @param {string} url @returns {boolean} whether an import map of ours leads it to linked text */
  has(url) {
    return this.#mapped.has(url);
  }

  /** True when this browser takes no further import map. */
  get full() {
    return !manyMaps && this.#mapAdded;
  }

  /**
   * The specifier of a computed import, resolved against the module's own URL.
   * @param {any} specifier
   * @param {string} base
   */
  resolve(specifier, base) {
    let text = specifier;
    try {
      text = `${specifier}`;
    } catch {
      return specifier; // import() rejects as it would have
    }
    return this.#pageMaps?.resolve(text, base) ?? (/^\.{0,2}\//.test(text) ? asURL(text, base) ?? text : text);
  }

  /** Throws when an import map of ours would not be taken. */
  requireImportMaps() {
    if (!HTMLScriptElement.supports?.("importmap")) throw new Error("this browser has no import maps");
    const started = 'script[type="importmap"],script[type="module"],link[rel~="modulepreload"]';
    if (!manyMaps && (this.#mapAdded || document.querySelector(started))) {
      throw new Error("this browser takes one import map, before any module, and the page has modules or a map of its own");
    }
    if (!this.#policy.allowsInline()) {
      throw new Error("the page's Content-Security-Policy refuses inline scripts (give Pitlane's script tag the nonce)");
    }
  }

  /**
   * Links what can be linked and adds it to the page's import maps.
   * @param {GraphWalk} graph
   * @returns {Promise<{modules: number, bytes: number}>}
   * @throws {Error} when this page or browser does not allow it
   */
  async map(graph) {
    this.requireImportMaps();
    const maps = (this.#pageMaps = new PageImportMaps());
    // A script tag's module is not looked up in import maps: mapped, it would exist twice.
    const tags = new Set();
    for (const tag of document.querySelectorAll('script[type="module"][src]')) {
      tags.add(/** @type {HTMLScriptElement} */ (tag).src);
    }
    const resolve = (/** @type {string} */ specifier, /** @type {string} */ base) => this.resolve(specifier, base);
    const linked = [];
    for (const [url, types] of graph.nodes) {
      const module = graph.modules.get(/** @type {string} */ (requestPath(url)));
      if (!module || this.#mapped.has(url) || tags.has(url) || maps.leadsTo(url) || this.#resources.hasURL(url)) continue;
      const kind = moduleKind(module.contentType);
      if (!isLinkable(kind, module, types)) continue;
      const { text, ascii } = linkModule(kind, module, url, resolve);
      linked.push({ url, module, kind, text, scheme: urlScheme(text, ascii, this.#urls) });
    }
    this.#policy.ask(linked.map(({ kind, scheme }) => [kind, scheme]));
    /** @type {Object<string, string>} */
    const imports = {};
    let modules = 0;
    let bytes = 0;
    let scripts = linked.some(({ kind }) => kind === "js") ? 0 : 1;
    for (const { url, module, kind, text, scheme } of linked) {
      const allowed = (await this.#policy.allows(kind, scheme)) ? scheme : "blob";
      if (!(await this.#policy.allows(kind, allowed))) continue;
      imports[url] = moduleURL(text, kind, allowed);
      modules++;
      if (kind === "js") scripts++;
      bytes += module.length;
    }
    if (!linked.length) return { modules, bytes };
    if (!scripts) throw new Error("the page's Content-Security-Policy refuses data: and blob: modules");
    this.#policy.addImportMap(imports);
    this.#mapAdded = true;
    for (const url of Object.keys(imports)) this.#mapped.add(url);
    return { modules, bytes };
  }
}
