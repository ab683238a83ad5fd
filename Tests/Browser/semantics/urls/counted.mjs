globalThis.countedModules = (globalThis.countedModules ?? 0) + 1;
export const number = globalThis.countedModules;
export const url = import.meta.url;
// Without its fragment: natively that depends on which of its URLs the browser fetched.
log("counted", number, url.replace(/#.*/, ""));
