import { greeting } from "./greeting.mjs";
import { ready } from "./ready.mjs";

await ready;
document.getElementById("greeting").textContent = greeting("the pit lane");
