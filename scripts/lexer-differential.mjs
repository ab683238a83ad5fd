// Compares ModuleLexer with es-module-lexer, and both with V8's own parser, over all JavaScript in some folders.
//
//   node --experimental-vm-modules scripts/lexer-differential.mjs LEXER_JSON FOLDER...
//
// The same imports (kind, place, specifier) and exports (name, place, local name), or a difference that one of the
// rules below explains; anything else is printed and ends with exit code 1. Where V8 can compile the file as a module,
// it is asked too: its static specifiers and exported names must be ModuleLexer's, whatever es-module-lexer says.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import vm from 'node:vm';

const require = createRequire(import.meta.url);

/** Why the two may differ. Each says what es-module-lexer does; ModuleLexer does otherwise. */
const rules = {
    declarators: 'es-module-lexer reports only the first name of `export const a = 1, b = 2`, and none of a pattern',
    template: 'es-module-lexer reports no specifier for import(`x`)',
    argument: 'es-module-lexer counts comments and space around the argument of import() as part of it',
    argumentEnd: 'es-module-lexer ends a computed argument of import() too early or too late',
    extendsName: 'es-module-lexer takes `extends` for the name in `export default class extends A`',
    hashbang: 'es-module-lexer takes what a hashbang line says for source',
    identifierEscape: 'es-module-lexer does not decode escapes in identifiers',
    throws: 'es-module-lexer gives up on a file that V8 can compile',
    refused: 'V8 refuses the file, so nothing depends on what a lexer says',
};

/** @returns {string[]} every JavaScript file below `folder`, each once, whatever links lead to it */
function* scripts(folder, seen = new Set()) {
    const place = realpathSync(folder);
    if (seen.has(place)) return;
    seen.add(place);
    if (!statSync(place).isDirectory()) {
        yield place;
        return;
    }
    for (const entry of readdirSync(place, { withFileTypes: true })) {
        const path = join(place, entry.name);
        if (entry.isDirectory()) yield* scripts(path, seen);
        else if (/\.[cm]?js$/.test(entry.name) && statSync(path, { throwIfNoEntry: false })?.isFile()) yield* scripts(path, seen);
    }
}

/** Byte offsets of UTF-16 offsets, asked in any order. */
function byteOffsets(text) {
    // eslint-disable-next-line no-control-regex
    if (/^[\x00-\x7f]*$/.test(text)) return offset => offset;
    const table = new Uint32Array(text.length + 1);
    let bytes = 0;
    for (let index = 0; index < text.length; index++) {
        table[index] = bytes;
        const unit = text.charCodeAt(index);
        const isHigh = unit >= 0xd800 && unit < 0xdc00;
        bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : isHigh || (unit >= 0xdc00 && unit < 0xe000) ? 2 : 3;
    }
    table[text.length] = bytes;
    return offset => table[offset];
}

/** What es-module-lexer finds, in ModuleLexer's form. */
function theirs(text, parse) {
    const at = byteOffsets(text);
    const [imports, exports] = parse(text);
    return {
        imports: imports.map(({ n, s, e, ss, se, d }) => {
            if (d === -2) return { kind: 'meta', keyword: at(ss), start: at(ss), end: at(se) };
            if (d >= 0) {
                const kind = n === undefined ? 'computed' : 'dynamic';
                return { kind, keyword: at(ss), start: at(s), end: at(e), specifier: n };
            }
            const kind = text.startsWith('export', ss) ? 'reExport' : 'static';
            return { kind, keyword: at(ss), start: at(s) - 1, end: at(e) + 1, specifier: n };
        }),
        exports: exports.map(({ n, s, e, ln, ls, le }) => ({
            name: n, start: at(s), end: at(e), local: ln,
            localStart: ls < 0 ? undefined : at(ls), localEnd: le < 0 ? undefined : at(le),
        })),
    };
}

