// module:request pipelined on one connection: Pitlane beside a ws server of the usual kind, plain and deflated.
import { join } from 'node:path';
import { client, here, pitlane, printTable, quantile, startServer, temporaryFolder, writeResult } from './lib/run.mjs';
import { writeTree } from './lib/tree.mjs';

const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS_PER_ROUND ?? 2);
const goals = { plain: 3, deflate: 5 };

const root = temporaryFolder();
const modules = writeTree(root).length;
const peer = join(here, 'peers/ws-server.js');
const result = { modules, rounds, window: 256, modes: {} };
const rows = [['modules/s, median', 'pitlane', 'ws', 'ratio', 'goal', 'client busy']];

for (const mode of ['plain', 'deflate']) {
    const deflate = mode === 'deflate' ? 1 : 0;
    const servers = [
        await startServer('pitlane', pitlane(),
            ['--root', root, '--listen', '127.0.0.1:0', '--compress', deflate ? 'always' : 'never']),
        await startServer('ws', process.execPath, [peer, root, ...(deflate ? ['--deflate'] : [])]),
    ];
    const runs = { pitlane: [], ws: [] };
    for (let round = 0; round < rounds; round++) {
        // The order alternates, so that neither always has the warmer machine.
        for (const server of round % 2 ? [...servers].reverse() : servers) {
            runs[server.name].push(await client('modules-per-second',
                { port: server.port, root, deflate, seconds, window: result.window }));
        }
    }
    for (const server of servers) await server.stop();
    const median = name => quantile(runs[name].map(run => run.modulesPerSecond), 0.5);
    const ratio = median('pitlane') / median('ws');
    result.modes[mode] = { pitlane: median('pitlane'), ws: median('ws'), ratio, goal: goals[mode], runs };
    rows.push([mode, Math.round(median('pitlane')), Math.round(median('ws')), `${ratio.toFixed(1)}x`,
        `${goals[mode]}x`, quantile(runs.pitlane.map(run => run.clientBusy), 0.5).toFixed(2)]);
}

writeResult('modules-per-second', result);
printTable(rows);
