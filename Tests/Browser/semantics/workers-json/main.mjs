const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
wait(new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve(log(data));
  worker.onerror = () => resolve(log("failed"));
}));
