import { count, increment, later, Shape, makeShape, hoisted } from "./counter.mjs";
import * as counter from "./counter.mjs";
import { seen, readTooEarly } from "./peer.mjs";
log("evaluated main");
log(count, counter.count, later);
increment();
log(count, counter.count);
try { count = 9; } catch (error) { log("assign:", kind(error)); }
try { counter.count = 9; } catch (error) { log("assign to namespace:", kind(error)); }
log(makeShape() instanceof Shape, hoisted());
for (const line of seen) log("peer saw", line);
try { log(readTooEarly()); } catch (error) { log(kind(error)); }
setTimeout(() => {});
wait(new Promise((resolve) => setTimeout(resolve, 5)).then(() => log("later is", later, counter.later)));
