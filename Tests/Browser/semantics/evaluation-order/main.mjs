import "./e.mjs";
log("main");
import { late } from "./f.mjs";
export * from "./g.mjs";
import "./a.mjs";
import "./e.mjs";
log("main ends", late);
wait((async () => {
  log("before the first import()");
  const first = import("./h.mjs");
  const second = import("./i.mjs");
  const third = import("./a.mjs");
  log("after the calls");
  const order = [];
  await Promise.all([first.then(() => order.push("h")), second.then(() => order.push("i")), third.then(() => order.push("a"))]);
  log(order.sort().join());
})());
