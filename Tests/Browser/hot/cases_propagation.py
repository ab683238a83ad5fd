"""Who takes a change: boundaries, chains, cycles, dead ends, dynamic imports."""

from cases import GETS_TEXT, Case

ACCEPT = "import.meta.hot.accept();"
# Shows whether the page is the same.
STATE = "window.state ??= 'kept';"


def chain(length):
    """Modules m1 … mN, each imported by the next one."""
    files = {"m1.mjs": "export const sum = $v; log('m1 is', sum);"}
    for number in range(2, length + 1):
        files[f"m{number}.mjs"] = (
            f"import {{ sum as below }} from './m{number - 1}.mjs'; export const sum = below + 100; log('m{number} is', sum);"
        )
    return files


def chain_lines(length, version):
    return [f"m{number} is {version + 100 * (number - 1)}" for number in range(1, length + 1)]


CASES = {
    "nothing accepts: reload": Case(
        {"main.mjs": "import './dep.mjs'; log('main $v');", "dep.mjs": "log('dep $v');"},
        ["dep 1", "main 1"],
        [("dep.mjs", ["page", "dep 2", "main 1"]), ("main.mjs", ["page", "dep 2", "main 2"])],
    ),
    "the importer accepts itself": Case(
        {"main.mjs": f"import {{ v }} from './dep.mjs'; log('main sees', v); {ACCEPT}", "dep.mjs": "export const v = $v; log('dep $v');"},
        ["dep 1", "main sees 1"],
        [("dep.mjs", ["dep 2", "main sees 2"]), ("dep.mjs", ["dep 3", "main sees 3"])],
    ),
    "modules between the changed one and the boundary run anew, each once": Case(
        {
            "main.mjs": "import './top.mjs'; log('main');",
            "top.mjs": f"import {{ v }} from './middle.mjs'; log('top sees', v); {ACCEPT}",
            "middle.mjs": "import { v } from './dep.mjs'; import './beside.mjs'; log('middle sees', v); export { v };",
            "beside.mjs": "log('beside $v');",
            "dep.mjs": "export const v = $v; log('dep $v');",
        },
        ["dep 1", "beside 1", "middle sees 1", "top sees 1", "main"],
        [
            ("dep.mjs", ["dep 2", "middle sees 2", "top sees 2"]),
            ("beside.mjs", ["beside 2", "middle sees 2", "top sees 2"]),
            ("middle.mjs", ["middle sees 2", "top sees 2"]),
        ],
    ),
    "a chain of ten": Case(
        {"main.mjs": f"import {{ sum }} from './m10.mjs'; log('sum', sum); {ACCEPT}", **chain(10)},
        [*chain_lines(10, 1), "sum 901"],
        [("m1.mjs", [*chain_lines(10, 2), "sum 902"]), ("m9.mjs", ["m9 is 802", "m10 is 902", "sum 902"])],
    ),
    "the nearest boundary takes it": Case(
        {
            "main.mjs": f"import './top.mjs'; log('main'); {ACCEPT}",
            "top.mjs": f"import './dep.mjs'; log('top $v'); {ACCEPT}",
            "dep.mjs": f"log('dep $v'); {ACCEPT}",
        },
        ["dep 1", "top 1", "main"],
        [("dep.mjs", ["dep 2"]), ("top.mjs", ["top 2"]), ("dep.mjs", ["dep 3"])],
    ),
    "an importer that accepts the dependency goes before its own accept()": Case(
        {
            "main.mjs": f"import './top.mjs'; {ACCEPT}",
            "top.mjs": "import './dep.mjs'; log('top $v'); import.meta.hot.accept(() => log('top itself'));"
            "import.meta.hot.accept('./dep.mjs', () => log('top takes dep'));",
            "dep.mjs": "import './leaf.mjs'; log('dep $v');",
            "leaf.mjs": "log('leaf $v');",
        },
        ["leaf 1", "dep 1", "top 1"],
        [("leaf.mjs", ["leaf 2", "dep 1", "top takes dep"]), ("top.mjs", ["top 2", "top itself"])],
    ),
    "a boundary inside a boundary's chain": Case(
        {
            "main.mjs": f"import './outer.mjs'; import './inner.mjs'; {ACCEPT}",
            "outer.mjs": f"import './inner.mjs'; import {{ v }} from './leaf.mjs'; log('outer sees', v); {ACCEPT}",
            "inner.mjs": f"import {{ v }} from './leaf.mjs'; log('inner sees', v); {ACCEPT}",
            "leaf.mjs": "export const v = $v; log('leaf $v');",
        },
        ["leaf 1", "inner sees 1", "outer sees 1"],
        [("leaf.mjs", ["leaf 2", "inner sees 2", "outer sees 2"]), ("inner.mjs", ["inner sees 2"])],
    ),
    "a diamond": Case(
        {
            "main.mjs": f"import {{ l }} from './left.mjs'; import {{ r }} from './right.mjs'; log('main', l === r); {ACCEPT}",
            "left.mjs": "import { it } from './dep.mjs'; log('left'); export { it as l };",
            "right.mjs": "import { it } from './dep.mjs'; log('right'); export { it as r };",
            "dep.mjs": "export const it = {}; log('dep $v');",
        },
        ["dep 1", "left", "right", "main true"],
        [("dep.mjs", ["dep 2", "left", "right", "main true"]), ("right.mjs", ["right", "main true"])],
    ),
    "a diamond with a boundary on each side: one instance for both": Case(
        {
            "main.mjs": "import './left.mjs'; import './right.mjs'; window.seen = [];",
            "left.mjs": f"import {{ it }} from './dep.mjs'; log('left'); window.seen?.push(it); {ACCEPT}",
            "right.mjs": f"import {{ it }} from './dep.mjs'; log('right'); window.seen?.push(it); {ACCEPT}",
            "dep.mjs": "export const it = {}; log('dep $v');",
        },
        ["dep 1", "left", "right"],
        [("dep.mjs", ["dep 2", "left", "right"]), ("=log(seen.length, seen[0] === seen[1])", ["2 true"])],
    ),
    "a diamond with a boundary on one side only: reload": Case(
        {
            "main.mjs": "import './left.mjs'; import './right.mjs'; log('main');",
            "left.mjs": f"import './dep.mjs'; log('left'); {ACCEPT}",
            "right.mjs": "import './dep.mjs'; log('right');",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1", "left", "right", "main"],
        [("dep.mjs", ["page", "dep 2", "left", "right", "main"]), ("left.mjs", ["left"])],
    ),
    "a cycle below a boundary": Case(
        {
            "main.mjs": f"import './a.mjs'; log('main'); {ACCEPT}",
            "a.mjs": "import './b.mjs'; log('a $v');",
            "b.mjs": "import './c.mjs'; log('b $v');",
            "c.mjs": "import './a.mjs'; log('c $v');",
        },
        ["c 1", "b 1", "a 1", "main"],
        [("b.mjs", ["c 1", "b 2", "a 1", "main"]), ("c.mjs", ["c 2", "b 2", "a 1", "main"])],
    ),
    "a cycle that a self-accepting module is part of": Case(
        {
            "main.mjs": "import './a.mjs'; log('main');",
            "a.mjs": f"import {{ b }} from './b.mjs'; export const a = () => 'a $v'; log('a $v sees', b()); {ACCEPT}",
            "b.mjs": "import { a } from './a.mjs'; export const b = () => 'b $v with ' + a(); log('b $v');",
        },
        ["b 1", "a 1 sees b 1 with a 1", "main"],
        [
            ("b.mjs", ["b 2", "a 1 sees b 2 with a 1"]),
            ("a.mjs", ["a 2 sees b 2 with a 1"]),
        ],
    ),
    "a cycle without a boundary: reload": Case(
        {
            "main.mjs": "import './a.mjs'; log('main');",
            "a.mjs": "import './b.mjs'; log('a $v');",
            "b.mjs": "import './a.mjs'; log('b $v');",
        },
        ["b 1", "a 1", "main"],
        [("b.mjs", ["page", "b 2", "a 1", "main"])],
    ),
    "a module that imports itself": Case(
        {
            "main.mjs": "import './self.mjs'; import './plain.mjs';",
            "self.mjs": f"import * as me from './self.mjs'; export const v = $v; log('self sees', me.v); {ACCEPT}",
            "plain.mjs": "import * as me from './plain.mjs'; export const v = $v; log('plain sees', me.v);",
        },
        ["self sees 1", "plain sees 1"],
        [("self.mjs", ["self sees 2"]), ("plain.mjs", ["page", "self sees 2", "plain sees 2"])],
    ),
    "a module of two entries, both accept": Case(
        {
            "main.mjs": f"import './dep.mjs'; log('main $v'); {ACCEPT}",
            "second.mjs": f"import './dep.mjs'; log('second $v'); {ACCEPT}",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1", "main 1", "second 1"],
        [("dep.mjs", ["dep 2", "main 1", "second 1"]), ("second.mjs", ["second 2"])],
        {"entries": "main.mjs second.mjs"},
    ),
    "a module of two entries, one accepts: reload": Case(
        {
            "main.mjs": f"import './dep.mjs'; log('main $v'); {ACCEPT}",
            "second.mjs": "import './dep.mjs'; log('second $v');",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1", "main 1", "second 1"],
        [("main.mjs", ["main 2"]), ("dep.mjs", ["page", "dep 2", "main 2", "second 1"])],
        {"entries": "main.mjs second.mjs"},
    ),
    "only direct dependencies can be accepted": Case(
        {
            "main.mjs": "import './middle.mjs'; log('main'); import.meta.hot.accept('./dep.mjs', () => log('never'));",
            "middle.mjs": "import './dep.mjs';",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1", "main"],
        [("dep.mjs", ["page", "dep 2", "main"])],
    ),
    "files that the page does not run": Case(
        {
            "main.mjs": f"log('main'); window.load = () => import('./later.mjs'); {STATE}",
            "later.mjs": "log('later $v');",
            "other.mjs": "log('other $v');",
            "notes.txt": "note $v",
        },
        ["main"],
        [("other.mjs", []), ("notes.txt", []), ("later.mjs", GETS_TEXT), ("=load()", ["later 2"]), ("=log(state)", ["kept"])],
    ),
    "a dynamic import that is not made yet gives the newest version": Case(
        {
            "main.mjs": f"window.load = () => import('./part.mjs'); log('main'); {ACCEPT}",
            "part.mjs": "import { v } from './leaf.mjs'; log('part sees', v);",
            "leaf.mjs": "export const v = $v;",
        },
        ["main"],
        [("leaf.mjs", GETS_TEXT), ("leaf.mjs", GETS_TEXT), ("=load()", ["part sees 3"]), ("leaf.mjs", ["main"]), ("=load()", ["part sees 4"])],
    ),
    "a part loaded by a dynamic import accepts itself": Case(
        {
            "main.mjs": "import('./part.mjs').then((part) => log('main has', part.v)); window.load = () => import('./part.mjs');",
            "part.mjs": f"export const v = $v; log('part $v'); {ACCEPT}",
        },
        ["part 1", "main has 1"],
        [("part.mjs", ["part 2"]), ("=load().then((part) => log('now', part.v))", ["now 2"]), ("part.mjs", ["part 3"])],
    ),
    "a part loaded by a dynamic import is accepted by who imports it": Case(
        {
            "main.mjs": "const show = (part) => log('main has', part.v); import('./part.mjs').then(show); import.meta.hot.accept('./part.mjs', show);",
            "part.mjs": "import { v } from './leaf.mjs'; export { v };",
            "leaf.mjs": "export const v = $v; log('leaf $v');",
        },
        ["leaf 1", "main has 1"],
        [("leaf.mjs", ["leaf 2", "main has 2"]), ("part.mjs", ["main has 2"])],
    ),
    "a part loaded by a dynamic import, nothing accepts: reload": Case(
        {"main.mjs": "log('main'); import('./part.mjs');", "part.mjs": "log('part $v');"},
        ["main", "part 1"],
        [("part.mjs", ["page", "main", "part 2"])],
    ),
    "an import made at run time counts from then on": Case(
        {
            "main.mjs": f"window.load = () => import('./part.mjs'); log('main'); {STATE}",
            "part.mjs": f"import './shared.mjs'; log('part $v'); {ACCEPT}",
            "shared.mjs": "log('shared $v');",
        },
        ["main"],
        [("=load()", ["shared 1", "part 1"]), ("shared.mjs", ["shared 2", "part 1"]), ("=log(state)", ["kept"])],
    ),
    "importers outside the chain keep the old instance": Case(
        {
            "main.mjs": "import './one.mjs'; import './two.mjs';",
            "one.mjs": "import { it } from './dep.mjs'; window.one = () => it;",
            "two.mjs": "import { it } from './dep.mjs'; window.two = () => it;",
            "dep.mjs": f"export const it = 'dep $v'; log(it); {ACCEPT}",
            "three.mjs": "",
        },
        ["dep 1"],
        [
            ("dep.mjs", ["dep 2"]),
            ("=log(one(), two())", ["dep 1 dep 1"]),
            ({"one.mjs": f"import {{ it }} from './dep.mjs'; window.one = () => it; {ACCEPT}"}, ["page", "dep 2"]),
            ("dep.mjs", ["dep 3"]),
            # A new version of an importer links to the newest.
            ("one.mjs", []),
            ("=log(one(), two())", ["dep 3 dep 2"]),
        ],
    ),
    "state of modules that are not in the chain": Case(
        {
            "main.mjs": f"import {{ count }} from './state.mjs'; import './view.mjs'; count.now += 1; log('main counts', count.now); {ACCEPT}",
            "view.mjs": f"import {{ count }} from './state.mjs'; count.now += 10; log('view counts', count.now); {ACCEPT}",
            "state.mjs": "export const count = { now: 0 }; log('state');",
        },
        ["state", "view counts 10", "main counts 11"],
        [("view.mjs", ["view counts 21"]), ("main.mjs", ["main counts 22"]), ("state.mjs", ["state", "view counts 10", "main counts 11"])],
    ),
    "import.meta.url and import.meta.resolve are those of the module's own URL": Case(
        {
            "main.mjs": "import './lib/dep.mjs';",
            "lib/dep.mjs": f"log('dep $v', import.meta.url, import.meta.resolve('./x.mjs')); log(new Error().stack.includes('lib/dep.mjs:1')); {ACCEPT}",
        },
        ["dep 1 /lib/dep.mjs /lib/x.mjs", "true"],
        [("lib/dep.mjs", ["dep 2 /lib/dep.mjs /lib/x.mjs", "true"])],
    ),
    "JSON modules": Case(
        {
            "main.mjs": "import './view.mjs'; import data from './other.json' with { type: 'json' }; log('other', data.v);"
            "import.meta.hot.accept('./other.json', (next) => log('other is', next.default.v));",
            "view.mjs": f"import data from './data.json' with {{ type: 'json' }}; log('data', data.v); {ACCEPT}",
            "data.json": '{"v": $v}',
            "other.json": '{"v": $v}',
        },
        ["data 1", "other 1"],
        [("data.json", ["data 2"]), ("other.json", ["other is 2"]), ("data.json", ["data 3"])],
    ),
    "CSS module scripts are replaced in place": Case(
        {
            "main.mjs": "import sheet from './style.css' with { type: 'css' }; document.adoptedStyleSheets = [sheet]; log('main'); window.sheet = sheet;"
            "window.show = () => log(getComputedStyle(document.body).paddingTop, document.adoptedStyleSheets[0] === sheet);",
            "style.css": "body { padding-top: $vpx }",
        },
        ["main"],
        [
            ("=show()", ["1px true"]),
            ("style.css", []),
            ("=show()", ["2px true"]),
            ("style.css", []),
            ("=show()", ["3px true"]),
        ],
    ),
    "an update imports a module that is new": Case(
        {"main.mjs": f"log('main $v'); {ACCEPT}"},
        ["main 1"],
        [
            ({"new.mjs": "import './newer.mjs'; log('new $v');", "newer.mjs": "log('newer $v');"}, []),
            ({"main.mjs": f"import './new.mjs'; log('main $v'); {ACCEPT}"}, ["newer 1", "new 1", "main 2"]),
            ("newer.mjs", ["newer 2", "new 1", "main 2"]),
        ],
    ),
    "an update and the module that it imports come together": Case(
        {"main.mjs": f"log('main $v'); {ACCEPT}"},
        ["main 1"],
        [
            ({"main.mjs": f"import './new.mjs'; log('main $v'); {ACCEPT}", "new.mjs": "log('new $v');"}, ["new 1", "main 2"]),
            ("new.mjs", ["new 2", "main 2"]),
        ],
    ),
    "an update imports a module that runs already": Case(
        {
            "main.mjs": "import { count } from './state.mjs'; import './view.mjs'; count.now += 1;",
            "view.mjs": f"log('view $v'); {ACCEPT}",
            "state.mjs": "export const count = { now: 0 }; log('state');",
        },
        ["state", "view 1"],
        [({"view.mjs": f"import {{ count }} from './state.mjs'; log('view $v counts', count.now); {ACCEPT}"}, ["view 2 counts 1"])],
    ),
    "export * passes changes on": Case(
        {
            "main.mjs": f"import {{ v }} from './index.mjs'; log('main sees', v); {ACCEPT}",
            "index.mjs": "export * from './dep.mjs'; log('index');",
            "dep.mjs": "export const v = $v;",
        },
        ["index", "main sees 1"],
        [("dep.mjs", ["index", "main sees 2"])],
    ),
    "top-level await in the new version": Case(
        {
            "main.mjs": "import './dep.mjs'; window.gate = new Promise((open) => (window.open = open)); log('main');",
            "dep.mjs": "log('dep $v begins'); if (window.gate) await gate; log('dep $v ends');"
            "import.meta.hot.accept(() => log('callback of $v'));",
        },
        ["dep 1 begins", "dep 1 ends", "main"],
        [("dep.mjs", ["dep 2 begins"]), ("=open()", ["dep 2 ends", "callback of 1"]), ("dep.mjs", ["dep 3 begins", "dep 3 ends", "callback of 2"])],
    ),
}  # fmt: skip
