// Links modules as the browser client does: {modules: [[entry, base64]], frames: [text]} in,
// {linked: {url: address}, own: {path: base64}} out, both as JSON. `own`: what the client has back of linked frames.
import { fakeWorld, run } from "../ClientTests/harness.mjs";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { modules, frames } = JSON.parse(input);
const { world, location } = fakeWorld();
const client = run(world, { start: false });
const linked = {};
for (const [entry, content] of modules) {
  const url = `${location.origin}/${entry.path}`;
  const module = { ...entry, bytes: new Uint8Array(Buffer.from(content, "base64")) };
  const targets = client.importTargets(url, module, null);
  const text = client.linkModule("js", module, url, (specifier, index) => targets[index] ?? specifier);
  const large = client.urlScheme(text, "auto") === "blob";
  linked[url] = [large, client.moduleURL(text, "js", "data")];
}
const own = {};
for (const frame of frames) {
  for (const { path, bytes } of client.unlinkedModules(client.decodeText(frame))) own[path] = Buffer.from(bytes).toString("base64");
}
process.stdout.write(JSON.stringify({ form: client.LINKED_FORM, limit: client.LIMITS.dataURLBytes, linked, own }));
