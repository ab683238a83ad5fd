// Announces saves: one fs.watch per folder, and on an event read, hash, compare, send. No debouncing, no waiting: the
// quickest form of what people write.
'use strict';
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync, watch } = require('node:fs');
const { createServer } = require('node:http');
const { join, relative } = require('node:path');
const { WebSocketServer } = require('ws');

const root = process.argv[2];
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const hashes = new Map();
let seq = 0;

const hashOf = bytes => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function changed(file) {
    let bytes;
    try { bytes = readFileSync(file); } catch { return; }
    const path = relative(root, file);
    const hash = hashOf(bytes);
    if (bytes.length === 0 || hashes.get(path) === hash) return;
    hashes.set(path, hash);
    const message = JSON.stringify(
        { type: 'module:updated', path, hash, kind: 'changed', seq: ++seq, timestamp: Date.now(), source: 'system' });
    for (const socket of sockets.clients) socket.send(message);
}

function watchFolder(folder) {
    watch(folder, (_, name) => { if (name && name.endsWith('.mjs')) changed(join(folder, name)); });
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) watchFolder(path);
        else hashes.set(relative(root, path), hashOf(readFileSync(path)));
    }
}

watchFolder(root);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
