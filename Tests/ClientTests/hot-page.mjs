// A page that runs some modules, for the tests of hot updates: everything real but the imports.
import { fakeWorld, importsOf, run, settle, sourceOf } from "./harness.mjs";

export const url = (path) => `https://app.test/${path}`;
const bytes = (text) => new TextEncoder().encode(text);
const typeOf = (path) => (path.endsWith(".json") ? "application/json" : "text/javascript");

/** A module as a pack brings it. The hash is the text, so that it can be read in a test that fails. */
export const moduleOf = (path, text) =>
  ({ path, hash: text, length: text.length, contentType: typeOf(path), bytes: bytes(text), imports: typeOf(path) === "text/javascript" ? importsOf(text, path) : undefined });

/** What a hot:update says of a changed module. */
export const changed = (path, text) => {
  const { bytes, ...entry } = moduleOf(path, text);
  return { ...entry, content: text };
};

/**
 * @param {Object<string, string>} files path → text; main.mjs is the entry
 * @param {{userAgent?: string, fetch?: Object<string, string>}} [options]
 */
export function hotPage(files, { userAgent, fetch = {} } = {}) {
  const fakes = fakeWorld(userAgent ? { navigator: { userAgent } } : {});
  const client = run(fakes.world, { start: false });
  const { GraphWalk, RunningModules, ModuleVersions, ModuleMapper, ContentPolicy, HotModules, HotProblems, HotUpdates } = client;
  const policy = new ContentPolicy("");
  const mapper = new ModuleMapper(policy, { hasURL: () => false }, "auto");
  const told = [];
  const log = [];
  const running = new RunningModules((modules) => told.push(Object.fromEntries(modules)));
  const walk = (paths, texts) => {
    const graph = new GraphWalk(paths.map(url), (path) => (path in texts ? moduleOf(path, texts[path]) : undefined));
    graph.start(null);
    for (const path of graph.wanted) graph.put(path, null);
    return graph;
  };
  const texts = { ...files };
  running.add(walk(["main.mjs"], texts), () => true);
  running.start([url("main.mjs")]);
  const versions = new ModuleVersions(running, mapper, policy);
  const sent = [];
  const hot = new HotModules({
    send: (message) => sent.push(message), subscribe() {}, target: (specifier, base) => new URL(specifier, base).href,
  });
  const problems = new HotProblems({ show: ({ kind, path, line }) => log.push(["problem", kind, path, line]), clear: (key) => log.push(["clear", key]) }, hot);
  /** What an import of an address does: by path, or by nothing. */
  const page = { load: async (address) => ({ address }), syntax: null };
  policy.errorOf = async () => page.syntax;
  const load = (address) => {
    log.push(["import", address.startsWith("data:") ? sourceOf(address) : address.slice(url("").length)]);
    return page.load(address);
  };
  const held = [];
  const asked = [];
  const failures = [];
  const missing = new Set();
  const updates = new HotUpdates({
    missing,
    running, versions, hot, policy, mapper, problems, load,
    fetchModule: async (path) => (asked.push(path), path in fetch ? moduleOf(path, fetch[path]) : null),
    adopt: async (urls) => {
      const graph = walk(urls.map((one) => one.slice(url("").length)), { ...texts, ...fetch });
      log.push(["adopt", ...urls]);
      running.add(graph, () => true, () => true);
      for (const one of urls) running.node(one) ? missing.delete(one) : missing.add(one);
    },
    report: () => log.push(["report"]),
    renewal: () => page.renewal ?? null,
    hold: ({ path, hash }) => held.push([path, hash]),
    reload: (reason, path) => log.push(["reload", path, reason]),
    failed: (nodes) => failures.push(running.failed(nodes).failed),
    updated: (paths, action) => paths.length && log.push(["updated", action, ...paths]),
  });
  return {
    ...fakes, client, running, versions, hot, updates, log, told, sent, held, asked, failures, load: page, url,
    /** A module of the page begins to run: its import.meta.hot. */
    start: (path, version = 0) => hot.create(url(path), version),
    /** A module comes that is in no import map. */
    receiveGraph: (path, text) => running.add(walk([path], { [path]: text }), () => true, () => true),
    /** The linked text of what was made for an address such as "a.mjs?pitlane=1". */
    source(address) {
      const target = fakes.page.importMaps.map((map) => map[url(address)]).find(Boolean);
      return target.startsWith("data:") ? sourceOf(target) : fakes.page.blobText.get(target);
    },
    async receive(message) {
      updates.receive({ type: "hot:update", ...message });
      await settle();
      return log.splice(0);
    },
  };
}

/** `boundary` takes the new `chain`, whose last module is what it accepts. */
export const through = (boundary, chain, more) => ({ boundary, accepted: chain.at(-1), chain, ...more });
