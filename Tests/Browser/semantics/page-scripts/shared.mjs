globalThis.sharedNumber = (globalThis.sharedNumber ?? 0) + 1;
export const number = globalThis.sharedNumber;
const visitors = [];
export const visit = (name) => (visitors.push(name), visitors.join());
