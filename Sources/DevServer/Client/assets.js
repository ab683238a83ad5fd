// Images, fonts and other files that the page shows: swapped where they stand.

/** Elements that show files, and the attributes that name them. */
const SHOWING = "img,source,track,video,audio,input[type=image],object,image,use,feImage,link[rel~=icon i],link[rel=apple-touch-icon i],[style*='url(']";
const NAMING = ["src", "srcset", "poster", "href", "xlink:href", "data"];

/**
 * @typedef {{
 *   text: string, change: (text: string, change: (url: string) => string) => string, bases: () => string[],
 *   write: (text: string) => any, kind: "image" | "font" | "media",
 * }} Spot a text with URLs of shown files, how to change them, and how to show what has become of it
 */

/**
 * Rewrites the URLs of `srcset`.
 * @param {string} text
 * @param {(url: string) => string} change
 */
function changeSourceSet(text, change) {
  return text.replace(/([^\s,](?:\S*[^\s,])?)(\s+[^,]*)?/g, (_, url, descriptor = "") => change(url) + descriptor);
}

class AssetUpdater {
  #options;
  /** @type {Map<string, string>} by path: the newest version told of */ #shown = new Map();

  /** @param {{note: (text: string) => void, sheets: () => string[]}} options `sheets`: URLs of CSS module scripts */
  constructor(options) {
    this.#options = options;
  }

  /** @param {string} path */
  handles(path) {
    return this.files().includes(path);
  }

  /** @returns {string[]} paths of this site's files that the page shows */
  files() {
    const files = new Set();
    for (const { text, change, bases } of this.#spots()) {
      change(text, (url) => {
        for (const base of bases()) files.add(siteFile(url, base));
        return url;
      });
    }
    files.delete(null);
    return [...files];
  }

  /**
   * Shows the file's new bytes wherever the page shows the old ones.
   * @param {string} path
   * @param {string | null} hash null: the file is gone, and what is shown stays
   * @returns {Promise<boolean>} false when it could not be had
   */
  async update(path, hash) {
    if (hash === null || this.#shown.get(path) === hash) return hash !== null;
    this.#shown.set(path, hash);
    /** @type {Map<string, Spot["kind"]>} */ const urls = new Map();
    const changed = () => [...this.#spots()].flatMap((spot) => {
      const text = spot.change(spot.text, (url) => {
        const base = spot.bases().find((base) => siteFile(url, base) === path);
        if (base === undefined) return url;
        // What a rule has written absolute needs no base: some sheets do not tell theirs.
        const fresh = versionedURL(spot.change === changeURLs ? new URL(url, base).href : url, hash);
        urls.set(new URL(fresh, base).href, spot.kind);
        return fresh;
      });
      return text === spot.text ? [] : [() => spot.write(text)];
    });
    changed();
    const loaded = await Promise.all([...urls].map(([url, kind]) => loadAhead(url, kind)));
    if (this.#shown.get(path) !== hash) return true; // a newer one is on its way
    if (loaded.includes(null)) {
      this.#shown.delete(path);
      this.#options.note(`/${path} could not be loaded; the page keeps what it shows.`);
      return false;
    }
    await Promise.all(changed().map((write) => write()));
    return true;
  }

  /** @returns {Generator<Spot>} */
  *#spots() {
    const ofDocument = () => [document.baseURI];
    for (const root of openRoots()) {
      for (const element of /** @type {any} */ (root.querySelectorAll(SHOWING))) {
        for (const name of NAMING) {
          const text = element.getAttribute(name);
          const media = name === "src" && element.closest("video,audio");
          const write = (/** @type {string} */ value) => {
            if (media && element.localName !== "track") reloadMedia(media, () => element.setAttribute(name, value));
            else element.setAttribute(name, value);
          };
          const change = name === "srcset" ? changeSourceSet : (/** @type {string} */ url, /** @type {(url: string) => string} */ to) => to(url);
          if (text) yield { text, change, bases: ofDocument, write, kind: media ? "media" : "image" };
        }
        const text = element.style?.cssText;
        if (text?.includes("url(")) {
          const write = (/** @type {string} */ value) => (element.style.cssText = value);
          yield { text, change: changeURLs, bases: ofDocument, write, kind: "image" };
        }
      }
    }
    for (const rule of shownRules()) {
      const text = rule.style?.cssText;
      if (!text?.includes("url(")) continue;
      const { href, ownerNode } = rule.parentStyleSheet;
      const bases = () => (href || ownerNode ? [ruleBase(rule)] : [document.baseURI, ...this.#options.sheets()]);
      const isFont = rule instanceof CSSFontFaceRule;
      const write = (/** @type {string} */ value) => (isFont ? replaceFont(rule, value) : (rule.style.cssText = value));
      yield { text, change: changeURLs, bases, write, kind: isFont ? "font" : "image" };
    }
  }
}

/**
 * Fetches a file before anything shows it, and anew under its own URL for whatever asks for it later.
 * @param {string} url
 * @param {Spot["kind"]} kind
 * @returns {Promise<any>} null when it cannot be had; an image is in memory as long as this is
 */
async function loadAhead(url, kind) {
  if (kind === "media") return true; // large, and played from its beginning on
  const known = await fetch(unversioned(url), { cache: "reload" }).then(({ ok }) => ok, () => true);
  if (!known) return null;
  if (kind === "font") return true; // see replaceFont
  const image = new Image();
  image.src = url;
  await image.decode().catch(() => {}); // a sprite, a filter…
  return image;
}

/**
 * A loaded media element goes on where it was.
 * @param {HTMLMediaElement} media
 * @param {() => void} change
 */
function reloadMedia(media, change) {
  const { currentTime, paused, playbackRate } = media;
  change();
  media.load();
  media.addEventListener("loadedmetadata", () => {
    media.currentTime = currentTime;
    media.playbackRate = playbackRate;
    if (!paused) media.play().catch(() => {});
  }, { once: true });
}

/**
 * The old font is used until the new one is there.
 * @param {CSSFontFaceRule} rule
 * @param {string} text its new declarations
 */
async function replaceFont(rule, text) {
  const owner = /** @type {CSSStyleSheet} */ (rule.parentRule ?? rule.parentStyleSheet);
  const place = () => [...owner.cssRules].indexOf(rule);
  const known = new Set(document.fonts);
  // Of two the later one counts.
  owner.insertRule(`@font-face{${text}}`, place());
  const fresh = [...document.fonts].filter((font) => !known.has(font));
  await Promise.all(fresh.map((font) => font.load().catch(() => {})));
  if (place() >= 0) owner.deleteRule(place());
}
