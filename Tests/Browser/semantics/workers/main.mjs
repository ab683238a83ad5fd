import { shared } from "./shared.mjs";
log("page", shared.from);
const listen = (name, worker, messages) => new Promise((resolve, reject) => {
  const port = worker.port ?? worker;
  let left = messages;
  port.onmessage = ({ data }) => { log(name, data); if (--left === 0) resolve(); };
  worker.onerror = (event) => (event.preventDefault?.(), log(name, "failed"), resolve());
}).then(() => worker.terminate?.());
wait((async () => {
  await listen("worker", new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" }), 5);
  await listen("again", new Worker(new URL("./worker.mjs?again", import.meta.url), { type: "module", name: "again" }), 5);
  await listen("by string", new Worker("/workers/worker.mjs", { type: "module" }), 5);
  await listen("classic", new Worker(new URL("classic.js", import.meta.url)), 2);
  await listen("shared", new SharedWorker(new URL("./shared-worker.mjs", import.meta.url), { type: "module" }), 2);
  await listen("missing", new Worker(new URL("./missing.mjs", import.meta.url), { type: "module" }), 1);
  await listen("throws", new Worker(new URL("./throws.mjs", import.meta.url), { type: "module" }), 1);
})());
