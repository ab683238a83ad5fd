import { a } from "./a.mjs";
import "./c.mjs";
log("b starts");
export let bState = "b before";
try { log(a()); } catch (error) { log("b cannot call a:", kind(error)); }
await new Promise((resolve) => setTimeout(resolve, 5));
bState = "b after";
export const b = () => bState;
log("b ends");
