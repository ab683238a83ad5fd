"""The pages' modules: generated trees that run, and a copy of a real code base."""

import random
import re
import shutil
from pathlib import Path

# A module's place in a generated tree: this many levels below the entry, the last one holds most modules.
DEPTH = 10
WORDS = (
    "scene camera light mesh vertex buffer layer state entity system component render shadow texture material "
    "sample frame input event handler router store cache query index cursor node edge graph queue worker message "
    "channel session token parser lexer stream chunk header config option theme panel"
).split()
MODULE_SUFFIXES = {".js", ".mjs"}


def write_tree(folder, count, seed=20260101, mean_bytes=2450):
    """Writes `count` modules and `main.mjs`. One in ten also imports a module above it, which makes cycles.

    Every module counts itself in `globalThis.__ran`, so that a load can be checked.
    """
    draw = random.Random(seed)
    levels = [[] for _ in range(DEPTH)]
    for index in range(count):
        # Widening like real trees: the square root keeps the first levels narrow.
        level = index if index < DEPTH else min(DEPTH - 1, int(DEPTH * draw.random() ** 0.5))
        levels[level].append(index)
    place = {index: level for level, indices in enumerate(levels) for index in indices}
    path = {index: f"{WORDS[index % 12]}/{WORDS[index * 7 % len(WORDS)]}-{index}.mjs" for index in place}
    imports = {index: [] for index in place}
    for level in range(1, DEPTH):
        for index in levels[level]:
            parents = draw.sample(levels[level - 1], min(len(levels[level - 1]), draw.choice((1, 2, 2, 3, 4))))
            for parent in parents:
                imports[parent].append(index)
            if draw.random() < 0.1:
                above = draw.choice(levels[draw.randrange(level)])
                if above not in imports[index]:
                    imports[index].append(above)
    for index in place:
        # Most modules are small, a few large; used inside functions only, so that cycles are harmless.
        size = min(40_000, int(draw.lognormvariate(0, 0.9) * mean_bytes / 1.5))
        write(folder / path[index], _module(draw, index, [(i, path[i]) for i in imports[index]], size))
    roots = "".join(f"import {{ value{i} }} from './{path[i]}';\n" for i in levels[0])
    total = " + ".join(f"value{i}()" for i in levels[0])
    write(folder / "main.mjs", f"{roots}const detail = {{ ran: globalThis.__ran, total: {total} }};\n{REPORT}")


# The end of an entry's evaluation, measured and sent by the entry itself. Cross-origin, hence without an answer.
REPORT = """\
const ms = performance.now();
const to = new URLSearchParams(location.search).get('report');
globalThis.__report = { ms, detail };
if (to) fetch(to, { method: 'POST', mode: 'no-cors', body: JSON.stringify({ ms, detail }) });
"""


def _module(draw, index, imports, size):
    lines = [f"import {{ value{i} }} from '../{path}';" for i, path in imports]
    lines += ["", f"/** Keeps the {draw.choice(WORDS)} of one {draw.choice(WORDS)}. */", f"export class Part{index} {{"]
    length = sum(map(len, lines))
    while length < size:
        a, b, c = draw.sample(WORDS, 3)
        body = [
            f"    {a}{draw.randrange(10**6)}({b}, {c}) {{",
            f"        const {a}Count = this.{b}?.get({c}) ?? {draw.randrange(10**4)};",
            f"        if ({b} !== null && {a}Count > {draw.randrange(64)}) return this.{c};",
            f"        // The {a} must outlive the {b}: update it before the next {c}.",
            f"        for (const {a} of {b}) this.{c}.push({{ {a}, id: {draw.randrange(10**5)} }});",
            f"        throw new RangeError(`{a} of ${{{b}}} is out of range: ${{{a}Count}}`);",
            "    }",
            "",
        ]
        lines += body
        length += sum(map(len, body))
    calls = "".join(f"        sum += value{i}(depth + 1);" for i, _ in imports[:2])
    lines += [
        "}",
        "",
        f"export function value{index}(depth = 0) {{",
        f"    let sum = {draw.randrange(100)};",
        f"    if (depth < 3) {{{calls} }}",
        "    return sum;",
        "}",
        "globalThis.__ran = (globalThis.__ran ?? 0) + 1;",
        "",
    ]
    return "\n".join(lines)


def copy_code(folder, source, entry):
    """Copies the modules below `source` and writes a `main.mjs` that imports `entry` of it.

    Browsers resolve no bare specifiers: those get stand-ins with the names that are asked for. Returns the number of
    modules that the folder has.
    """
    source = Path(source).resolve()
    assert (source / entry).is_file(), f"{source} has no {entry}: name the folder and its entry, FOLDER:ENTRY"
    stubs = {}
    count = 0
    for file in sorted(source.rglob("*")):
        if file.suffix not in MODULE_SUFFIXES or not file.is_file():
            continue
        target = folder / "src" / file.relative_to(source)
        up = "../" * len(target.relative_to(folder).parent.parts)
        text = BARE_IMPORT.sub(lambda match: _to_stub(match, up, stubs), file.read_text("utf-8", "surrogateescape"))
        write(target, text)
        count += 1
    for name, exports in stubs.items():
        lines = [f"export {'default' if e == 'default' else f'const {e} ='} class {{}}\n" for e in sorted(exports)]
        write(folder / "stubs" / f"{name}.js", "".join(lines))
    text = f"import * as all from './src/{entry}';\nconst detail = {{ names: Object.keys(all).length }};\n{REPORT}"
    write(folder / "main.mjs", text)
    return count


BARE_IMPORT = re.compile(r"""^(import\s+)([\w$]+|\{[^}]*\})(\s+from\s+)(['"])([\w@][^'"]*)\4""", re.MULTILINE)


def _to_stub(match, up, stubs):
    keyword, names, between, quote, specifier = match.groups()
    name = re.sub(r"\W", "-", specifier)
    wanted = stubs.setdefault(name, set())
    if names.startswith("{"):
        wanted.update(part.split(" as ")[0].strip() for part in names[1:-1].split(",") if part.strip())
    else:
        wanted.add("default")
    return f"{keyword}{names}{between}{quote}{up}stubs/{name}.js{quote}"


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", "surrogateescape")


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
