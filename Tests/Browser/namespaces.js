// Run in a page after a whole tree has been loaded: describes what every module exports, so that two loads can be
// compared. Objects get numbers in the order they are met: equal numbers mean identity, also between modules.
"use strict";

/** @param {string[]} urls @param {number} depth how far into exported objects */
async function describeModules(urls, depth = 3) {
  const numbers = new Map();
  const hash = (text) => {
    let a = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    return `${text.length}:${(a >>> 0).toString(16)}`;
  };
  const properties = (value, left) => {
    const described = {};
    for (const key of Reflect.ownKeys(value)) {
      const { get, set, value: content, ...rest } = Object.getOwnPropertyDescriptor(value, key) ?? {};
      const flags = Object.keys(rest).filter((name) => rest[name]).join();
      described[String(key)] = get || set
        ? ["accessor", flags, get && hash(String(get)), set && hash(String(set))]
        : [flags, describe(content, left - 1)];
    }
    return described;
  };
  const isHost = (value) => value === window || value instanceof EventTarget || value instanceof CSSStyleDeclaration;
  const describe = (value, left) => {
    try {
      return describeSafe(value, left);
    } catch (error) {
      return ["throws", error.constructor.name]; // a proxy whose traps do not expect the question
    }
  };
  const describeSafe = (value, left) => {
    const isObject = typeof value === "object" && value !== null;
    if (!isObject && typeof value !== "function") return [typeof value, Object.is(value, -0) ? "-0" : String(value)];
    if (isHost(value)) return ["host", Object.prototype.toString.call(value)];
    const known = numbers.get(value);
    if (known !== undefined) return ["seen", known];
    numbers.set(value, numbers.size);
    const head = [typeof value, numbers.size - 1, Object.prototype.toString.call(value)];
    if (typeof value === "function") head.push(hash(Function.prototype.toString.call(value)));
    if (left <= 0 || ArrayBuffer.isView(value)) return [...head, value.length];
    const prototype = Object.getPrototypeOf(value);
    return [...head, prototype && describe(prototype, left - 1), properties(value, left)];
  };
  const modules = {};
  for (const url of urls) {
    const namespace = await import(url);
    const again = await import(url);
    modules[new URL(url, location.href).pathname] = {
      same: namespace === again,
      keys: Object.keys(namespace),
      exports: Object.keys(namespace).map((key) => describe(namespace[key], depth)),
    };
  }
  const fetched = performance.getEntriesByType("resource").map(({ name }) => new URL(name))
    .filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname);
  return { modules, fetched };
}
