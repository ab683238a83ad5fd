// The error overlay: a modal dialog in a shadow tree of its own.

/** @typedef {(file: string, line?: number, column?: number) => Promise<string | null>} Editor gives what to tell the user */

const KINDS = Object.freeze({
  syntax: "Syntax error", link: "Link error", runtime: "Runtime error", upstream: "Dev server error", missing: "Module not found",
});

const OVERLAY_STYLE = `
:host { all: initial !important }
dialog {
  --back: #fff; --text: #1c1e21; --dim: #5c6370; --line: #d8dbe0; --mark: #fdecea; --error: #b3261e; --link: #0b57d0;
  box-sizing: border-box; width: min(1000px, calc(100vw - 32px)); max-height: calc(100vh - 64px); margin: 32px auto auto; padding: 0;
  overflow: auto; overscroll-behavior: contain; border: 1px solid var(--line); border-top: 4px solid var(--error); border-radius: 8px;
  background: var(--back); color: var(--text); font: 14px/1.5 system-ui, sans-serif; direction: ltr; text-align: left;
  box-shadow: 0 12px 48px #0006; color-scheme: light
}
@media (prefers-color-scheme: dark) {
  dialog {
    --back: #1b1d21; --text: #e6e7ea; --dim: #a0a6b1; --line: #3a3e46; --mark: #45211f; --error: #ff8a80; --link: #8ab4f8;
    color-scheme: dark
  }
}
dialog::backdrop { background: #0008 }
main { padding: 16px 20px }
header { display: flex; gap: 16px; align-items: start; justify-content: space-between }
h1 { margin: 0; font-size: 18px; color: var(--error) }
h2 { margin: 0; font-size: 14px; color: var(--error) }
section + section { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line) }
p { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
.dim { color: var(--dim) }
button { font: inherit; color: var(--link); background: none; border: 0; padding: 0; cursor: pointer; text-align: left; overflow-wrap: anywhere }
button:hover { text-decoration: underline }
button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px }
button.close { color: var(--text); font-size: 20px; line-height: 1; padding: 4px 8px }
pre, .place { font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace }
pre { margin: 8px 0; padding: 8px 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; tab-size: 2 }
pre > div { width: max-content; min-width: 100%; box-sizing: border-box; padding: 0 12px }
pre i { display: inline-block; min-width: 4ch; margin-right: 2ch; text-align: right; font-style: normal; color: var(--dim); user-select: none }
pre .hit { background: var(--mark) }
pre .caret { color: var(--error); user-select: none }
pre s { visibility: hidden; text-decoration: none }
pre.stack { padding: 8px 12px; white-space: pre-wrap; color: var(--dim) }
@media print { dialog { display: none } }
`;

/**
 * @param {string} tag
 * @param {Object<string, any>} [properties] `class`, `role`, `aria-…` and other names with a dash are attributes
 * @param {(Node | string)[]} children
 * @returns {any}
 */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (/-|^class$|^role$/.test(name)) element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children);
  return element;
}

/**
 * An element of the client's own. A constructed sheet is let through by content policies that refuse `<style>`.
 * @param {string} name
 * @param {string} style
 * @returns {{host: HTMLElement, root: ShadowRoot}} not in the document yet
 */
function shadowHost(name, style) {
  const host = document.createElement(name);
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  return { host, root };
}

/** @param {string} file @param {number} [line] @param {number} [column] */
const placeText = (file, line, column) => [`/${file}`, line, line && column].filter(Boolean).join(":");

class ErrorOverlay {
  #options;
  /** @type {Map<string, Problem>} by path; what has none, by its message */ #problems = new Map();
  /** @type {{host: HTMLElement, root: ShadowRoot, dialog: HTMLDialogElement, status: HTMLElement} | null} */ #view = null;

  /** @param {{enabled: boolean, editor: Editor, changed?: (problems: number) => void}} options */
  constructor(options) {
    this.#options = options;
  }

  /** @param {Problem} problem replaces the one of the same path */
  show(problem) {
    const key = problem.path ?? problem.message;
    this.#problems.delete(key); // the newest is the first to be seen
    this.#problems.set(key, problem);
    this.#changed(true);
  }

