import { fail } from "./fail.mjs";
window.addEventListener("error", ({ filename, lineno, message }) => {
  log("at", filename, lineno, message.includes("on purpose"));
});
const frames = (error) => error.stack.split("\n").map((line) => /(https?:[^\s)]*):(\d+):\d+/.exec(line)).filter(Boolean);
try { fail(); } catch (error) { for (const [, url, line] of frames(error)) log(url, line); }
setTimeout(() => fail());
wait(new Promise((resolve) => setTimeout(resolve, 5)).then(() => import("./throws.mjs")).catch((error) => {
  for (const [, url, line] of frames(error)) log(url, line);
}));
wait(new Promise((resolve) => setTimeout(resolve, 20)));
