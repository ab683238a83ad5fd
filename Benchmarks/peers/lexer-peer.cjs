// Lexes the same files with es-module-lexer: `node lexer-peer.cjs wasm|js LIST SECONDS`, timed as in
// Sources/module-lexer. Only its own work is timed: the sources are strings before the clock starts, though a server
// would have to decode their bytes first. Debian ships the wasm build and the source in JavaScript; nobody a native one.
'use strict';
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const [, , build, list, seconds] = process.argv;
const wasm = require.resolve('es-module-lexer');

function batchesOf(buffers) {
    const batches = [];
    let bytes = Infinity;
    for (const buffer of buffers) {
        if (bytes >= 1 << 18) {
            batches.push([]);
            bytes = 0;
        }
        batches.at(-1).push(String(buffer));
        bytes += buffer.length;
    }
    return batches;
}

async function measure() {
    const { parse, init } = build === 'wasm' ? require(wasm) : await import(join(dirname(wasm), '../lexer.js'));
    await init;
    const buffers = readFileSync(list, 'utf8').split('\n').filter(Boolean).map(path => readFileSync(path));
    const batches = batchesOf(buffers);
    const fastest = batches.map(() => Infinity);
    let found;
    const start = performance.now();
    do {
        found = { files: 0, imports: 0, exports: 0 };
        batches.forEach((batch, index) => {
            const begun = process.hrtime.bigint();
            for (const source of batch) {
                try {
                    const [imports, exports] = parse(source);
                    found.files++;
                    found.imports += imports.length;
                    found.exports += exports.length;
                } catch { /* a file that it gives up on is missing in `files` */ }
            }
            fastest[index] = Math.min(fastest[index], Number(process.hrtime.bigint() - begun) / 1e9);
        });
    } while (performance.now() - start < Number(seconds) * 1000);
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    console.log(JSON.stringify({ bytes, seconds: fastest.reduce((sum, time) => sum + time, 0), ...found }));
}

measure();