  /** @param {string} [path] whose problem is over; without it, all are */
  clear(path) {
    if (path === undefined ? !this.#problems.size : !this.#problems.has(path)) return;
    if (path === undefined) this.#problems.clear();
    else this.#problems.delete(path);
    this.#changed(false);
  }

  /** @param {boolean} open even if the user has closed it before */
  #changed(open) {
    this.#options.changed?.(this.#problems.size);
    if (!this.#options.enabled) return;
    try {
      if (!this.#problems.size) this.#close();
      else if (open || this.#view) this.#render();
    } catch (error) {
      note(`The error overlay cannot be shown: ${message(error)}.`);
    }
  }

  #render() {
    const view = (this.#view ??= this.#build());
    if (!view.host.isConnected) document.documentElement.append(view.host);
    const problems = [...this.#problems.values()].reverse();
    const title = problems.length > 1 ? `${problems.length} problems` : KINDS[problems[0].kind];
    const close = make("button", { class: "close", "aria-label": "Close", title: "Close (Escape)", onclick: () => this.#close() }, "×");
    view.status.replaceChildren();
    view.dialog.replaceChildren(make("main", {},
      make("header", {}, make("h1", { id: "title" }, title), close),
      make("div", { id: "problems" }, ...problems.map((problem) => this.#section(problem, problems.length > 1))),
      view.status,
      make("p", { class: "dim" }, "Saving a corrected file clears this; Escape hides it.")));
    if (!view.dialog.open) view.dialog.showModal();
    close.focus();
  }

  /** @returns {{host: HTMLElement, root: ShadowRoot, dialog: HTMLDialogElement, status: HTMLElement}} */
  #build() {
    const { host, root } = shadowHost("pitlane-overlay", OVERLAY_STYLE);
    const dialog = make("dialog", { role: "alertdialog", "aria-labelledby": "title", "aria-describedby": "problems" });
    dialog.addEventListener("close", () => this.#view?.dialog === dialog && this.#close());
    dialog.addEventListener("click", (/** @type {Event} */ { target }) => target === dialog && this.#close()); // beside it
    dialog.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation(); // the page's own shortcuts are not meant
      if (event.key === "Escape") this.#close();
      if (event.key === "Tab") this.#turn(event);
    });
    root.append(dialog);
    return { host, root, dialog, status: make("p", { role: "status" }) };
  }

  /**
   * From the last control to the first, and back: the browser's own controls are not in between.
   * @param {KeyboardEvent} event
   */
  #turn(event) {
    const { root, dialog } = /** @type {{root: ShadowRoot, dialog: HTMLDialogElement}} */ (this.#view);
    const buttons = [...dialog.querySelectorAll("button")];
    const ends = [buttons[0], buttons[buttons.length - 1]];
    if (event.shiftKey) ends.reverse();
    if (root.activeElement !== ends[1]) return;
    event.preventDefault();
    ends[0].focus();
  }

  #close() {
    const view = this.#view;
    if (!view) return;
    this.#view = null;
    view.dialog.close(); // gives the focus back
    view.host.remove();
  }

  /** @param {Problem} problem @param {boolean} titled */
  #section({ kind, message, path, line, column, source, stack, importers }, titled) {
    const section = make("section");
    if (titled) section.append(make("h2", {}, KINDS[kind]));
    section.append(make("p", {}, message));
    if (path) section.append(make("p", {}, this.#link(path, line, column)));
    const frame = source !== undefined && line ? codeFrame(source, line, column) : [];
    if (frame.length) section.append(this.#frame(frame, /** @type {number} */ (line)));
    if (importers?.length) {
      const links = importers.flatMap((importer, index) => [index ? ", " : "", this.#link(importer)]);
      section.append(make("p", { class: "dim" }, "Imported by ", ...links));
    }
    // Chromium's begins with what has been said already.
    const lines = stack ? this.#stack(stack.startsWith(message) ? stack.slice(message.length) : stack) : [];
    if (lines.length) section.append(make("pre", { class: "stack", "aria-label": "Stack" }, ...lines));
    return section;
  }

  /** @param {string} file @param {number} [line] @param {number} [column] */
  #link(file, line, column) {
    const open = async () => {
      const text = await this.#options.editor(file, line, column);
      if (text) this.#view?.status.replaceChildren(text);
    };
    return make("button", { class: "place", type: "button", title: "Open in the editor", onclick: open }, placeText(file, line, column));
  }

  /** @param {FrameLine[]} frame @param {number} line */
  #frame(frame, line) {
    return make("pre", { role: "group", "aria-label": `Lines around line ${line}` }, ...frame.flatMap(({ number, text, at }) => {
      const shown = make("div", number === line ? { class: "hit" } : {}, make("i", {}, `${number}`), `${text}\n`);
      if (at === null) return [shown];
      // The text before the caret stands there once more, unseen: as wide, whatever its characters are.
      const caret = make("div", { class: "hit caret", "aria-hidden": "true" }, make("i"), make("s", {}, text.slice(0, at)), "^");
      return [shown, caret];
    }));
  }

  /** @param {string} stack @returns {(Node | string)[]} files of this site as links; without the client's own lines */
  #stack(stack) {
    const lines = stack.split("\n").filter((line) => line.trim() && !line.includes("/@pitlane/"));
    return lines.flatMap((line) => {
      const match = /^(.*?)(https?:\/\/[^\s()]+?):(\d+):(\d+)(.*)$/.exec(line);
      if (!match?.[2].startsWith(SITE)) return [`${line}\n`];
      const file = filePath(match[2].slice(SITE.length));
      return [match[1], this.#link(file, Number(match[3]), Number(match[4])), `${match[5]}\n`];
    });
  }
}

/**
 * Asks the server to open its editor.
 * @param {string} server the WebSocket's address
 * @returns {Editor}
 */
function editorOf(server) {
  return async (path, line, column) => {
    try {
      const response = await fetch(serverPage(server, "api/open"), {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ path, line, column }),
      });
      if (response.ok) return null;
      const text = await response.text();
      try {
        return JSON.parse(text).message || text;
      } catch {
        return text || `The server answered ${response.status}.`;
      }
    } catch (error) {
      return `The editor could not be asked for: ${message(error)}.`;
    }
  };
}

/** @param {string} server the WebSocket's address @param {string} name below /@pitlane/ */
function serverPage(server, name) {
  return new URL(`/@pitlane/${name}`, server.replace(/^ws/, "http")).href;
}
