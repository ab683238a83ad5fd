log("main's imports follow");
import { a } from "./a.mjs";
import { b } from "./b.mjs";
import "./sync-sibling.mjs";
import { value } from "./slow.mjs";
import { nested } from "./outer.mjs";
log("main", a(), b(), value, nested);
const late = await import("./late.mjs");
log("late", late.default);
for await (const step of steps()) log("step", step);
async function* steps() { yield 1; yield await Promise.resolve(2); }
await (import("./rejects.mjs").then(() => log("no"), (error) => log("rejects", error.message, error === globalThis.rejection)));
wait((async () => {
  const x = await import("./cycle-throws-a.mjs").catch((error) => error);
  const y = await import("./cycle-throws-b.mjs").catch((error) => error);
  log("one error for the cycle:", x === y, x.message);
})());
export {};
