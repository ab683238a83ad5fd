// What both benchmarks share: starting servers and clients, medians, tables, result files.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const here = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Starts a server and waits for the URL on its standard output. */
export function startServer(name, command, args) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stderr.on('data', data => { errors = (errors + data).slice(-4000); });
    const ready = new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} printed no URL: ${output}${errors}`)), 20_000);
        child.stdout.on('data', data => {
            output = (output + data).slice(-4000);
            const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output);
            if (found) { clearTimeout(timer); resolve(Number(found[1])); }
        });
        child.on('error', reject);
        child.on('exit', code => { clearTimeout(timer); reject(new Error(`${name} ended (${code}): ${errors}`)); });
    });
    const ended = new Promise(resolve => child.on('exit', resolve));
    const stop = async () => { child.kill('SIGTERM'); await ended; };
    return ready.then(port => ({ name, port, stop, pid: child.pid }), error => { child.kill(); throw error; });
}

/** Runs one of the package's clients; the JSON it prints. */
export function client(name, flags) {
    const program = join(process.env.BENCHMARK_BIN ?? join(here, '.build/release'), name);
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let output = '';
        child.stdout.on('data', data => { output += data; });
        child.on('error', reject);
        child.on('exit', code => {
            if (code === 0) resolve(JSON.parse(output));
            else reject(new Error(`${name} ${args.join(' ')} failed`));
        });
    });
}

/** The quantile `q` of some numbers; 0.5 is the median. */
export function quantile(numbers, q) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const place = (sorted.length - 1) * q;
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.ceil(place)] - sorted[low]) * (place - low);
}

/** A folder that is gone when the process ends; in memory where there is such a place, so that no disk is measured. */
export function temporaryFolder() {
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pitlane-benchmark-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
    return folder;
}

/** The program under test. */
export function pitlane() {
    const path = process.env.PITLANE;
    if (!path) throw new Error('set PITLANE to the program to measure, or start Benchmarks/run.sh');
    return path;
}

/** What the figures depend on. */
export function machine() {
    const version = (command, ...args) => {
        try { return execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n')[0]; } catch { return null; }
    };
    return {
        cpu: cpus()[0]?.model, cores: cpus().length, kernel: release(), node: process.version,
        ws: createRequire(join(process.env.NODE_PATH ?? here, 'x.js'))('ws/package.json').version,
        pitlane: version(pitlane(), '--version'),
    };
}

/** Writes `Benchmarks/results/NAME.json`. */
export function writeResult(name, result) {
    mkdirSync(join(here, 'results'), { recursive: true });
    const all = { date: new Date().toISOString(), machine: machine(), ...result };
    writeFileSync(join(here, 'results', `${name}.json`), `${JSON.stringify(all, null, 2)}\n`);
}

/** Prints rows in columns, the first row as heading. */
export function printTable(rows) {
    const widths = rows[0].map((_, column) => Math.max(...rows.map(row => String(row[column]).length)));
    for (const row of rows) {
        console.log(row.map((cell, column) => column ? String(cell).padStart(widths[column])
            : String(cell).padEnd(widths[column])).join('  '));
    }
}
