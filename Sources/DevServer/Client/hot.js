// import.meta.hot: callbacks, data and events of every module version, as Vite's public API has them.

/**
 * @typedef {{deps: string[], call: (modules: any[]) => any}} HotCallback `deps`: module paths, as `modules`
 * @typedef {{
 *   send(message: Message): void, subscribe(channel: string): void,
 *   target(specifier: string, base: string): string | null,
 * }} HotHost `target`: the URL that a specifier leads to
 */

/** What one evaluation of a module has registered. */
class HotInstance {
  /** @type {HotCallback[]} */ callbacks = [];
  /** @type {((data: any) => any) | null} */ dispose = null;
  /** @type {((data: any) => any) | null} */ prune = null;
  /** @type {[string, Function][]} until it counts */ listeners = [];
  /** Whether it stands for its module. */ counts = false;

  /** @param {string} path @param {number} version */
  constructor(path, version) {
    this.path = path;
    this.version = version;
  }
}

class HotModules {
  #host;
  /** @type {Map<string, HotInstance>} by path */ #instances = new Map();
  /** @type {Map<string, object>} by path; kept from version to version */ #data = new Map();
  /** @type {Map<string, {owner: HotInstance, listener: Function}[]>} by event */ #listeners = new Map();
  /** @type {HotInstance[]} of an update that has not succeeded yet */ #staged = [];
  #trial = 0;

  /** @type {string | undefined} the module whose invalidation led to the update under way, as Vite names it */
  firstInvalidatedBy;

  /** @param {HotHost} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * A module begins to run: nothing that an earlier version of it registered counts any longer, except its `data`.
   * @param {string} url
   * @param {number} version
   * @returns {object} its import.meta.hot
   */
  create(url, version) {
    const path = requestPath(url) ?? url;
    const instance = new HotInstance(path, version);
    if (!this.#data.has(path)) this.#data.set(path, {});
    if (version && version === this.#trial) this.#staged.push(instance);
    else this.#adopt(instance);
    return this.#interface(instance, url);
  }

  /** @param {number} version what runs with this version is on trial until `settle` */
  begin(version) {
    this.#trial = version;
    this.#staged = [];
  }

  /**
   * The modules with these paths are in use now; the others' trial failed, and what was there before still counts.
   * @param {Set<string>} paths
   */
  settle(paths) {
    this.#trial = 0;
    for (const instance of this.#staged.splice(0)) if (paths.has(instance.path)) this.#adopt(instance);
  }

  /** @param {HotInstance} instance */
  #adopt(instance) {
    const { path, version } = instance;
    const old = this.#instances.get(path);
    if (old && old.version > version) return; // a slow start of what has been replaced already
    if (old) this.#retire(old);
    this.#instances.set(path, instance);
    instance.counts = true;
    for (const [event, listener] of instance.listeners) this.#listen(instance, event, listener);
  }

  /** @param {HotInstance} instance */
  #retire(instance) {
    instance.counts = false;
    for (const [event, all] of this.#listeners) {
      this.#listeners.set(event, all.filter(({ owner }) => owner !== instance));
    }
  }

  /** @param {HotInstance} owner @param {string} event @param {Function} listener */
  #listen(owner, event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { owner, listener }]);
  }

  /**
   * @param {string} boundary path
   * @param {string} accepted path
   * @returns {HotCallback[]} what the boundary's instance does with a new version of the accepted module
   */
  callbacks(boundary, accepted) {
    return this.#instances.get(boundary)?.callbacks.filter(({ deps }) => deps.includes(accepted)) ?? [];
  }

  /** @param {string} path @returns {boolean} whether the module is known to have begun to run */
  has(path) {
    return this.#instances.has(path);
  }

  /** @param {string} path @returns {boolean} whether something is to be done before a new version runs */
  disposes(path) {
    return !!this.#instances.get(path)?.dispose;
  }

