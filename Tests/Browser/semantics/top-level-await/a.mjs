import { b, bState } from "./b.mjs";
log("a starts");
let state = "a before";
export const a = () => `${state}/${bState}`;
await Promise.resolve();
state = "a after";
log("a ends", b());
// Which of the two branches is done first must not depend on the machine.
globalThis.releaseSlow();
