globalThis.rejection = new Error("rejected on purpose");
await Promise.reject(globalThis.rejection);
