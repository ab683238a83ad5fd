// Puts linked modules into the page's import maps.

/** @typedef {{url: string, module: PackModule, kind: ModuleKind, text: ModuleText, scheme: "data" | "blob", names: string[], address?: string}} Linked */
/** @typedef {(specifier: string) => string} Resolver what the browser makes of a specifier now */

class ModuleMapper {
  #policy;
  #resources;
  #urls;
  /** URLs with an entry in our import maps. @type {Set<string>} */ #mapped = new Set();
  /** @type {PageImportMaps | undefined} */ #pageMaps;
  #mapAdded = false;
  /** Linked address → the module's own URL. @type {Map<string, string>} */ #blobs = new Map();
  /** @type {WeakMap<(string | null)[], {text: ModuleText, scheme: "data" | "blob", address?: string}>} by what their records lead to */
  #linked = new WeakMap();
  /** @type {Promise<{inline: Resolver, outside: Resolver} | null> | undefined} */ #resolvers;

  /**
   * @param {ContentPolicy} policy
   * @param {FetchedResources} resources
   * @param {string} urls data-urls: auto, data or blob
   */
  constructor(policy, resources, urls) {
    this.#policy = policy;
    this.#resources = resources;
    this.#urls = urls;
    explainErrors(this.#blobs);
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
   * @returns {any} what import() is to be called with
   */
  resolve(specifier, base) {
    let text = specifier;
    try {
      text = `${specifier}`;
    } catch (error) {
      // import() asks once more, and is to reject with what was thrown the first time.
      return { toString() { throw error; } };
    }
    const own = asURL(text, base);
    const target = this.#pageMaps?.resolve(text, base) ?? (/^\.{0,2}\//.test(text) ? own : null);
    return this.#write(text, base, target);
  }

  /**
   * What to write for a specifier in a linked module, where the page's rules are applied to it, too: not a second time
   * to what they led to.
   * @param {string} specifier
   * @param {string} base
   * @param {string | null} target what it leads to
   */
  #write(specifier, base, target) {
    const maps = this.#pageMaps;
    if (target === null || !maps || (maps.resolve(target, OUTSIDE) ?? target) === target) return target ?? specifier;
    const name = asURL(specifier, base) ?? specifier;
    return maps.resolve(name, OUTSIDE) === target ? name : target;
  }

  /** The page's own import maps, once something is mapped. */
  get maps() {
    return this.#pageMaps;
  }

  /**
   * @param {string} specifier
   * @param {string} base
   * @returns {string | null} the URL it leads to
   */
  target(specifier, base) {
    return this.#pageMaps?.resolve(specifier, base) ?? asURL(specifier, base);
  }

  /**
   * Links a further version of a module.
   * @param {ModuleKind} kind
   * @param {string} url
   * @param {PackModule} module
   * @param {(string | null)[]} targets what its import records lead to
   * @param {(target: string) => string} newest the address of the version to import statically
   * @param {number} version
   * @param {string} first statements that come before its own
   * @returns {{text: ModuleText, scheme: "data" | "blob"}}
   */
  linkVersion(kind, url, module, targets, newest, version, first) {
    const base = moduleBase(url, module);
    const text = linkModule(kind, module, base, (specifier, index) => {
      const target = targets[index] ?? null;
      const address = target && module.imports?.[index].kind === "static" ? newest(target) : target;
      return address !== target && address !== null ? address : this.#write(specifier, base, target);
    }, version, first);
    return { text, scheme: urlScheme(text, this.#urls) };
  }

  /** @param {string} address @returns {string} the module's own URL, if the address is a blob: URL of ours */
  ownURL(address) {
    return this.#blobs.get(address) ?? address;
  }

  /** @param {string} address a blob: URL of ours @param {string} url the module's own */
  explain(address, url) {
    this.#blobs.set(address, url);
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
   * Links what has come, while the rest of the graph is on its way.
   * @param {GraphWalk} graph
   */
  prepare(graph) {
    if (graph.linked.length) return this.#addLinked(graph.linked);
    // Import maps that are still to be parsed lead elsewhere: then the graph is walked anew, with other targets.
    for (const [url, targets] of graph.maps ? [] : graph.targets) {
      if (this.#linked.has(targets)) continue;
      const module = /** @type {PackModule} */ (graph.modules.get(/** @type {string} */ (requestPath(url))));
      if (!linkableKind(module, new Set([""]))) continue;
      const linked = this.#linkOne("js", url, module, targets);
      this.#linked.set(targets, { ...linked, address: moduleURL(linked.text, "js", linked.scheme) });
    }
  }

  /**
   * Adds what the server has linked. What cannot be added yet is left to `mapKept`.
   * @param {LinkedPart[]} parts
   */
  #addLinked(parts) {
    if (document.readyState === "loading" || importMapTexts().length || !this.#policy.allowed("js", "data")) return;
    const tags = moduleTags();
    if (parts.some(({ blobs }) => blobs)) this.#policy.ask([["js", "blob"]]);
    for (const part of parts) {
      const urls = linkedURLs(part);
      if (part.added || part.blobs || this.#taken(urls, tags)) continue;
      this.#policy.addImportMapText(part.text);
      part.added = this.#mapAdded = true;
      for (const url of urls) this.#mapped.add(url);
    }
  }

  /** @param {string[]} urls @param {Set<string>} tags @returns {boolean} whether the page has one of them already */
  #taken(urls, tags) {
    return urls.some((url) => tags.has(url) || this.#mapped.has(url) || this.#resources.hasURL(url));
  }

  /**
   * The page runs over HTTP after all. What it was given counts as fetched by the browser, so that a change reloads it.
   * @returns {boolean} whether there is something
   */
  abandon() {
    for (const url of this.#mapped) this.#resources.addURL(url);
    return this.#mapped.size > 0;
  }

  /**
   * @param {ModuleKind} kind
   * @param {string} url
   * @param {PackModule} module
   * @param {(string | null)[]} targets what its import records lead to
   * @returns {{text: ModuleText, scheme: "data" | "blob", address?: string}}
   */
  #linkOne(kind, url, module, targets) {
    const base = moduleBase(url, module);
    const text = linkModule(kind, module, base, (specifier, index) => this.#write(specifier, base, targets[index] ?? null));
    return { text, scheme: urlScheme(text, this.#urls) };
  }

  /**
   * Links what can be linked and adds it to the page's import maps.
   * @param {GraphWalk} graph
   * @returns {Promise<{modules: number, bytes: number, linked?: LinkedGraph}>} `linked` if the next visit can use it
   * @throws {Error} when this page or browser does not allow it
   */
  async map(graph) {
    this.requireImportMaps();
    const maps = (this.#pageMaps = new PageImportMaps());
    const origins = new Set([location.origin, new URL(document.baseURI).origin, ...maps.origins()]);
    const linked = this.#link(graph, maps, origins);
    this.#policy.ask(linked.map(({ kind, scheme }) => [kind, scheme]));
    const resolvers = linked.some(({ names }) => names.length) ? await this.#ownResolvers() : null;
    /** @type {Object<string, string>} */
    const imports = {};
    const named = [];
    /** @type {{url: string, kind: ModuleKind, text: ModuleText}[]} */
    const blobs = [];
    let bytes = 0;
    let scripts = linked.some(({ kind }) => kind === "js") ? 0 : 1;
    /** @type {Map<string, "data" | "blob" | null>} by kind and wanted scheme; a wait for each module would add up */
    const schemes = new Map();
    for (const { kind, scheme } of linked) {
      if (schemes.has(kind + scheme)) continue;
      const allowed = (await this.#policy.allows(kind, scheme)) ? scheme : "blob";
      schemes.set(kind + scheme, (await this.#policy.allows(kind, allowed)) ? allowed : null);
    }
    for (const module of linked) {
      const { url, kind, text, scheme, names, address } = module;
      if (names.length && !resolvers) continue;
      const allowed = schemes.get(kind + scheme);
      if (!allowed) continue;
      imports[url] = allowed === scheme && address ? address : moduleURL(text, kind, allowed);
      if (imports[url].startsWith("blob:")) {
        this.#blobs.set(imports[url], url);
        blobs.push({ url, kind, text });
      }
      if (names.length) named.push(module);
      if (kind === "js") scripts++;
    }
    if (!linked.length) return { modules: 0, bytes };
    if (!scripts) throw new Error("the page's Content-Security-Policy refuses data: and blob: modules");
    // Blobs are of this visit alone, so what the next one can use stands apart.
    const [texts, own] = manyMaps ? [importMapParts(imports, "data:"), importMapParts(imports, "blob:")] : [[], importMapParts(imports)];
    for (const { text } of [...texts, ...own]) this.#policy.addImportMapText(text);
    this.#mapAdded = true;
    if (resolvers) this.#mapNames(named, imports, maps, [...origins], resolvers);
    for (const url of Object.keys(imports)) this.#mapped.add(url);
    for (const { url, module } of linked) if (url in imports) bytes += module.length;
    const result = { modules: Object.keys(imports).length, bytes };
    if (!texts.length || named.length) return result;
    const kinds = linked.map(({ kind, scheme }) => [kind, schemes.get(kind + scheme)].join());
    return { ...result, linked: { texts, blobs, kinds: [...new Set(kinds)] } };
  }

  /**
   * Adds what was linked at an earlier visit, or by the server, part by part as it is read.
   * @param {KeptGraph} kept
   * @param {AsyncIterable<KeptPart>} parts
   * @returns {Promise<{modules: number, bytes: number}>}
   * @throws {Error} when that cannot be done; modules added until then stay
   */
  async mapKept({ kinds, modules, bytes }, parts) {
    this.requireImportMaps();
    this.#pageMaps = new PageImportMaps();
    for (const pair of kinds) {
      const [kind, scheme] = /** @type {[ModuleKind, "data" | "blob"]} */ (pair.split(","));
      if (!(await this.#policy.allows(kind, scheme))) throw new Error("the page's Content-Security-Policy has changed");
    }
    const tags = moduleTags();
    for await (const { urls, text, blobs = [] } of parts) {
      const found = urls ?? blobs.map(({ url }) => url);
      if (this.#taken(found, tags)) throw new Error("it is there already");
      if (text) this.#policy.addImportMapText(text);
      else this.#policy.addImportMap({ imports: Object.fromEntries(blobs.map(({ url, kind, bytes }) => {
        const address = moduleURL([bytes], kind, "blob");
        this.#blobs.set(address, url);
        return [url, address];
      })) });
      this.#mapAdded = true;
      for (const url of found) this.#mapped.add(url);
    }
    return { modules, bytes };
  }

  /**
   * @param {GraphWalk} graph
   * @param {PageImportMaps} maps
   * @param {Set<string>} origins receives those that modules import from
   * @returns {Linked[]}
   */
  #link(graph, maps, origins) {
    const tags = moduleTags();
    for (const { src } of document.scripts) if (/^https?:/.test(src)) origins.add(new URL(src).origin);
    const failing = failingParts(graph);
    const linked = [];
    for (const [url, types] of graph.nodes) {
      const module = graph.modules.get(/** @type {string} */ (requestPath(url)));
      if (!module || failing.has(url) || this.#mapped.has(url) || tags.has(url) || maps.claims(url) || this.#resources.hasURL(url)) continue;
      const kind = linkableKind(module, types);
      if (!kind) continue;
      const targets = graph.targets.get(url) ?? [];
      for (const target of targets) {
        if (target && !target.startsWith(SITE) && /^https?:/.test(target)) origins.add(new URL(target).origin);
      }
      linked.push({ url, module, kind, names: maps.names(url), ...(this.#linked.get(targets) ?? this.#linkOne(kind, url, module, targets)) });
    }
    return linked;
  }

  /** @returns {Promise<{inline: Resolver, outside: Resolver} | null>} null: the page's policy refuses them */
  #ownResolvers() {
    return (this.#resolvers ??= (async () => {
      if (!(await this.#policy.allows("js", "data"))) return null;
      const [inline, outside] = await Promise.all([this.#policy.resolver("inline"), this.#policy.resolver("outside")]);
      return { inline, outside };
    })().catch(() => null));
  }

  /**
   * Modules that the page's own map names: whoever imports the name gets the linked module, too. Our rules stand in
   * scopes, which win over the page's top-level rules. The browser drops rules about what has been resolved before, so
   * each is looked at: a module that was reached before by its URL or by a name stays on HTTP for all.
   * @param {Linked[]} modules
   * @param {Object<string, string>} imports loses the modules that stay on HTTP
   * @param {PageImportMaps} maps
   * @param {string[]} origins
   * @param {{inline: Resolver, outside: Resolver}} resolvers
   */
  #mapNames(modules, imports, maps, origins, { inline, outside }) {
    const scopes = [...origins.map((origin) => `${origin}/`), ...LINKED_SCOPES];
    /** @type {(modules: Linked[], rule: (module: Linked, scope: string) => string[] | null) => void} */
    const add = (modules, rule) => {
      const map = Object.fromEntries(scopes.map((scope) =>
        [scope, Object.fromEntries(modules.map((module) => rule(module, scope) ?? []).filter((pair) => pair.length))]));
      this.#policy.addImportMap({ scopes: map });
    };
    let open = modules.filter(({ url }) => outside(url) !== url);
    const lost = modules.filter((module) => !open.includes(module));
    const refused = [];
    for (let round = 0; open.length; round++) {
      add(open, ({ url, names }, scope) => maps.resolve(names[round], scope) === url ? [names[round], imports[url]] : null);
      const kept = [];
      for (const module of open) {
        const { url, names } = module;
        const taken = maps.resolve(names[round], document.baseURI) !== url || inline(names[round]) !== url;
        if (!taken) refused.push(module);
        else if (names.length > round + 1) kept.push(module);
      }
      open = kept;
    }
    if (refused.length) add(refused, ({ url }) => [url, url]);
    for (const { url } of [...lost, ...refused]) delete imports[url];
  }
}

/** @returns {Set<string>} modules that a script tag loads: they are not looked up in import maps, and mapped would exist twice */
function moduleTags() {
  const tags = /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll('script[type="module"][src]'));
  return new Set(Array.from(tags, ({ src }) => src));
}

/**
 * Megabytes of linked text need no look for what JSON escapes. The parts are for the cache, which reads one after the other.
 * @param {Object<string, string>} imports URL → data: URL, in which nothing has to be escaped, or blob: URL
 * @param {string} [scheme] with these alone; without it, all in one part
 * @returns {KeptText[]}
 */
function importMapParts(imports, scheme = "") {
  /** @type {{urls: string[], rules: string[]}[]} */
  const parts = [];
  let room = 0;
  for (const url of Object.keys(imports)) {
    if (!imports[url].startsWith(scheme)) continue;
    if (!parts.length || room < 0) {
      parts.push({ urls: [], rules: [] });
      room = scheme ? LIMITS.importMapPart : Infinity;
    }
    const { urls, rules } = parts[parts.length - 1];
    urls.push(url);
    rules.push(`${JSON.stringify(url)}:"${imports[url]}"`);
    room -= imports[url].length;
  }
  return parts.map(({ urls, rules }) => ({ urls, text: `{"imports":{${rules.join(",")}}}` }));
}

/**
 * Dynamically imported modules that cannot be loaded because one that they import is not there: the error names what
 * was imported, so that has to be its own URL.
 * @param {GraphWalk} graph
 * @returns {Set<string>}
 */
function failingParts(graph) {
  const lacking = (/** @type {string} */ url) => !graph.modules.get(/** @type {string} */ (requestPath(url)));
  const failing = new Set([...graph.nodes.keys()].filter(lacking));
  const parts = new Set();
  if (!failing.size) return parts;
  /** @type {Map<string, string[]>} */ const importers = new Map();
  const imported = [];
  for (const [url, targets] of graph.targets) {
    for (const [index, target] of targets.entries()) {
      if (!target) continue;
      const kind = graph.modules.get(/** @type {string} */ (requestPath(url)))?.imports?.[index].kind;
      if (kind === "dynamic") imported.push(target);
      else importers.set(target, [...(importers.get(target) ?? []), url]);
    }
  }
  for (const url of failing) for (const importer of importers.get(url) ?? []) failing.add(importer);
  for (const url of imported) if (failing.has(url)) parts.add(url);
  return parts;
}
