export function then(resolve) { resolve("what then resolves to"); }
