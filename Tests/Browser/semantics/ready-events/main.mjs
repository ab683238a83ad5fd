import "./before.mjs";
log("module", document.readyState);
document.addEventListener("readystatechange", () => log("readystatechange", document.readyState));
document.addEventListener("DOMContentLoaded", (event) => log("DOMContentLoaded", event.target === document, event.bubbles));
window.addEventListener("DOMContentLoaded", () => log("DOMContentLoaded at the window"));
wait(new Promise((resolve) => window.addEventListener("load", (event) => (log("load", event.target === document, event.bubbles), resolve()))));
log(document.querySelector("#last") !== null);
