// The status badge: a dot, a count and, during long loads, a thin bar in a corner, in a shadow tree of its own.

const BADGE_STYLE = `
:host {
  all: initial !important; position: fixed !important; z-index: 2147483647 !important; pointer-events: none !important; contain: layout style !important;
  left: calc(10px + var(--pitlane-x, 1) * (100% - 20px)) !important; top: calc(10px + var(--pitlane-y, 1) * (100% - 20px)) !important;
  transform: translate(calc(var(--pitlane-x, 1) * -100%), calc(var(--pitlane-y, 1) * -100%)) !important
}
div { display: flex; align-items: center; font: 12px/1 system-ui, sans-serif; direction: ltr }
a, button { pointer-events: auto; color: #1c1e21; background: #fff; border: 1px solid #c4c8cf; border-radius: 11px; cursor: pointer }
a { display: flex; align-items: center; gap: 6px; height: 20px; min-width: 8px; padding: 0 6px; text-decoration: none; touch-action: none; user-select: none }
button { order: -1; width: 20px; height: 20px; padding: 0; font: inherit; opacity: 0; pointer-events: none }
div:hover button, div:focus-within button { opacity: 1; pointer-events: auto }
a:focus-visible, button:focus-visible { outline: 2px solid #0b57d0; outline-offset: 1px }
i { width: 8px; height: 8px; border-radius: 4px; background: var(--state) }
.green { --state: #2a9d5c } .orange { --state: #e08a00 } .red { --state: #d93025 }
s { width: 62px; height: 4px; border-radius: 2px; background: #8886; overflow: hidden }
s::before { content: ""; display: block; height: 100%; width: var(--done, 30%); background: #2a9d5c; border-radius: 2px }
s:not(.known)::before { animation: wait 1.2s ease-in-out infinite alternate }
@keyframes wait { to { transform: translateX(233%) } }
@media (prefers-color-scheme: dark) { a, button { color: #e6e7ea; background: #1b1d21; border-color: #4a4e57 } }
@media (prefers-reduced-motion: reduce) { s:not(.known)::before { animation: none; width: 100%; opacity: .5 } }
@media print { div { display: none } }
`;

/** Where the badge stands, in every tab, and whether it is hidden, in this one. */
const BADGE_KEY = "pitlane.badge";

/** @type {Object<string, number[]>} */
const ARROWS = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] };

/** @typedef {"green" | "orange" | "red"} BadgeColour */

class StatusBadge {
  #href;
  #built;
  #loads = 0;
  /** @type {any} */ #timer = 0;
  /** @type {number | null} */ #done = null;
  /** @type {HTMLElement | null} */ #host = null;
  /** @type {HTMLElement} */ #box = /** @type {any} */ (null);
  /** @type {HTMLElement | null} */ #bar = null;
  /** @type {BadgeColour | null} null: nothing is shown of the state yet */ #colour = null;
  #detail = "";
  #clients = 0;
  #modules = { websocket: 0, http: 0 };
  #problems = 0;
  /** @type {boolean | undefined} not known before it matters: the page may have to wait for its storage */ #hidden;

