// IndexedDB in memory, as much of it as the client uses, with ways to go wrong.

export function fakeIndexedDB({ fault = "" } = {}) {
  const stores = new Map();
  const later = (action) => queueMicrotask(action);
  const factory = { stores, fault, database: null, reads: [] };
  const request = (value) => {
    const made = { result: undefined, error: null };
    later(() => {
      made.result = typeof value === "function" ? value() : value;
      made.onsuccess?.({});
    });
    return made;
  };
  const transaction = () => {
    const made = { error: null };
    const store = (name) => ({
      get: (key) => {
        factory.reads.push(name);
        return request(() => structuredClone(stores.get(name).get(key)));
      },
      getAll: () => request(() => structuredClone([...stores.get(name).values()])),
      put: (value) => {
        if (factory.fault === "quota" && name === "graphs") made.error = Object.assign(new Error("full"), { name: "QuotaExceededError" });
        else stores.get(name).set(value.key, structuredClone(value));
        return request(null);
      },
      delete: (key) => request(() => void stores.get(name).delete(key)),
      clear: () => request(() => void stores.get(name).clear()),
    });
    made.objectStore = store;
    setImmediate(() => (made.error ? made.onabort?.({}) : made.oncomplete?.({})));
    return made;
  };
  let version = 0;
  factory.open = (_, wanted) => {
    if (factory.fault === "throws") throw new Error("SecurityError");
    const opening = { result: undefined };
    if (factory.fault === "hangs") return opening;
    later(() => {
      if (factory.fault === "error") return opening.onerror?.({ preventDefault() {} });
      if (factory.fault === "blocked") return opening.onblocked?.({});
      opening.result = factory.database = {
        closed: false,
        objectStoreNames: stores.keys(),
        deleteObjectStore: (name) => stores.delete(name),
        createObjectStore: (name) => stores.set(name, new Map()),
        transaction: () => {
          if (factory.database.closed) throw new Error("InvalidStateError");
          return transaction();
        },
        close: () => (factory.database.closed = true),
      };
      if (version < wanted) opening.onupgradeneeded?.({});
      version = wanted;
      opening.onsuccess?.({});
    });
    return opening;
  };
  return factory;
}
