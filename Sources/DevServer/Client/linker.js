// From module bytes to text that runs under a data: or blob: URL as it would under its own.

/** @typedef {"js" | "css" | "json" | "text"} ModuleKind */

/**
 * Raised when the same module is linked to another text than before: pages keep what was linked. ModuleLinker.swift, which
 * makes the same of it, has the same number.
 */
const LINKED_FORM = 2;

const CONTENT_TYPES = Object.freeze({ js: "text/javascript", css: "text/css", json: "text/json", text: "text/plain" });

/**
 * @param {string} contentType
 * @returns {"js" | "css" | "json" | null} null: not a module we map
 */
function moduleKind(contentType) {
  const type = contentType.split(";")[0].trim().toLowerCase();
  if (/^(text|application)\/(x-)?(java|ecma)script$/.test(type)) return "js";
  if (type === "text/css") return "css";
  return /^(text|application)\/json$|\+json$/.test(type) ? "json" : null;
}

/**
 * @typedef {(string | Uint8Array)[]} ModuleText pieces of a module's text
 * @typedef {{at: number, to: number, text: string}} Edit
 * @typedef {(specifier: string, index: number) => string} Write what stands for the specifier of that import record
 */

/**
 * What to change in a JavaScript module so that it no longer depends on its own address.
 * @param {PackModule} module
 * @param {string} url the module's own URL
 * @param {Write} write
 * @param {number} [version] of its text in this page
 * @returns {{edits: Edit[], prologue: string}}
 */
function planEdits({ imports, bytes }, url, write, version = 0) {
  const base = JSON.stringify(url);
  /** @type {Edit[]} */
  const edits = [];
  const metas = [];
  for (const [index, record] of (imports ?? []).entries()) {
    const { kind, start, end, specifier, keyword } = record;
    if (kind === "meta") metas.push(record);
    else if (kind === "computed") {
      // The argument stays one expression: what is a syntax error, such as "...x", is one still.
      const called = keyword !== undefined;
      if (called) edits.push({ at: keyword, to: keyword + "import".length, text: `${RUNTIME}.importer(${base})` });
      edits.push({ at: start, to: start, text: called ? "(" : `${RUNTIME}.resolve((` });
      edits.push({ at: end, to: end, text: called ? ")" : `),${base})` });
    } else if (specifier !== undefined) {
      const target = write(specifier, index);
      // Which version that is, is known when the import is made.
      const ours = record.path !== undefined || target.startsWith(SITE);
      if (kind === "dynamic" && ours) edits.push({ at: start, to: end, text: `${RUNTIME}.current(${JSON.stringify(target)})` });
      else if (target !== specifier) edits.push({ at: start, to: end, text: JSON.stringify(target) });
    }
  }
  // A literal is there even when a function is called before its module has run; but nothing can be assigned to it.
  const literal = metas.every((meta) => keepsURL(bytes, meta));
  for (const { property, start, end } of literal ? metas : []) {
    if (property === "url") edits.push({ at: start, to: end, text: base });
  }
  const patched = !literal || metas.some(({ property }) => property !== "url");
  const hot = metas.some(({ property }) => property === "other") && /\bhot\b/.test(byteDecoder.decode(bytes));
  const prologue = patched ? `${RUNTIME}.meta(import.meta,${base}${hot ? `,${version}` : ""});` : "";
  return { edits: edits.sort((a, b) => a.at - b.at || a.to - b.to), prologue };
}

/**
 * Whether a use of import.meta leaves its `url` as it is, as far as the text beside it tells.
 * @param {Uint8Array} bytes
 * @param {ImportRecord} record
 */
function keepsURL(bytes, { property, start, end }) {
  const before = decoder.decode(bytes.subarray(Math.max(0, start - BESIDE), start));
  const after = decoder.decode(bytes.subarray(end, end + BESIDE));
  // With another property of it, nothing else gets hold of the object.
  if (property !== "url") return property === "resolve" || /^\s*\??\.\s*(?!url\b)[\w$]/.test(after);
  const pattern = /([[,:.]|(?<!\$){)[\s(]*$/.test(before) && /^[\s)]*[\]},=]/.test(after);
  return !pattern && !/(\bdelete|\+\+|--)[\s(]*$/.test(before) && !/^[\s)]*(of|in)\b/.test(after);
}

