const globalObject = globalThis;
const own = { __proto__: null, g: "not the global object" };
export { own_ as globalThis, own_ as self, own_ as pitlane, own_ as document, address as URL, own_ as Promise };
const own_ = own.g;
const address = { Real: globalObject.URL, toString: () => "an address" };
