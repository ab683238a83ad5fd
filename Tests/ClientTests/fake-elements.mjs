// As much of a document's elements as the badge and the overlay touch.

export class FakeElement extends EventTarget {
  attributes = new Map();
  children = [];
  classes = new Set();
  parent = null;
  style = { values: new Map(), setProperty: (name, value) => this.style.values.set(name, value) };
  classList = { toggle: (name, on) => (on ? this.classes.add(name) : this.classes.delete(name)) };
  constructor(tag = "") {
    super();
    this.localName = tag;
  }
  getAttribute = (name) => this.attributes.get(name) ?? null;
  setAttribute = (name, value) => this.attributes.set(name, `${value}`);
  removeAttribute = (name) => this.attributes.delete(name);
  append = (...children) => children.forEach((child) => (this.children.push(child), child instanceof FakeElement && (child.parent = this)));
  replaceChildren = (...children) => ((this.children = []), this.append(...children));
  remove = () => this.parent && (this.parent.children = this.parent.children.filter((one) => one !== this), (this.parent = null));
  attachShadow = ({ mode }) => Object.assign((this.shadow = new FakeElement("#root")), { mode });
  getBoundingClientRect = () => this.box ?? { left: 0, top: 0, width: 40, height: 20 };
  setPointerCapture() {}
  focus = () => (this.root.activeElement = this);
  showModal = () => (this.open = true);
  close = () => (this.open = false);
  get root() {
    return this.parent ? this.parent.root : this;
  }
  get isConnected() {
    return this.root.isDocument === true;
  }
  get firstChild() {
    return this.children[0] ?? null;
  }
  get all() {
    return this.children.flatMap((child) => (child instanceof FakeElement ? [child, ...child.all] : []));
  }
  get textContent() {
    return this.children.map((child) => child.textContent ?? `${child}`).join("");
  }
  querySelectorAll(tag) {
    return this.all.filter(({ localName }) => localName === tag);
  }
  /** @param {string} name */
  role = (name) => this.all.filter((element) => element.getAttribute("role") === name);
}

/** Lets a fake page have elements. @returns {FakeElement} its documentElement */
export function giveElements({ world, document }) {
  const root = Object.assign(new FakeElement("html"), { isDocument: true, clientWidth: 800 });
  document.documentElement = root;
  document.createElement = (tag) => new FakeElement(tag);
  world.CSSStyleSheet = class { replaceSync(text) { this.text = text; } };
  return root;
}
