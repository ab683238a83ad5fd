import { step } from "./steps.mjs";
log("first", step());
await new Promise((resolve) => setTimeout(resolve, 5));
log("first after its await", step());
