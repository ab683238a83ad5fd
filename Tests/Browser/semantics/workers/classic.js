postMessage("classic");
import("./lazy.mjs").then(({ default: text }) => postMessage(text));
