import { greeting } from "./greeting.mjs";
import { ready } from "./ready.mjs";

const show = (text) => (document.getElementById("greeting").textContent = text);

await ready;
show(greeting("the pit lane"));
document.getElementById("since").textContent = `The page has been running since ${new Date().toLocaleTimeString()}.`;

// Served without Pitlane, import.meta.hot is undefined.
import.meta.hot?.accept("./greeting.mjs", (changed) => changed && show(changed.greeting("the pit lane")));