/** Bytes looked at on either side. */
const BESIDE = 24;

/**
 * Applies edits given in byte offsets.
 * @param {Uint8Array} bytes
 * @param {Edit[]} edits sorted, not overlapping
 * @returns {ModuleText}
 */
function applyEdits(bytes, edits) {
  const text = [];
  // A byte order mark is one at the start alone, which a prologue may take.
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (bytes[from] === 0x23 && bytes[from + 1] === 0x21) text.push("//"); // so may "#!"
  for (const { at, to, text: replacement } of edits) {
    if (at > from) text.push(bytes.subarray(from, at));
    text.push(replacement);
    from = to;
  }
  text.push(bytes.subarray(from));
  return text;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
/** One character for each byte. */
const byteDecoder = new TextDecoder("latin1");

/** Bytes at the end in which a source map's comment is looked for. */
const SOURCE_MAP_TAIL = 1024;

/**
 * A relative `sourceMappingURL` in the last lines is made absolute.
 * @param {Uint8Array} bytes
 * @param {string} url
 * @returns {Edit[]}
 */
function sourceMapEdits(bytes, url) {
  const before = Math.max(0, bytes.length - SOURCE_MAP_TAIL);
  const tail = byteDecoder.decode(bytes.subarray(before));
  const from = tail.lastIndexOf("sourceMappingURL=") + 17;
  if (from < 21 || !/^\/\/[#@] $/.test(tail.slice(from - 21, from - 17)) || tail.startsWith("data:", from)) return [];
  const [value, ...rest] = tail.slice(from).split(/\r?\n/);
  const length = value.trimEnd().length;
  const comments = rest.every((line) => /^\s*(\/\/[^`]*)?$/.test(line));
  const at = before + from;
  const name = decoder.decode(bytes.subarray(at, at + length));
  if (!comments || !name || /[\s'"`]/.test(name)) return [];
  const target = asURL(name, url) ?? asURL(`./${name}`, url);
  return target === null ? [] : [{ at, to: at + length, text: target }];
}

/**
 * The text of a module as it runs under another URL; lines keep their numbers.
 * @param {ModuleKind} kind
 * @param {PackModule} module
 * @param {string} url its own URL
 * @param {Write} write
 * @param {number} [version] of its text in this page
 * @param {string} [first] statements that come before its own
 * @returns {ModuleText}
 */
function linkModule(kind, module, url, write, version, first = "") {
  if (kind !== "js") return [module.bytes];
  const { edits, prologue } = planEdits(module, url, write, version);
  const name = url.replace(/['"]/g, encodeURIComponent).replaceAll("'", "%27");
  const text = applyEdits(module.bytes, edits.concat(sourceMapEdits(module.bytes, url)));
  return [first + prologue, ...text, `\n//# sourceURL=${name}`];
}

/**
 * @param {PackModule} module
 * @param {Set<string>} types the attribute types it is imported with, "" for none
 * @returns {ModuleKind | null} what it is by its content type; null when that cannot be imported so
 */
function textKind(module, types) {
  const kind = moduleKind(module.contentType);
  const only = (/** @type {string} */ type) => [...types].every((one) => one === type);
  // What is no other kind of module can be imported as text alone.
  if (kind === null) return only("text") && /^text\//i.test(module.contentType) ? "text" : null;
  return only(kind === "js" ? "" : kind) ? kind : null;
}

/**
 * As what a module may run under another URL than its own.
 * @param {PackModule} module
 * @param {Set<string>} types the attribute types it is imported with, "" for none
 * @returns {ModuleKind | null} null: it comes over HTTP
 */
function linkableKind(module, types) {
  const kind = textKind(module, types);
  if (kind === null || kind === "text") return kind;
  if (kind === "js") return module.imports && !module.lexError ? kind : null;
  if (kind === "json") return isJSON(decoder.decode(module.bytes)) ? kind : null;
  // A style sheet's relative URLs would be resolved against the data: or blob: URL.
  return !/url\(|@import|image-set\(|src\(/i.test(decoder.decode(module.bytes)) ? kind : null;
}

/**
 * Whether it parses: an error names the URL that the JSON came from.
 * @param {string} text
 */
function isJSON(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {ModuleText} text
 * @param {ModuleKind} kind
 * @param {"data" | "blob"} scheme
 */
function moduleURL(text, kind, scheme) {
  const type = CONTENT_TYPES[kind];
  if (scheme === "blob") return URL.createObjectURL(new Blob(/** @type {any} */ (text), { type }));
  return `data:${type},${escaped(joinedBytes(text, workspace))}`;
}

/**
 * Bytes that are written as three: what URLs change, drop or give a meaning, what JSON escapes, and the slash. Chromium keeps
 * account of every prefix of an importer's URL that ends in one, for every import: large modules took it seconds.
 */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte < 0x20 || byte > 0x7e || '%#?/"\\'.includes(String.fromCharCode(byte))));
const DIGITS = [..."0123456789ABCDEF"].map((digit) => digit.charCodeAt(0));
const PERCENT = 0x25;

/**
 * Shorter than base64, since most of a module's text is ASCII, and Chromium's time goes by the URL's length.
 * @param {Uint8Array} bytes
 * @returns {string} for a data: URL that stands in JSON
 */
function escaped(bytes) {
  // What ends in a space would lose it.
  const end = bytes[bytes.length - 1] === 0x20 ? bytes.length - 1 : bytes.length;
  const most = 3 * bytes.length;
  const out = most <= escapeSpace.length ? escapeSpace : new Uint8Array(most);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (ESCAPED[byte] || index === end) {
      out[length++] = PERCENT;
      out[length++] = DIGITS[byte >> 4];
      out[length++] = DIGITS[byte & 15];
    } else out[length++] = byte;
  }
  return byteDecoder.decode(out.subarray(0, length));
}

/**
 * @param {string} text as `escaped` makes it
 * @returns {Uint8Array} a copy of what it was made of
 */
function unescaped(text) {
  const bytes = encoder.encode(text);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === PERCENT) {
      bytes[length++] = (digitOf(bytes[index + 1]) << 4) | digitOf(bytes[index + 2]);
      index += 2;
    } else bytes[length++] = byte;
  }
  return bytes.slice(0, length);
}

const digitOf = (/** @type {number} */ byte) => (byte < 0x3a ? byte - 0x30 : byte - 0x37);

/**
 * @param {ModuleText} text
 * @param {Uint8Array} [space] to write to, if it is large enough
 * @returns {Uint8Array} its UTF-8 bytes
 */
function joinedBytes(text, space) {
  const most = text.reduce((sum, piece) => sum + piece.length * (typeof piece === "string" ? 3 : 1), 0);
  const room = space && most <= space.length ? space : new Uint8Array(most);
  let end = 0;
  for (const piece of text) {
    if (typeof piece === "string") end += /** @type {number} */ (encoder.encodeInto(piece, room.subarray(end)).written);
    else {
      room.set(piece, end);
      end += piece.length;
    }
  }
  return room.subarray(0, end);
}

// One for all: memory that is touched for the first time is what costs.
const workspace = new Uint8Array(3 * LIMITS.dataURLBytes);
const escapeSpace = new Uint8Array(3 * workspace.length);

/**
 * Which kind of URL is cheaper for this module in this engine.
 * @param {ModuleText} text
 * @param {string} urls data-urls: auto, data or blob
 * @returns {"data" | "blob"}
 */
function urlScheme(text, urls) {
  if (urls === "data" || urls === "blob") return urls;
  const size = text.reduce((sum, piece) => sum + piece.length, 0);
  return chromiumVersion && size <= LIMITS.dataURLBytes ? "data" : "blob";
}
