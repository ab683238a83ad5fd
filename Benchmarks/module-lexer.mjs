// Megabytes lexed per second on one core: ModuleLexer beside es-module-lexer's wasm and JavaScript builds.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { client, here, printTable, quantile, temporaryFolder, writeResult } from './lib/run.mjs';
import { writeTree } from './lib/tree.mjs';

const peerPackage = createRequire(import.meta.url).resolve('es-module-lexer');
const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = 2;
const goal = { megabytesPerSecond: 300, ratio: 1 };

/** The JavaScript below some folders, each file once, without those over a megabyte: one would be all that counts. */
function scripts(...folders) {
    const paths = folders.filter(folder => existsSync(folder))
        .flatMap(folder => readdirSync(folder, { recursive: true }).map(name => join(folder, name)))
        .filter(path => /\.[cm]?js$/.test(path) && statSync(path, { throwIfNoEntry: false })?.isFile());
    return [...new Set(paths.map(path => realpathSync(path)))].filter(path => statSync(path).size < 1_000_000);
}

const folder = temporaryFolder();
const tree = join(folder, 'tree');
const generated = writeTree(tree, { count: 1000 }).map(path => join(tree, path));
const sets = { generated, installed: scripts('/usr/share/nodejs', '/usr/share/javascript') };
for (const entry of (process.env.LEXER_SOURCES ?? '').split(' ').filter(Boolean)) {
    const [name, source] = entry.split('=');
    sets[name] = scripts(source);
}

const lexers = {
    ModuleLexer: list => client('module-lexer', { list, seconds }),
    'es-module-lexer (wasm)': list => peer('wasm', list),
    'es-module-lexer (js)': list => peer('js', list),
};

function peer(build, list) {
    const args = [join(here, 'peers/lexer-peer.cjs'), build, list, String(seconds)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const version = JSON.parse(readFileSync(join(dirname(peerPackage), '../package.json'), 'utf8')).version;
const result = { 'es-module-lexer': version, rounds, goal, sets: {} };
const rows = [['MB/s on one core', ...Object.keys(lexers), 'ratio']];
for (const [name, paths] of Object.entries(sets)) {
    const list = join(folder, `${name}.txt`);
    writeFileSync(list, paths.join('\n'));
    const runs = Object.fromEntries(Object.keys(lexers).map(lexer => [lexer, []]));
    const found = {};
    for (let round = 0; round < rounds; round++) {
        const order = Object.entries(lexers);
        for (const [lexer, measure] of round % 2 ? order.reverse() : order) {
            const run = await measure(list);
            runs[lexer].push(Math.round(run.bytes / run.seconds / 1e4) / 100);
            found[lexer] = { files: run.files, imports: run.imports, exports: run.exports };
        }
    }
    const medians = Object.fromEntries(
        Object.entries(runs).map(([lexer, all]) => [lexer, Math.round(quantile(all, 0.5))]));
    const [ours, ...others] = Object.values(medians);
    const ratio = Math.round(ours / Math.max(...others) * 100) / 100;
    const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
    result.sets[name] = { files: paths.length, bytes, megabytesPerSecond: medians, ratio, found, runs };
    rows.push([`${name}, ${paths.length} files, ${(bytes / 1e6).toFixed(1)} MB`, ...Object.values(medians), ratio]);
}

writeResult('module-lexer', result);
printTable(rows);
