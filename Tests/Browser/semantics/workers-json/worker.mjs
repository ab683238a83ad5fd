import data from "./data.json" with { type: "json" };
const file = "data";
const { default: again } = await import(`./${file}.json`, { with: { type: "json" } });
postMessage(`${data.text} ${again === data}`);