/** What V8 finds: the static specifiers and the exported names; null if it does not take the file as a module. */
async function v8(text) {
    const missing = new Map();
    for (;;) {
        let module;
        try {
            module = new vm.SourceTextModule(text, { identifier: 'x' });
        } catch {
            return null;
        }
        const specifiers = [...new Set(module.dependencySpecifiers)];
        try {
            await module.link(specifier => new vm.SyntheticModule(
                [...missing.get(specifier) ?? []], () => {}, { identifier: specifier }));
            const exports = Reflect.ownKeys(module.namespace).filter(key => typeof key === 'string');
            return { specifiers, exports, standIns: missing };
        } catch (error) {
            // A stand-in for another module lacks a name: give it one, and link again.
            const found = /The requested module '(.*)' does not provide an export named '(.*)'/s.exec(error.message);
            if (!found) throw error;
            const names = missing.get(found[1]) ?? missing.set(found[1], new Set()).get(found[1]);
            if (names.has(found[2])) throw error;
            names.add(found[2]);
        }
    }
}

/** Whether V8 takes it as a script, or as the body of a function: CommonJS may return at its top level. */
function isScript(text) {
    return compiles(() => new vm.Script(text)) || compiles(() => vm.compileFunction(text.replace(/^#!.*/, '')));
}

function isExpression(text) {
    return compiles(() => new vm.SourceTextModule(`async function* f() { (${text}\n) }`));
}

function compiles(compile) {
    try {
        compile();
        return true;
    } catch {
        return false;
    }
}

const counts = Object.fromEntries(Object.keys(rules).map(rule => [rule, 0]));
const totals = { files: 0, bytes: 0, modules: 0, imports: 0, exports: 0, differences: 0 };

function report(path, what) {
    if (totals.differences++ < 40) console.error(`${path}: ${what}`);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The rule that explains that `mine` stands where es-module-lexer says `other`; either may be missing. */
function importRule(mine, other, bytes) {
    const hashbang = /^#!.*/.exec(bytes.toString('latin1'));
    if (!mine && hashbang && other.keyword < hashbang[0].length) return 'hashbang';
    if (!mine || !other || mine.keyword !== other.keyword) return null;
    const text = (start, end) => bytes.subarray(start, end).toString();
    if (mine.kind === 'meta' && other.kind === 'meta') {
        // `.url` and `.resolve` belong to what is replaced.
        const rest = text(other.end, mine.end);
        return rest === '' || /^[^]*\.[^]*(url|resolve)$/.test(rest) ? 'same' : null;
    }
    if (mine.kind !== 'dynamic' && mine.kind !== 'computed') return null;
    const inner = text(other.start, other.end).replace(/^(\s|\/\*[^]*?\*\/|\/\/.*)+|(\s|\/\*[^]*?\*\/|\/\/.*)+$/g, '');
    const argument = text(mine.start, mine.end);
    if (inner !== argument) {
        const isWhole = isExpression(argument) && /^(\s|\/\*[^]*?\*\/)*[,)]/.test(text(mine.end, mine.end + 200));
        return mine.kind === 'computed' && isWhole ? 'argumentEnd' : null;
    }
    if (mine.kind === other.kind && mine.specifier === other.specifier) return 'argument';
    return mine.kind === 'dynamic' && other.kind === 'computed' && inner.startsWith('`') ? 'template' : null;
}

function compareImports(path, mine, other, bytes) {
    const pairs = new Map();
    for (const item of mine) pairs.set(item.keyword, [item, undefined]);
    for (const item of other) pairs.set(item.keyword, [pairs.get(item.keyword)?.[0], item]);
    for (const [a, b] of pairs.values()) {
        if (a && b && same([a.kind, a.start, a.end, a.specifier], [b.kind, b.start, b.end, b.specifier])) continue;
        const rule = importRule(a, b, bytes);
        if (rule === 'same') continue;
        if (rule) counts[rule]++;
        else report(path, `import ${JSON.stringify(a)} here, ${JSON.stringify(b)} there`);
    }
}

function compareExports(path, mine, other, bytes, truth) {
    const left = new Map(other.map(item => [item.start, item]));
    for (const item of mine) {
        const twin = left.get(item.start);
        left.delete(item.start);
        if (twin && same([item.name, item.end, item.local, item.localStart, item.localEnd],
            [twin.name, twin.end, twin.local, twin.localStart, twin.localEnd])) continue;
        // A declared name, after the keyword and something that is no plain first name.
        const before = bytes.subarray(0, item.start).toString('latin1');
        const declaration = before.slice(before.lastIndexOf('export'));
        const isDeclared = item.start === item.localStart && /^export(\s|\/\*[^]*?\*\/)*(const|let|var)\b/.test(declaration);
        const written = bytes.subarray(item.start, item.end).toString();
        if (!twin && isDeclared && truth?.exports.includes(item.name)) counts.declarators++;
        else if (twin?.local === 'extends' && item.name === 'default' && !item.local) counts.extendsName++;
        else if (twin?.end === item.end && twin.name === written && written.includes('\\')) counts.identifierEscape++;
        else report(path, `export ${JSON.stringify(item)} here, ${JSON.stringify(twin)} there`);
    }
    for (const item of left.values()) report(path, `export ${JSON.stringify(item)} there, nothing here`);
}

/** The names of `mine` are those V8 exports, apart from what `export *` brings from a stand-in. */
function compareWithV8(path, mine, truth) {
    const names = new Set(mine.exports.map(item => item.name));
    const starred = new Set(mine.imports.filter(item => item.star)
        .flatMap(item => [...truth.standIns.get(item.specifier) ?? []]));
    const more = truth.exports.filter(name => !names.has(name) && !starred.has(name));
    const less = [...names].filter(name => !truth.exports.includes(name));
    if (more.length + less.length > 0) report(path, `V8 exports ${more} which are missing here, and does not export ${less}`);
    const specifiers = [...new Set(mine.imports.filter(item => item.kind === 'static' || item.kind === 'reExport')
        .map(item => item.specifier))];
    if (!same(specifiers.sort(), [...truth.specifiers].sort())) {
        report(path, `static imports ${specifiers}; V8: ${truth.specifiers}`);
    }
}

async function compare(path, line, parse) {
    const mine = JSON.parse(line);
    const bytes = readFileSync(path);
    const text = bytes.toString();
    totals.files++;
    totals.bytes += bytes.length;
    const truth = await v8(text);
    if (!truth && !isScript(text)) {
        counts.refused++;
        if (path.includes('/LexerFixtures/')) report(path, 'a fixture that V8 refuses compares nothing');
        return;
    }
    if (mine.error) {
        report(path, `${mine.error} at ${mine.offset}, but V8 takes it`);
        return;
    }
    totals.imports += mine.imports.length;
    totals.exports += mine.exports.length;
    if (truth) {
        totals.modules++;
        compareWithV8(path, mine, truth);
    }
    let other;
    try {
        other = theirs(text, parse);
    } catch {
        counts.throws++;
        return;
    }
    compareImports(path, mine.imports, other.imports, bytes);
    compareExports(path, mine.exports, other.exports, bytes, truth);
}

const [program, ...folders] = process.argv.slice(2);
const { parse, init } = require('es-module-lexer');
await init;
const paths = folders.flatMap(folder => [...scripts(folder)]);
const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
child.stdin.end(paths.map(path => `${path}\n`).join(''));
let index = 0;
for await (const line of createInterface({ input: child.stdout })) await compare(paths[index++], line, parse);
if (index !== paths.length) throw new Error(`${program} answered ${index} of ${paths.length} files`);

for (const [rule, count] of Object.entries(counts)) if (count) console.log(`${count} × ${rules[rule]}`);
console.log(`${totals.files} files, ${(totals.bytes / 1e6).toFixed(1)} MB, of which V8 compiles ${totals.modules} as modules: `
    + `${totals.imports} imports and ${totals.exports} exports, ${totals.differences} unexplained differences`);
process.exitCode = totals.differences === 0 && totals.files > 0 ? 0 : 1;
