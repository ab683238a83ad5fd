import "./cycle-throws-b.mjs";
log("cycle a");
await null;
throw new RangeError("cycle a");
