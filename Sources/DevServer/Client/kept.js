// A page's graph as it was linked, kept for its next visit: if the server confirms every module, it only has to be
// added to the import maps.

/**
 * @typedef {{
 *   form: number, entries: string[], maps: string[], base: string, hashes: Object<string, string>, missing: string[],
 *   kinds: string[], parts: number, modules: number, bytes: number, digest: string | null,
 * }} KeptGraph of which entries, on a page with which import maps and base URL, from which modules; `kinds` are those of
 *   its modules, as "js,data"; in how many parts; `digest` is the server's name for its modules' versions
 * @typedef {{urls: string[], text: string}} KeptText an import map
 * @typedef {{url: string, kind: ModuleKind, bytes: Uint8Array}} KeptBlob
 * @typedef {{texts: KeptText[], blobs: {url: string, kind: ModuleKind, text: ModuleText}[], kinds: string[]}} LinkedGraph
 * @typedef {{urls?: string[], text?: string, blobs?: KeptBlob[]}} KeptPart
 * @typedef {{graph: KeptGraph, parts?: () => KeptPart[]}} Keeping what is to be written; without parts those stay
 */

/**
 * @param {GraphWalk} walk
 * @param {LinkedGraph} linked what became of it
 * @param {number} modules
 * @param {number} bytes
 * @returns {Keeping}
 */
function keptGraph(walk, { texts, blobs, kinds }, modules, bytes) {
  /** @type {Object<string, string>} */ const hashes = {};
  const missing = [];
  for (const [path, module] of walk.modules) {
    if (module) hashes[path] = module.hash;
    else missing.push(path);
  }
  const page = { maps: importMapTexts(), base: baseFolder() };
  const graph = { form: LINKED_FORM, entries: walk.entries, ...page, hashes, missing, kinds, parts: texts.length + (blobs.length ? 1 : 0), modules, bytes, digest: walk.digest };
  const joined = () => blobs.map(({ text, ...blob }) => ({ ...blob, bytes: joinedBytes(text) }));
  return { graph, parts: () => (blobs.length ? [...texts, { blobs: joined() }] : texts) };
}

/**
 * @param {KeptGraph} kept
 * @returns {boolean} whether the page, which is parsed, resolves names as it did then
 */
function fitsPage({ form, maps, base }) {
  return form === LINKED_FORM && base === baseFolder() && sameItems(maps, importMapTexts());
}

/**
 * @param {KeptGraph} kept
 * @param {Message} answer module:graph
 * @param {Map<string, string>} known what the answer refers to, path → hash
 * @returns {boolean} whether it says that the graph is what it was
 */
function confirms({ hashes, missing }, { cached, missing: lacking }, known) {
  const paths = Object.keys(hashes);
  const current = new Set(cached);
  const lost = new Set((lacking ?? []).flatMap((/** @type {any} */ { path }) => path ?? []));
  return paths.length === current.size && paths.every((path) => current.has(path) && known.get(path) === hashes[path])
    && missing.length === lost.size && missing.every((path) => lost.has(path));
}

/** What the addresses in import maps are relative to. */
const baseFolder = () => new URL(".", document.baseURI).href;

/** @param {string[]} a @param {string[]} b */
function sameItems(a, b) {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
