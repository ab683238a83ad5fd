import "./shared.mjs";
throw new Error("in the worker");
