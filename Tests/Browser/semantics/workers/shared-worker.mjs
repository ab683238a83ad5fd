import { shared } from "./shared.mjs";
onconnect = ({ ports: [port] }) => {
  port.postMessage(`${shared.from} ${import.meta.url}`);
  import("./lazy.mjs").then(({ default: text }) => port.postMessage(text));
};
