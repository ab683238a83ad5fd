// The status badge: a dot and a thin bar in the corner, in a shadow tree of its own.

const BADGE_STYLE = `
:host { all: initial; position: fixed; right: 10px; bottom: 10px; z-index: 2147483647; pointer-events: none; contain: strict; width: 76px; height: 8px }
div { position: absolute; inset: 2px 0 2px 14px; border-radius: 2px; background: #8886; overflow: hidden }
div::before { content: ""; display: block; height: 100%; width: var(--done, 30%); background: #2a9d5c; border-radius: 2px }
div:not(.known)::before { animation: wait 1.2s ease-in-out infinite alternate }
i { position: absolute; left: 0; width: 8px; height: 8px; border-radius: 4px; background: #2a9d5c }
@keyframes wait { to { transform: translateX(233%) } }
@media (prefers-reduced-motion: reduce) { div:not(.known)::before { animation: none; width: 100%; opacity: .5 } }
`;

class LoadBadge {
  #loads = 0;
  /** @type {any} */ #timer = 0;
  /** @type {HTMLElement | null} */ #host = null;
  /** @type {HTMLElement | null} */ #bar = null;
  /** @type {number | null} */ #done = null;

  /** A load begins: it is shown when it takes its time. */
  begin() {
    if (this.#loads++ === 0) this.#timer = setTimeout(() => this.#open(), LIMITS.badge);
  }

  end() {
    if (--this.#loads > 0) return;
    clearTimeout(this.#timer);
    this.#host?.remove();
    this.#host = this.#bar = this.#done = null;
  }

  /** @param {number | null} done 0...1; null when nobody knows */
  show(done) {
    this.#done = done === null ? null : Math.min(done, 1);
    const bar = this.#bar;
    if (!bar) return;
    bar.classList.toggle("known", this.#done !== null);
    if (this.#done === null) bar.removeAttribute("aria-valuenow");
    else {
      const percent = Math.round(this.#done * 100);
      bar.setAttribute("aria-valuenow", `${percent}`);
      bar.style.setProperty("--done", `${percent}%`);
    }
  }

  #open() {
    try {
      const host = document.createElement("div");
      const root = host.attachShadow({ mode: "closed" });
      // A sheet made here is let through by content policies that refuse <style>.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(BADGE_STYLE);
      root.adoptedStyleSheets = [sheet];
      const bar = document.createElement("div");
      bar.setAttribute("role", "progressbar");
      bar.setAttribute("aria-label", "Loading modules");
      root.append(document.createElement("i"), bar);
      document.documentElement.append(host);
      this.#host = host;
      this.#bar = bar;
      this.show(this.#done);
    } catch {} // the load matters, not its picture
  }
}
