// From module bytes to text that runs under a data: or blob: URL as it would under its own.

/** @typedef {"js" | "css" | "json" | "text"} ModuleKind */

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
 * @typedef {{at: number, to: number, text: string}} Edit
 * @typedef {(specifier: string, index: number) => string} Write what stands for the specifier of that import record
 */

/**
 * What to change in a JavaScript module so that it no longer depends on its own address.
 * @param {PackModule} module
 * @param {string} url the module's own URL
 * @param {Write} write
 * @returns {{edits: Edit[], prologue: string}}
 */
function planEdits({ imports, bytes }, url, write) {
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
      if (target !== specifier) edits.push({ at: start, to: end, text: JSON.stringify(target) });
    }
  }
  // A literal is there even when a function is called before its module has run; but nothing can be assigned to it.
  const literal = metas.every((meta) => keepsURL(bytes, meta));
  for (const { property, start, end } of literal ? metas : []) {
    if (property === "url") edits.push({ at: start, to: end, text: base });
  }
  const patched = !literal || metas.some(({ property }) => property !== "url");
  const prologue = patched ? `${RUNTIME}.meta(import.meta,${base});` : "";
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
 * Applies edits given in byte offsets. The text around them is decoded as the browser would.
 * @param {Uint8Array} bytes
 * @param {Edit[]} edits sorted, not overlapping
 * @returns {{text: string, ascii: boolean}}
 */
function applyEdits(bytes, edits) {
  const whole = decoder.decode(bytes);
  // As many characters as bytes: each offset is the same in both.
  const ascii = whole.length === bytes.length;
  let text = "";
  let from = 0;
  const piece = (/** @type {number} */ to) => {
    if (ascii) return whole.slice(from, to);
    return (from === 0 ? decoder : innerDecoder).decode(bytes.subarray(from, to));
  };
  if (!edits.length) return { text: whole, ascii };
  for (const { at, to, text: replacement } of edits) {
    text += piece(at) + replacement;
    from = to;
  }
  return { text: text + piece(bytes.length), ascii };
}

const decoder = new TextDecoder();
const innerDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A relative `sourceMappingURL` in the last lines made absolute.
 * @param {string} text
 * @param {string} url
 */
function absoluteSourceMap(text, url) {
  const at = text.lastIndexOf("sourceMappingURL=");
  if (at < 4 || !/^\/\/[#@] $/.test(text.slice(at - 4, at)) || text.startsWith("data:", at + 17)) return text;
  const from = at + 17;
  const [value, ...rest] = text.slice(from).split(/\r?\n/);
  const name = value.trimEnd();
  const comments = rest.every((line) => /^\s*(\/\/[^`]*)?$/.test(line));
  if (!comments || !name || /[\s'"`]/.test(name)) return text;
  try {
    return text.slice(0, from) + new URL(name, url).href + text.slice(from + name.length);
  } catch {
    return text;
  }
}

/**
 * The text of a module as it runs under another URL; lines keep their numbers.
 * @param {ModuleKind} kind
 * @param {PackModule} module
 * @param {string} url its own URL
 * @param {Write} write
 * @returns {{text: string, ascii: boolean}}
 */
function linkModule(kind, module, url, write) {
  if (kind !== "js") return applyEdits(module.bytes, []);
  const { edits, prologue } = planEdits(module, url, write);
  const { text, ascii } = applyEdits(module.bytes, edits);
  const body = text.startsWith("#!") ? `//${text}` : text;
  const name = url.replace(/['"]/g, encodeURIComponent).replaceAll("'", "%27");
  return { text: `${prologue}${absoluteSourceMap(body, url)}\n//# sourceURL=${name}`, ascii };
}

/**
 * As what a module may run under another URL than its own.
 * @param {PackModule} module
 * @param {Set<string>} types the attribute types it is imported with, "" for none
 * @returns {ModuleKind | null} null: it comes over HTTP
 */
function linkableKind(module, types) {
  const kind = moduleKind(module.contentType);
  const only = (/** @type {string} */ type) => [...types].every((one) => one === type);
  // What is no other kind of module can be imported as text alone.
  if (kind === null) return only("text") && /^text\//i.test(module.contentType) ? "text" : null;
  if (!only(kind === "js" ? "" : kind)) return null;
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
 * @param {string} text
 * @param {ModuleKind} kind
 * @param {"data" | "blob"} scheme
 */
function moduleURL(text, kind, scheme) {
  const type = CONTENT_TYPES[kind];
  if (scheme === "blob") return URL.createObjectURL(new Blob([text], { type }));
  // Chromium keeps account of every prefix of an importer's URL that ends in a slash, for every import: without that
  // escape, large modules took it seconds.
  if (hasBase64) return `data:${type};base64,${base64(text).replaceAll("/", "%2F")}`;
  // The URL parser drops line breaks and ends at "#".
  return `data:${type},${text.replace(/[%#/\t\n\r]/g, (c) => DATA_ESCAPES[c])}`;
}

/** Chromium from 140 on. Linking takes a third of the time that escapes take, and the text may be any. */
const hasBase64 = "toBase64" in Uint8Array.prototype;

/** @param {string} text @returns {string} of its UTF-8 bytes */
function base64(text) {
  const most = 3 * text.length;
  const room = most <= workspace.length ? workspace : new Uint8Array(most);
  const { written } = encoder.encodeInto(text, room);
  return /** @type {any} */ (room.subarray(0, written)).toBase64();
}

const encoder = new TextEncoder();
// One for all: memory that is touched for the first time is what costs.
const workspace = new Uint8Array(3 * LIMITS.dataURLBytes);

/** @type {Object<string, string>} */
const DATA_ESCAPES = { "%": "%25", "#": "%23", "/": "%2F", "\t": "%09", "\n": "%0A", "\r": "%0D" };

/**
 * Which kind of URL is cheaper for this module in this engine.
 * @param {string} text
 * @param {boolean} ascii
 * @param {string} urls data-urls: auto, data or blob
 * @returns {"data" | "blob"}
 */
function urlScheme(text, ascii, urls) {
  if (urls === "data" || urls === "blob") return urls;
  return chromiumVersion && (ascii || hasBase64) && text.length <= LIMITS.dataURLBytes ? "data" : "blob";
}