  /** @param {string} href of the dashboard @param {() => void} [built] called when it is first drawn */
  constructor(href, built = () => {}) {
    this.#href = href;
    this.#built = built;
    window.addEventListener("load", () => this.#draw(), { once: true });
  }

  /** @param {BadgeColour} connected @param {string} detail in words */
  state(connected, detail) {
    this.#colour = connected;
    this.#detail = detail;
    this.#draw();
  }

  /** @param {number} count of clients the server has */
  clients(count) {
    this.#clients = count;
    this.#draw();
  }

  /** @param {{websocket: number, http: number}} modules by the way they came */
  modules(modules) {
    this.#modules = modules;
    this.#draw();
  }

  /** @param {number} count of what the overlay lists */
  problem(count) {
    this.#problems = count;
    this.#draw();
  }

  /** A load begins: it is shown when it takes its time. */
  begin() {
    if (this.#loads++ === 0) this.#timer = setTimeout(() => this.#openBar(), LIMITS.badge);
  }

  end() {
    if (--this.#loads > 0) return;
    clearTimeout(this.#timer);
    this.#bar?.remove();
    this.#bar = this.#done = null;
    if (!this.#colour) this.close();
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

  close() {
    this.#host?.remove();
    this.#host = this.#bar = null;
  }

  #openBar() {
    this.#draw(() => {
      this.#bar = make("s", { role: "progressbar", "aria-label": "Loading modules" });
      this.#box.append(/** @type {HTMLElement} */ (this.#bar));
      this.show(this.#done);
    });
  }

  /** @param {() => void} [more] to be drawn even while the page loads */
  #draw(more) {
    if (!more && !(this.#colour && document.readyState === "complete")) return;
    if ((this.#hidden ??= stored("sessionStorage") === "hidden" || hasBadgedParent())) return;
    try {
      if (!this.#host) this.#build();
      if (!this.#host?.isConnected) document.documentElement.append(/** @type {HTMLElement} */ (this.#host));
      const { colour, text } = this.#words();
      this.#box.className = colour;
      const link = /** @type {HTMLElement} */ (this.#box.firstChild);
      link.title = text;
      link.setAttribute("aria-label", `Pitlane: ${text}. Opens the dashboard.`);
      link.replaceChildren(make("i"), ...(this.#clients > 0 ? [`${this.#clients}`] : []));
      more?.();
    } catch {} // the load matters, not its picture
  }

  /** @returns {{colour: BadgeColour, text: string}} */
  #words() {
    const { websocket, http } = this.#modules;
    // toLocaleString loads the engine's language data, which takes as long as the rest of the badge tenfold.
    const digits = (/** @type {number} */ n) => `${n}`.replace(/\B(?=(\d{3})+$)/g, ",");
    const count = (/** @type {number} */ n, /** @type {string} */ what) => `${digits(n)} ${what}${n === 1 ? "" : "s"}`;
    const parts = [this.#detail || "loading"];
    if (this.#problems) parts.unshift(count(this.#problems, "problem"));
    if (websocket) parts.push(`${count(websocket, "module")} over WebSocket`);
    if (http) parts.push(`${websocket ? count(http, "module") : "modules"} over HTTP`);
    if (this.#clients) parts.push(count(this.#clients, "client"));
    const colour = this.#problems ? "red" : this.#colour === "green" && http && !websocket ? "orange" : this.#colour ?? "green";
    return { colour, text: parts.join(", ") };
  }

  #build() {
    const { host, root } = shadowHost("pitlane-badge", BADGE_STYLE);
    const link = make("a", { href: this.#href, target: "_blank", rel: "noopener", draggable: false });
    const hide = make("button", { type: "button", "aria-label": "Hide Pitlane's badge in this tab", title: "Hide in this tab" }, "×");
    hide.onclick = () => {
      this.#hidden = true;
      store("sessionStorage", "hidden");
      this.close();
    };
    this.#box = make("div", { role: "group", "aria-label": "Pitlane" }, link, hide);
    root.append(this.#box);
    this.#host = host;
    const [x, y] = (stored("localStorage") ?? "").split(",").map(Number);
    if (x >= 0 && y >= 0) this.#move(x, y);
    this.#letMove(link);
    this.#built();
  }

  /**
   * The place is kept as a share of the room there is: whatever the window's size, the badge is in it.
   * @param {number} x 0...1 @param {number} y 0...1
   */
  #move(x, y) {
    const place = [x, y].map((share) => Math.min(Math.max(share, 0), 1));
    place.forEach((share, index) => this.#host?.style.setProperty(`--pitlane-${"xy"[index]}`, share.toFixed(4)));
    return place;
  }

  /**
   * With the pointer, or with the arrow keys.
   * @param {HTMLElement} link
   */
  #letMove(link) {
    /** @type {{x: number, y: number, left: number, top: number} | null} */ let from = null;
    let moved = false;
    const moveTo = (/** @type {number} */ left, /** @type {number} */ top) => {
      const { width, height } = this.#box.getBoundingClientRect();
      const { clientWidth } = document.documentElement;
      const place = this.#move((left - 10) / (clientWidth - 20 - width), (top - 10) / (innerHeight - 20 - height));
      store("localStorage", place.map((share) => share.toFixed(4)).join());
    };
    link.addEventListener("pointerdown", ({ button, clientX, clientY, pointerId }) => {
      const { left, top } = this.#box.getBoundingClientRect();
      moved = false;
      if (button !== 0) return;
      from = { x: clientX, y: clientY, left, top };
      link.setPointerCapture(pointerId);
    });
    link.addEventListener("pointermove", ({ clientX, clientY }) => {
      if (!from) return;
      const [dx, dy] = [clientX - from.x, clientY - from.y];
      if (moved ||= Math.hypot(dx, dy) > 4) moveTo(from.left + dx, from.top + dy);
    });
    link.addEventListener("lostpointercapture", () => (from = null));
    link.addEventListener("click", (event) => moved && event.preventDefault());
    link.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (!step) return void (moved = false);
      event.preventDefault();
      event.stopPropagation();
      const { left, top } = this.#box.getBoundingClientRect();
      moveTo(left + step[0], top + step[1]);
    });
  }
}

/** @param {"localStorage" | "sessionStorage"} storage @returns {string | null} */
function stored(storage) {
  try {
    return window[storage].getItem(BADGE_KEY);
  } catch {
    return null; // a page that may not store anything
  }
}

/** @param {"localStorage" | "sessionStorage"} storage @param {string} value */
function store(storage, value) {
  try {
    window[storage].setItem(BADGE_KEY, value);
  } catch {}
}

/** A frame of a page that has the badge needs none. */
function hasBadgedParent() {
  try {
    return parent !== window && "pitlane" in parent;
  } catch {
    return false; // of another origin
  }
}
