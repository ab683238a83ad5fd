// Graphs that the server has linked: import maps to be added as they come, and what it takes to have the modules' own
// texts back.

/**
 * @typedef {{
 *   bytes: number, blobs?: boolean, paths: string[], hashes: string[], text: string, detail: string, added?: boolean,
 * }} LinkedPart `text`: the import map; `detail`: JSON, the modules' pack entries and what the linker changed; `blobs`: the
 *   modules are too large for data: URLs; `added`: the page has it
 */

/**
 * @param {string} data a text message
 * @returns {Message}
 */
function decodeText(data) {
  if (!/^\{("id":\d+,)?"type":"module:linked"/.test(data)) return JSON.parse(data);
  const [head, text, detail] = data.split("\n");
  return { ...JSON.parse(head), text, detail };
}

/** @param {LinkedPart} part @returns {string[]} */
const linkedURLs = ({ paths }) => paths.map((path) => SITE + path);

/**
 * What the server links is what this browser would have linked itself.
 * @param {GraphWalk} walk that has nothing yet
 * @param {string} urls data-urls: auto, data or blob
 */
function takesLinked(walk, urls) {
  return manyMaps && urls === "auto" && !walk.modules.size && !importMapTexts().length
    && walk.entries.every((url) => url === SITE + requestPath(url));
}

/** @param {GraphWalk} walk @returns {KeptGraph} the graph as a page keeps it */
function linkedGraph({ entries, linked, digest }) {
  /** @type {Object<string, string>} */ const hashes = {};
  let modules = 0;
  let bytes = 0;
  for (const part of linked) {
    part.paths.forEach((path, index) => (hashes[path] = part.hashes[index]));
    modules += part.paths.length;
    bytes += part.bytes;
  }
  const page = { maps: [], base: baseFolder() };
  const kinds = [...new Set(linked.map(({ blobs }) => (blobs ? "js,blob" : "js,data")))];
  return { form: LINKED_FORM, entries, ...page, hashes, missing: [], kinds, parts: linked.length, modules, bytes, digest };
}

/** @param {GraphWalk} walk @returns {AsyncGenerator<KeptPart>} what has not been added yet */
async function* linkedParts({ linked }) {
  for (const part of linked) {
    if (part.added) continue;
    yield part.blobs ? { blobs: linkedBlobs(part).map(({ url, bytes }) => ({ url, kind: "js", bytes })) } : { urls: linkedURLs(part), text: part.text };
  }
}

/**
 * @param {LinkedPart[]} parts
 * @returns {LinkedGraph} for the cache
 */
function linkedTexts(parts) {
  const large = parts.filter(({ blobs }) => blobs);
  return {
    texts: parts.filter(({ blobs }) => !blobs).map((part) => ({ urls: linkedURLs(part), text: part.text })),
    blobs: large.flatMap(linkedBlobs).map(({ url, bytes }) => ({ url, kind: "js", text: [bytes] })),
    kinds: large.length ? ["js,data", "js,blob"] : ["js,data"],
  };
}

/** @param {LinkedPart} part @returns {{url: string, bytes: Uint8Array}[]} the linked texts */
function linkedBlobs({ text }) {
  const { imports } = JSON.parse(text);
  return Object.keys(imports).map((url) => ({ url, bytes: unescaped(imports[url].slice(imports[url].indexOf(",") + 1)) }));
}

/**
 * @param {LinkedPart} part
 * @returns {PackModule[]} its modules as packs would have brought them
 * @throws {Error} when the part is damaged
 */
function unlinkedModules(part) {
  const { modules, changes } = JSON.parse(part.detail);
  const linked = linkedBlobs(part);
  return modules.map((/** @type {PackModule} */ entry, /** @type {number} */ index) => {
    const { bytes } = linked[index];
    /** @type {ModuleText} */ const text = [];
    let from = 0;
    for (const [at, length, original] of changes[index]) {
      text.push(bytes.subarray(from, at), original);
      from = at + length;
    }
    const own = joinedBytes([...text, bytes.subarray(from)]);
    if (own.length !== entry.length) throw new Error(`damaged text of ${entry.path}`);
    return { ...entry, bytes: own };
  });
}
