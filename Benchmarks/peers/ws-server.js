// A module server of the usual kind: for each request read the file, hash it, stringify the answer.
'use strict';
const { createHash } = require('node:crypto');
const { readFile } = require('node:fs/promises');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { WebSocketServer } = require('ws');

const root = process.argv[2];
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: process.argv.includes('--deflate') });

sockets.on('connection', socket => {
    socket.on('message', async data => {
        const message = JSON.parse(data);
        if (message.type !== 'module:request') return;
        try {
            const bytes = await readFile(join(root, message.path));
            const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
            if (hash === message.hash) {
                socket.send(JSON.stringify({ type: 'module:status', path: message.path, changed: false, hash }));
                return;
            }
            socket.send(JSON.stringify({
                type: 'module:response', path: message.path, hash, content: bytes.toString('utf8'),
                contentType: 'text/javascript', size: bytes.length, source: 'disk',
            }));
        } catch (error) {
            socket.send(JSON.stringify(
                { type: 'module:error', path: message.path, code: 'not_found', message: error.message }));
        }
    });
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
