import { ran } from "../ran.mjs";

ran(import.meta.url);

/** An element with attributes and children; names with a colon are taken as SVG: "svg:path". */
export function element(name, attributes = {}, ...children) {
  const node = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
