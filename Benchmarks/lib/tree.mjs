// Generates a tree of modules that look like code: same seed, same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// mulberry32
function generator(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let value = Math.imul(state ^ (state >>> 15), state | 1);
        value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
        return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
    };
}

const words = ('scene camera light mesh vertex buffer layer state entity system component render shadow texture '
    + 'material sample frame input event handler router store cache query index cursor node edge graph queue '
    + 'worker message channel session token parser lexer stream chunk header config option theme panel').split(' ');
const verbs = 'create update remove resolve attach detach compute collect merge apply load reset find bind'.split(' ');

/**
 * Writes `count` modules of `smallest` to `largest` bytes below `root`.
 * @returns {string[]} their paths, relative to `root`
 */
export function writeTree(root, { count = 320, seed = 20260101, smallest = 2048, largest = 8192 } = {}) {
    const random = generator(seed);
    const pick = list => list[Math.floor(random() * list.length)];
    const capital = word => word[0].toUpperCase() + word.slice(1);
    const name = () => pick(verbs) + capital(pick(words)) + (random() < 0.5 ? capital(pick(words)) : '');
    const path = index => `${words[index % 12]}/${words[(index * 7) % 40]}-${index}.mjs`;
    const paths = Array.from({ length: count }, (_, index) => path(index));

    const statement = () => {
        const [a, b, c] = [pick(words), pick(words), pick(words)];
        return pick([
            () => `    const ${a}${Math.floor(random() * 90)} = this.${b}.get(${c}Id) ?? ${Math.floor(random() * 1e4)};`,
            () => `    if (${a}.${b} !== null && ${a}.length > ${Math.floor(random() * 64)}) return this.${name()}(${c});`,
            () => `    for (const ${a} of ${b}List) this.${c}s.push({ ${a}, id: ${Math.floor(random() * 1e5)} });`,
            () => `    throw new RangeError(\`${a} of \${${b}} is out of range: \${this.${c}}\`);`,
            () => `    this.emit('${a}:${b}', { ${c}: this.${c}, time: performance.now() });`,
            () => `    // The ${a} must outlive the ${b}: ${pick(verbs)} it before the next ${c}.`,
        ])();
    };

    paths.forEach((file, index) => {
        const size = smallest + random() * (largest - smallest);
        const lines = [];
        for (let n = 0; n < 3 && index > 0; n++) {
            lines.push(`import { ${name()} } from '../${paths[Math.floor(random() * index)]}';`);
        }
        lines.push('', `/** Keeps the ${pick(words)} of one ${pick(words)}. */`, `export class ${capital(name())} {`);
        let length = lines.join('\n').length;
        while (length < size) {
            const body = [`  ${name()}(${pick(words)}, ${pick(words)}Id) {`];
            for (let n = 2 + random() * 6; n > 0; n--) body.push(statement());
            body.push('  }', '');
            lines.push(...body);
            length += body.join('\n').length + 1;
        }
        lines.push('}', '');
        const target = join(root, file);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, lines.join('\n'));
    });
    return paths;
}
