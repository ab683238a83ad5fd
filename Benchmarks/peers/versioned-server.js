// Hot updates the usual way: a static dev server, one fs.watch with ws, and modules imported again under `?v=N`.
// Of a module that is asked for with `?v=N` the imports within its folder get the same `?v=N`, which makes the chain
// new. No debouncing; what is sent is told at once.
//
//   versioned-server.js ROOT FOLDER     FOLDER (below ROOT) is watched
'use strict';
const { createHash } = require('node:crypto');
const { readFileSync, readdirSync, watch } = require('node:fs');
const { readFile } = require('node:fs/promises');
const { createServer } = require('node:http');
const { extname, join } = require('node:path');
const { WebSocketServer } = require('ws');

const [, , root, folder] = process.argv;
const types = { '.mjs': 'text/javascript', '.html': 'text/html' };
const hashOf = bytes => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

const server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url, 'http://localhost');
    let body;
    try {
        body = await readFile(join(root, decodeURIComponent(pathname)));
    } catch {
        response.writeHead(404).end();
        return;
    }
    if (search) body = Buffer.from(body.toString('utf8').replace(/(from\s+['"]\.\/[^'"?]+)(['"])/g, `$1${search}$2`));
    const headers = { etag: `"${hashOf(body)}"`, 'cache-control': 'no-cache' };
    if (request.headers['if-none-match'] === headers.etag) {
        response.writeHead(304, headers).end();
        return;
    }
    const type = types[extname(pathname)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'content-type': `${type}; charset=utf-8`, 'content-length': body.length }).end(body);
});

const sockets = new WebSocketServer({ server, path: '/watch', perMessageDeflate: false });
const hashes = new Map(readdirSync(join(root, folder)).map(name => [name, hashOf(readFileSync(join(root, folder, name)))]));
let version = 0;
watch(join(root, folder), (_, name) => {
    let bytes;
    try { bytes = readFileSync(join(root, folder, name)); } catch { return; }
    // A file that is saved in place is empty for a moment, and told of twice.
    if (bytes.length === 0 || hashes.get(name) === hashOf(bytes)) return;
    hashes.set(name, hashOf(bytes));
    const message = JSON.stringify({ name, version: ++version });
    for (const socket of sockets.clients) socket.send(message);
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
