// URLs, and the paths by which packs name modules (docs/protocol.md, "Paths and hashes").

/** Read once: the browser makes the text anew at each access, and there are thousands. */
const SITE = `${location.origin}/`;

/**
 * The path that packs have for a URL's module: two spellings of a URL can have the same one.
 * @param {string} url absolute, as `URL.href` writes it
 * @returns {string | null} null: not this site's to load
 */
function requestPath(url) {
  if (!url.startsWith(SITE)) return null;
  const path = url.slice(SITE.length);
  // Nearly all are plain, and there are thousands of them.
  if (!/[%?#]|\/\/|^\//.test(path)) return path;
  const [, file, query] = /** @type {RegExpExecArray} */ (/^([^?#]*)(\?[^#]*)?/.exec(path));
  try {
    const decoded = decodeURIComponent(file);
    const segments = decoded.split("/").filter(Boolean);
    // Encoded, these are not what the URL parser takes them for.
    if (/[\0-\x1f\x7f\\#?]/.test(decoded) || segments.some((segment) => /^\.\.?$/.test(segment))) return null;
    const folder = segments.length && decoded.endsWith("/") ? "/" : "";
    return segments.join("/").replaceAll("%", "%25") + folder + (query ?? "");
  } catch {
    return null; // not UTF-8
  }
}

/**
 * Resolves specifiers of one module. `new URL` for each of thousands of imports takes its time, so the usual
 * form, relative and without special characters, is put together here.
 */
class BaseURL {
  #folder;

  /** @param {string} url absolute, as `URL.href` writes it */
  constructor(url) {
    const path = url.startsWith(SITE) ? url.split(/[?#]/, 1)[0] : "";
    this.url = url;
    this.#folder = path.slice(0, path.lastIndexOf("/") + 1);
  }

  /**
   * @param {string} specifier
   * @returns {string | null} null for a bare one
   */
  resolve(specifier) {
    const match = this.#folder && /^(?:\.\/|((?:\.\.\/)+))((?:[\w-][\w.-]*\/)*[\w-][\w.-]*)$/.exec(specifier);
    if (!match) return asURL(specifier, this.url);
    let end = this.#folder.length;
    for (let up = (match[1]?.length ?? 0) / 3; up > 0 && end > SITE.length; up--) {
      end = this.#folder.lastIndexOf("/", end - 2) + 1;
    }
    return this.#folder.slice(0, end) + match[2];
  }
}