  /** @param {string[]} paths @returns {Promise<any>} of the callbacks that take their time */
  dispose(paths) {
    return Promise.all(paths.map((path) => this.#call(this.#instances.get(path)?.dispose, this.#data.get(path))));
  }

  /**
   * Modules that nothing imports any longer.
   * @param {string[]} paths
   */
  async prune(paths) {
    const instances = paths.map((path) => this.#instances.get(path));
    await this.notify("vite:beforePrune", { type: "prune", paths: paths.map((path) => `/${path}`) });
    await this.dispose(paths);
    for (const [index, instance] of instances.entries()) {
      if (!instance) continue;
      this.#call(instance.prune, this.#data.get(paths[index]));
      this.#retire(instance);
      this.#instances.delete(instance.path);
      this.#data.delete(instance.path);
    }
  }

  /** @param {Function | null | undefined} callback @param {...any} values */
  #call(callback, ...values) {
    try {
      const result = callback?.(...values);
      return typeof result?.then === "function" ? Promise.resolve(result).catch(reportError) : undefined;
    } catch (error) {
      reportError(error);
    }
  }

  /**
   * Tells the modules' listeners, then the page's.
   * @param {string} event
   * @param {any} payload
   * @returns {Promise<any> | undefined} while listeners take their time
   */
  notify(event, payload) {
    const slow = [];
    for (const { listener } of this.#listeners.get(event) ?? []) {
      const wait = this.#call(listener, payload);
      if (wait) slow.push(wait);
    }
    if (event.startsWith("vite:") && event !== "vite:error") emit(event.slice(5), payload);
    return slow.length ? Promise.all(slow) : undefined;
  }

  /**
   * @param {string} path of what is reloaded for
   * @returns {Promise<boolean> | boolean} false when a listener keeps the page from it, by throwing as code written for
   *   Vite does, or by preventing the default of the page's event
   */
  beforeReload(path) {
    const payload = { type: "full-reload", path: `/${path}` };
    const slow = [];
    try {
      for (const { listener } of this.#listeners.get("vite:beforeFullReload") ?? []) {
        const result = listener(payload);
        if (typeof result?.then === "function") slow.push(Promise.resolve(result).catch(() => {}));
      }
    } catch {
      return false;
    }
    if (!emit("beforeFullReload", payload, true)) return false;
    return slow.length ? Promise.all(slow).then(() => true) : true;
  }

  /**
   * @param {HotInstance} instance
   * @param {string} url
   */
  #interface(instance, url) {
    const { path } = instance;
    const data = this.#data;
    const pathOf = (/** @type {any} */ name, /** @type {string} */ method) => {
      if (typeof name !== "string") throw new TypeError(`import.meta.hot.${method}: a module's name is a string, not ${kindOf(name)}`);
      const target = this.#host.target(name, url);
      return (target && requestPath(target)) ?? name;
    };
    const accept = (/** @type {string[]} */ deps, /** @type {HotCallback["call"]} */ call) => void instance.callbacks.push({ deps, call });
    const checked = (/** @type {any} */ callback, /** @type {string} */ method, optional = true) => {
      if (typeof callback !== "function" && !(optional && callback === undefined)) {
        throw new TypeError(`import.meta.hot.${method}: the callback is a function, not ${kindOf(callback)}`);
      }
      return callback;
    };
    return {
      get data() {
        return data.get(path);
      },
      accept: (/** @type {any} */ deps, /** @type {any} */ callback) => {
        if (deps === undefined || typeof deps === "function") return accept([path], ([module]) => deps?.(module));
        checked(callback, "accept");
        if (typeof deps === "string") return accept([pathOf(deps, "accept")], ([module]) => callback?.(module));
        if (!Array.isArray(deps)) {
          throw new TypeError(`import.meta.hot.accept takes a callback, or a module's name or an array of names and a callback, not ${kindOf(deps)}`);
        }
        accept(deps.map((name) => pathOf(name, "accept")), (modules) => callback?.(modules));
      },
      acceptExports: (/** @type {any} */ names, /** @type {any} */ callback) => {
        const known = typeof names === "string" || (Array.isArray(names) && names.every((name) => typeof name === "string"));
        if (!known) throw new TypeError(`import.meta.hot.acceptExports takes an export's name or an array of names, not ${kindOf(names)}`);
        checked(callback, "acceptExports");
        accept([path], ([module]) => callback?.(module));
      },
      dispose: (/** @type {any} */ callback) => void (instance.dispose = checked(callback, "dispose", false)),
      prune: (/** @type {any} */ callback) => void (instance.prune = checked(callback, "prune", false)),
      decline() {},
      invalidate: (/** @type {string | undefined} */ message) => this.#invalidate(path, message),
      on: (/** @type {string} */ event, /** @type {any} */ listener) => {
        checked(listener, "on", false);
        if (!event.startsWith("vite:")) this.#host.subscribe("hot");
        if (instance.counts) this.#listen(instance, event, listener);
        else instance.listeners.push([event, listener]);
      },
      off: (/** @type {string} */ event, /** @type {any} */ listener) => {
        instance.listeners = instance.listeners.filter(([name, one]) => name !== event || one !== listener);
        const all = this.#listeners.get(event);
        if (all) this.#listeners.set(event, all.filter((one) => one.listener !== listener));
      },
      send: (/** @type {string} */ event, /** @type {any} */ data) => this.#host.send({ type: "event", channel: "hot", event, data }),
    };
  }

  /** @param {string} path @param {string | undefined} message */
  #invalidate(path, message) {
    const firstInvalidatedBy = this.firstInvalidatedBy ?? path;
    console.debug(`[pitlane] invalidate: /${path}${message ? `: ${message}` : ""}`);
    void this.notify("vite:invalidate", { path: `/${path}`, message, firstInvalidatedBy: `/${firstInvalidatedBy}` });
    this.#host.send({ type: "hot:invalidate", path, message, firstInvalidatedBy });
  }
}

/** @param {any} value */
function kindOf(value) {
  return value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
}
