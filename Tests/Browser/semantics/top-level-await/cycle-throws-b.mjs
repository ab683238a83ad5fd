import "./cycle-throws-a.mjs";
log("cycle b");
await null;
