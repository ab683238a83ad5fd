// module:graph of 3,000 modules from memory: the server's CPU time and memory for it.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { here, pitlane, printTable, startServer, temporaryFolder, writeResult } from './lib/run.mjs';
import { writeTree } from './lib/tree.mjs';

const WebSocket = createRequire(join(process.env.NODE_PATH ?? here, 'x.js'))('ws');
const graphs = Number(process.env.GRAPHS ?? 200);
const goals = { cpuMilliseconds: 10, cpuMillisecondsLinked: 20, memoryRatio: 3 };
// As the client's linker.js has it.
const linkedForm = 2;

const root = temporaryFolder();
const paths = writeTree(root, { count: 2999, smallest: 1500, largest: 4200 });
writeFileSync(join(root, 'main.mjs'), paths.map(path => `import './${path}';\n`).join(''));
paths.push('main.mjs');
const bytes = paths.reduce((sum, path) => sum + statSync(join(root, path)).size, 0);
const tick = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU time of a process so far, user and system, in milliseconds. */
const cpu = pid => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tick;
};
const resident = pid => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

/** A connection that asks for the whole tree, one graph after the other. */
const connect = (port, perMessageDeflate) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/modules`, { perMessageDeflate, maxPayload: 0 });
    let done = null;
    let received = 0;
    socket.on('error', reject);
    socket.on('message', (data, isBinary) => {
        if (isBinary) {
            received += JSON.parse(data.subarray(8, 8 + data.readUInt32BE(4))).modules.length;
            return;
        }
        // A linked message is three lines of JSON.
        const end = data.indexOf('\n');
        const message = JSON.parse(end < 0 ? data : data.subarray(0, end));
        if (message.type === 'hello') resolve({ ask, close: () => socket.close() });
        if (message.type === 'module:linked') received += message.paths.length;
        if (message.type === 'module:graph') done({ received, cached: message.cached.length });
        if (message.type === 'error') throw new Error(message.message);
    });
    const ask = (known, form = {}) => new Promise(answered => {
        received = 0;
        done = answered;
        socket.send(JSON.stringify({ type: 'module:graph', id: 1, stream: true, entries: ['main.mjs'], known, ...form }));
    });
});

const hashes = async server => {
    const listing = await new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/modules`);
        socket.on('error', reject);
        socket.on('open', () => socket.send('{"type":"module:list"}'));
        socket.on('message', data => {
            const message = JSON.parse(data);
            if (message.type !== 'module:list') return;
            socket.close();
            resolve(message.modules);
        });
    });
    return Object.fromEntries(listing.map(({ path, hash }) => [path, hash]));
};

const measure = async (server, connection, known, expected, form) => {
    await connection.ask(known, form);
    const before = cpu(server.pid);
    for (let n = 0; n < graphs; n++) {
        const { received, cached } = await connection.ask(known, form);
        if (received !== expected || received + cached !== paths.length) {
            throw new Error(`${received} modules came, ${cached} were current, of ${paths.length}`);
        }
    }
    return (cpu(server.pid) - before) / graphs;
};

const result = { modules: paths.length, bytes, graphs, goals, modes: {} };
const rows = [['3,000 modules from memory', 'server CPU ms', 'goal', 'memory / source bytes', 'goal']];
for (const mode of ['plain', 'deflate']) {
    const compress = mode === 'plain' ? 'never' : 'always';
    const server = await startServer('pitlane', pitlane(), ['--root', root, '--listen', '127.0.0.1:0', '--compress', compress]);
    const known = await hashes(server);
    const idle = resident(server.pid);
    const connection = await connect(server.port, mode === 'deflate');
    const all = await measure(server, connection, {}, paths.length);
    const memoryRatio = (resident(server.pid) - idle) / bytes;
    const none = await measure(server, connection, known, 0);
    // Only uncompressed connections get modules linked.
    const form = { linked: linkedForm, origin: `http://127.0.0.1:${server.port}` };
    const linked = mode === 'plain' ? await measure(server, connection, {}, paths.length, form) : undefined;
    connection.close();
    await server.stop();
    result.modes[mode] = { cpuMilliseconds: all, cpuMillisecondsWarm: none, cpuMillisecondsLinked: linked, memoryRatio };
    rows.push([`${mode}, cold client`, all.toFixed(2), goals.cpuMilliseconds, memoryRatio.toFixed(2), goals.memoryRatio]);
    rows.push([`${mode}, client holds all`, none.toFixed(2), goals.cpuMilliseconds, '', '']);
    if (linked) rows.push([`${mode}, linked for a cold page`, linked.toFixed(2), goals.cpuMillisecondsLinked, '', '']);
}
writeResult('graph', result);
printTable(rows);
