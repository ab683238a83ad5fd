#!/usr/bin/env node
// A small development server that is flaky on purpose: it delays module responses, cuts some of them short
// and breaks others in the middle of a chunked body, as dev servers behind proxies sometimes do.
// The page itself (HTML, page.css, images) is always sent whole. No dependencies; Node 18 or later.
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "./generated.mjs";

const help = `usage: node dev-server.mjs [options]
  --port N     port on 127.0.0.1, 0 picks a free one   (DEV_PORT, default 3000)
  --root DIR   folder to serve                         (DEV_ROOT, default app beside this file)
  --flaky R    share of module responses to break, 0–1 (DEV_FLAKY, default 0)
  --seed N     seed of the breakage                    (DEV_SEED, default 1)
  --slow MS    longest delay of a module response      (DEV_SLOW, default 0)
  --quiet      no line per broken response`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: process.env.DEV_PORT ?? "3000" },
    root: { type: "string", default: process.env.DEV_ROOT ?? fileURLToPath(new URL("app", import.meta.url)) },
    flaky: { type: "string", default: process.env.DEV_FLAKY ?? "0" },
    seed: { type: "string", default: process.env.DEV_SEED ?? "1" },
    slow: { type: "string", default: process.env.DEV_SLOW ?? "0" },
    quiet: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const options = {
  port: number("port", 0, 65535),
  flaky: number("flaky", 0, 1),
  seed: number("seed", 0, 2 ** 32 - 1),
  slow: number("slow", 0, 60_000),
};
const root = await realpath(values.root).catch(() => fail(`there is no folder ${values.root}; see --root`));

const moduleTypes = {
  ".mjs": "text/javascript; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".css": "text/css; charset=utf-8",
};
const pageTypes = {
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
};
const reliable = new Set(["/page.css"]);

const random = mulberry32(options.seed);
const counts = { requests: 0, modules: 0, cut: 0, broken: 0 };

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (!response.headersSent) send(response, 500, "text/plain; charset=utf-8", `${error.message}\n`);
    else response.destroy();
  });
});

async function answer(request, response) {
  counts.requests += 1;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return send(response, 405, "text/plain; charset=utf-8", "GET or HEAD only\n", { allow: "GET, HEAD" });
  }
  const path = decodedPath(request.url);
  if (path === "/dev-server/counts") return send(response, 200, "application/json", JSON.stringify(counts));
  const body = path === undefined ? undefined : await content(path);
  if (body === undefined) return send(response, 404, "text/plain; charset=utf-8", `no ${request.url}\n`);

  const extension = extname(path) || ".html";
  const isModule = extension in moduleTypes && !reliable.has(path);
  const type = moduleTypes[extension] ?? pageTypes[extension] ?? "application/octet-stream";
  const headers = {
    etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`,
    "cache-control": "no-cache",
  };
  // Drawn in order of arrival, so that a seed and an order of requests give one result.
  const draw = isModule
    ? { delay: random(), chunked: random() < 0.5, breaks: random() < options.flaky, at: random() }
    : undefined;
  if (draw && options.slow > 0) await delay(draw.delay * options.slow);
  if (request.headers["if-none-match"] === headers.etag) {
    return void response.writeHead(304, headers).end();
  }
  if (!draw || request.method === "HEAD") return send(response, 200, type, body, headers);

  counts.modules += 1;
  response.writeHead(200, {
    "content-type": type,
    ...headers,
    ...(draw.chunked ? { "transfer-encoding": "chunked" } : { "content-length": body.length }),
  });
  if (!draw.breaks) return void response.end(body);
  // The status and the headers promise a whole body; the connection ends before it.
  counts[draw.chunked ? "broken" : "cut"] += 1;
  const kept = Math.floor(draw.at * body.length);
  if (!values.quiet) {
    console.error(`${draw.chunked ? "broke chunked" : "cut"} ${path} after ${kept} of ${body.length} bytes`);
  }
  response.flushHeaders();
  response.write(body.subarray(0, kept), () => response.socket?.destroy());
}

/** The file's bytes or the generated module's; undefined when there is neither. */
async function content(path) {
  const generated = generate(path);
  if (generated !== undefined) return Buffer.from(generated);
  try {
    const file = await realpath(join(root, path.endsWith("/") ? `${path}index.html` : path));
    return file.startsWith(root + sep) ? await readFile(file) : undefined;
  } catch {
    return undefined;
  }
}

function decodedPath(url) {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
}

function send(response, status, type, body, headers = {}) {
  const bytes = Buffer.from(body);
  response.writeHead(status, { "content-type": type, "content-length": bytes.length, ...headers });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

/** A seeded generator of numbers in [0, 1). */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function number(name, low, high) {
  const value = Number(values[name]);
  if (values[name] === "" || !(value >= low && value <= high)) fail(`--${name} takes ${low} to ${high}`);
  return value;
}

function fail(message) {
  console.error(`dev-server: ${message}`);
  process.exit(64);
}

server.on("error", (error) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`dev-server: port ${options.port} is in use; choose another with --port`);
  process.exit(1);
});
server.listen(options.port, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
