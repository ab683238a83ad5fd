// Telling the server what the page runs and shows, and what its answer says.

/** What is reported of files that came over HTTP: other requests may do something when they are repeated. */
const PLAIN_FILE = /\.(m?js|jsx|m?ts|tsx|json|css|html?)$/i;

/** Tells the server what the page runs and shows; its answer says what has changed of that. */
class RunningReport {
  #connection;
  #running;
  #page;
  /** @type {Map<string, string | null>} path → hash of files, null when they are gone */ #files = new Map();

  /** @type {Set<string>} entries that have been told */ #entries = new Set();
  #complete = false;

  /** False when the server knows nothing of such reports. */ supported = true;

  /**
   * @param {Connection} connection
   * @param {RunningModules} running
   * @param {{
   *   shown(): string[], fetched(): Iterable<string>, changed(path: string, hash: string | null): void,
   *   unsupported(reason: string): void,
   * }} page `shown`, `fetched`: paths of what it shows, and of what came over HTTP; `changed`: one of them is no longer what
   *   was told before
   */
  constructor(connection, running, page) {
    this.#connection = connection;
    this.#running = running;
    this.#page = page;
  }

  /** Tells everything, after the page has run and after each connection. */
  all() {
    const { runs, failed } = this.#running.all();
    const { entries, complete } = this.#running.roots;
    this.#entries = new Set(entries);
    this.#complete = complete;
    const about = {
      reset: true, deltas: canHash, versions: true, importMaps: importMapTexts(), page: new URL(document.baseURI).pathname,
      entries, complete, files: this.#hashes(), ...(Object.keys(failed).length && { failed }),
    };
    this.#send(runs, about);
  }

  /** @param {Map<string, string>} modules path → hash of what runs in addition */
  add(modules) {
    const { entries, complete } = this.#running.roots;
    if (this.#complete && !complete) return this.all();
    const more = entries.filter((path) => !this.#entries.has(path));
    for (const path of more) this.#entries.add(path);
    this.#send(modules, more.length ? { entries: more } : {});
  }

  /** @param {string[]} paths of what the server knows nothing of in the version that runs */
  explain(paths) {
    const wanted = paths.flatMap((path) => this.#running.at(path).filter(({ running, kind }) => running && kind).slice(0, 1));
    /** @type {any[]} */ const parts = [{}];
    let room = LIMITS.message;
    for (const { path, module } of wanted) {
      const text = textOf(module);
      const length = 3 * (JSON.stringify(text).length + path.length);
      if (length > LIMITS.message) continue; // the server decides without it
      room -= length;
      if (room < 0) {
        parts.push({});
        room = LIMITS.message - length;
      }
      parts[parts.length - 1][path] = text;
    }
    for (const [index, texts] of parts.entries()) this.#connection.send({ type: "hot:versions", texts, more: index < parts.length - 1 });
  }

  /** @param {Iterable<HotNode>} nodes whose update is over and did not succeed */
  failed(nodes) {
    const { runs, failed } = this.#running.failed(nodes);
    if (runs.size) this.#send(runs, { failed });
  }

  /** @param {string} path @param {string | null} hash that an event has told */
  knows(path, hash) {
    if (this.#files.has(path)) this.#files.set(path, hash);
  }

  /** @param {Map<string, string>} modules @param {object} about goes with the first part */
  #send(modules, about) {
    if (!this.#connection.ready || !this.supported) return; // after the next hello, all is told
    /** @type {any[]} */ const parts = [{}];
    let room = LIMITS.message / 2;
    for (const [path, hash] of modules) {
      room -= 3 * path.length + hash.length + 6;
      if (room < 0) {
        parts.push({});
        room = LIMITS.message / 2;
      }
      parts[parts.length - 1][path] = hash;
    }
    const messages = parts.map((modules, index) =>
      ({ type: "hot:running", modules, more: index < parts.length - 1, ...(index ? {} : about) }));
    for (const message of messages.slice(0, -1)) this.#connection.send(message);
    const paths = [...modules.keys()]; // the map is filled anew
    this.#connection.request(messages[messages.length - 1], (_, answer) => this.#answered(answer, paths), 0);
  }

  /** @returns {Object<string, string | null>} path → hash of files, null where that is not known */
  #hashes() {
    const fetched = [...this.#page.fetched()].filter((path) => PLAIN_FILE.test(path) && !path.startsWith("@pitlane/"));
    const paths = [...new Set([...this.#page.shown(), ...fetched])].filter((path) => !this.#running.at(path).length);
    return Object.fromEntries(paths.slice(0, LIMITS.files).map((path) => [path, this.#files.get(path) ?? null]));
  }

  /** @param {Message | undefined} answer @param {string[]} paths that were reported */
  #answered(answer, paths) {
    if (answer?.type === "hot:running") this.#running.confirm(paths);
    if (answer?.type === "error" && this.supported) {
      this.supported = false;
      this.#page.unsupported(answer.message ?? answer.code);
    }
    for (const [path, hash] of Object.entries(answer?.files ?? {})) {
      const known = this.#files.get(path);
      this.#files.set(path, hash);
      if (known && known !== hash) this.#page.changed(path, hash);
    }
  }
}
