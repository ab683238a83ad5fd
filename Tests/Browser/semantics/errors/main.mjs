const attempt = async (name, load, file) => {
  const errors = [];
  for (let time = 0; time < 2; time++) await load().then(() => log(name, "loads"), (error) => errors.push(error));
  const [first, second] = errors;
  log(name, kind(first), "same error again:", first === second, naming(first, file));
  return first;
};
const place = (error) => error.stack.split("\n").map((line) => /https?:[^\s)]*?([^/]+\.mjs):(\d+)/.exec(line)?.slice(1).join(":")).filter(Boolean)[0];
wait((async () => {
  await attempt("syntax error", () => import("./syntax.mjs"));
  await attempt("imports a syntax error", () => import("./imports-syntax.mjs"));
  const link = await attempt("link error", () => import("./link.mjs"), "answer.mjs");
  log(link.message.includes("question"));
  await attempt("link error below", () => import("./imports-link.mjs"));
  const thrown = await attempt("throws", () => import("./throws.mjs"));
  log(thrown.message, place(thrown), globalThis.thrownOnce);
  const below = await attempt("imports what throws", () => import("./imports-throws.mjs"));
  log("the very error:", below === thrown);
  const other = await attempt("also imports it", () => import("./also-imports-throws.mjs"));
  log("the very error:", other === thrown);
  log(await attempt("throws no Error", () => import("./throws-null.mjs")));
  await attempt("missing", () => import("./missing.mjs"));
  await attempt("imports what is missing", () => import("./imports-missing.mjs"));
  await attempt("bare", () => import("bare-specifier"));
  await attempt("imports bare", () => import("./imports-bare.mjs"));
  await attempt("not a URL", () => import("http://[not-a-url"));
  await attempt("not JavaScript", () => import("./notes.txt"));
  const reference = await import("./throws-later.mjs");
  try { reference.fail(); } catch (error) { log(kind(error), place(error)); }
  try { reference.failInside(); } catch (error) { log(kind(error), place(error)); }
})());
