import "./a.mjs";
log("c starts");
await null;
log("c ends");
