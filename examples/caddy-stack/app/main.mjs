import { ran } from "./ran.mjs";
import { start } from "./ui/app.mjs";

ran(import.meta.url);

// This module may come before the rest of the document: nothing says that it is deferred.
if (document.readyState === "loading") {
  await new Promise((parsed) => document.addEventListener("DOMContentLoaded", parsed, { once: true }));
}
start(document.getElementById("app"));
document.documentElement.dataset.ready = "yes";
