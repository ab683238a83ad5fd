// From a save to module:updated at a WebSocket client: Pitlane beside Node's fs.watch with ws.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { client, here, pitlane, printTable, quantile, startServer, temporaryFolder, writeResult } from './lib/run.mjs';
import { writeTree } from './lib/tree.mjs';

const saves = Number(process.env.SAVES ?? 1000);
const blocks = 4;
const warmup = 20;

const folder = temporaryFolder();
const result = { saves, styles: {} };
const rows = [['save to message, µs', 'p50', 'p90', 'p99', 'max']];

// A tree for each, so that neither works on the other's saves.
const servers = [];
for (const [name, command, before, after] of [
    ['pitlane', pitlane(), ['--root'], ['--listen', '127.0.0.1:0']],
    ['fs.watch + ws', process.execPath, [join(here, 'peers/watch-server.js')], []],
]) {
    const root = join(folder, name.replace(/\W+/g, '-'));
    mkdirSync(root);
    writeTree(root);
    servers.push({ root, ...await startServer(name, command, [...before, root, ...after]) });
}

let first = 0;
for (const style of ['in-place', 'rename']) {
    const latencies = Object.fromEntries(servers.map(server => [server.name, []]));
    for (let block = 0; block < blocks; block++) {
        for (const server of block % 2 ? [...servers].reverse() : servers) {
            const count = saves / blocks + warmup;
            const run = await client('save-latency',
                { port: server.port, root: server.root, style, saves: count, first });
            latencies[server.name].push(...run.latencies.slice(warmup));
            first += count;
        }
    }
    result.styles[style] = {};
    for (const [name, all] of Object.entries(latencies)) {
        const figures = Object.fromEntries([['p50', 0.5], ['p90', 0.9], ['p99', 0.99], ['max', 1]]
            .map(([label, q]) => [label, Math.round(quantile(all, q))]));
        result.styles[style][name] = { count: all.length, ...figures };
        rows.push([`${style}, ${name}`, ...Object.values(figures)]);
    }
}
for (const server of servers) await server.stop();

writeResult('save-latency', result);
printTable(rows);
