import { step } from "./steps.mjs";
log("first", step());
await new Promise((resolve) => (globalThis.release = resolve));
log("first after its await", step());
