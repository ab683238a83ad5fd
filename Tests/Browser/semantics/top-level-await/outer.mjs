import { inner } from "./inner.mjs";
export const nested = `outer of ${inner}`;
log("outer");
