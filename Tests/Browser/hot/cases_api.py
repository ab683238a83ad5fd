"""import.meta.hot: accept, dispose, data, decline."""

from cases import Case

CASES = {
    "accept() without a callback": Case(
        {
            "main.mjs": "import { value } from './dep.mjs'; log('main sees', value); window.read = () => log('still', value);",
            "dep.mjs": "export const value = $v; log('dep $v'); import.meta.hot.accept();",
        },
        ["dep 1", "main sees 1"],
        [
            ("dep.mjs", ["dep 2"]),
            ("dep.mjs", ["dep 3"]),
            # Who imported the first version keeps it.
            ("=read()", ["still 1"]),
        ],
    ),
    "accept(callback) of the version before gets the new module": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "export const v = $v; log('dep $v'); import.meta.hot.accept((next) => log('callback of $v gets', next.v));",
        },
        ["dep 1"],
        [
            ("dep.mjs", ["dep 2", "callback of 1 gets 2"]),
            ("dep.mjs", ["dep 3", "callback of 2 gets 3"]),
        ],
    ),
    "several callbacks are called in the order of their registration": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "import.meta.hot.accept(() => log('first')); import.meta.hot.accept(() => log('second')); log('dep $v');",
        },
        ["dep 1"],
        [("dep.mjs", ["dep 2", "first", "second"])],
    ),
    "accept(dep, callback)": Case(
        {
            "main.mjs": "import { v } from './dep.mjs'; log('main $v sees', v);"
            "import.meta.hot.accept('./dep.mjs', (next) => log('main $v gets', next.v, 'beside', v));",
            "dep.mjs": "export const v = $v; log('dep $v');",
        },
        ["dep 1", "main 1 sees 1"],
        [
            ("dep.mjs", ["dep 2", "main 1 gets 2 beside 1"]),
            ("dep.mjs", ["dep 3", "main 1 gets 3 beside 1"]),
        ],
    ),
    "accept(dep) without a callback": Case(
        {"main.mjs": "import './dep.mjs'; log('main $v'); import.meta.hot.accept('./dep.mjs');", "dep.mjs": "log('dep $v');"},
        ["dep 1", "main 1"],
        [("dep.mjs", ["dep 2"]), ("dep.mjs", ["dep 3"])],
    ),
    "accept([deps], callback): an array with the changed one only": Case(
        {
            "main.mjs": "import './a.mjs'; import './b.mjs'; import './c.mjs';"
            "import.meta.hot.accept(['./a.mjs', './b.mjs', './c.mjs'], (all) => log(all.map((one) => one?.v ?? 'undefined').join(' | ')));",
            **{f"{name}.mjs": f"export const v = '{name} $v'; log(v);" for name in "abc"},
        },
        ["a 1", "b 1", "c 1"],
        [
            ("a.mjs", ["a 2", "a 2 | undefined | undefined"]),
            ("c.mjs", ["c 2", "undefined | undefined | c 2"]),
            (("a.mjs", "b.mjs"), ["a 3", "b 2", "a 3 | undefined | undefined", "undefined | b 2 | undefined"]),
        ],
    ),
    "accept([]) accepts nothing": Case(
        {"main.mjs": "import './dep.mjs'; log('main $v'); import.meta.hot.accept([], () => log('never'));", "dep.mjs": "log('dep $v');"},
        ["dep 1", "main 1"],
        [("dep.mjs", ["page", "dep 2", "main 1"])],
    ),
    "accept() and accept(dep) in one module": Case(
        {
            "main.mjs": "import './dep.mjs'; log('main $v'); import.meta.hot.accept(() => log('itself'));"
            "import.meta.hot.accept('./dep.mjs', () => log('dep for main $v'));",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1", "main 1"],
        [
            ("dep.mjs", ["dep 2", "dep for main 1"]),
            ("main.mjs", ["main 2", "itself"]),
            ("dep.mjs", ["dep 3", "dep for main 2"]),
        ],
    ),
    "a module that two importers accept is run once, and given to both": Case(
        {
            "main.mjs": "import './one.mjs'; import './two.mjs'; window.seen = [];",
            "one.mjs": "import './dep.mjs'; import.meta.hot.accept('./dep.mjs', (next) => { seen.push(next); log('one', next.v); });",
            "two.mjs": "import './dep.mjs'; import.meta.hot.accept('./dep.mjs', (next) => { seen.push(next); log('two', next.v); });",
            "dep.mjs": "export const v = $v; log('dep $v');",
        },
        ["dep 1"],
        [("dep.mjs", ["dep 2", "one 2", "two 2"]), ("=log(seen[0] === seen[1])", ["true"])],
    ),
    "a version that accepts no longer takes the last update": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "log('dep $v'); import.meta.hot.accept();"},
        ["dep 1"],
        [
            ({"dep.mjs": "log('dep $v');"}, ["dep 2"]),
            ("dep.mjs", ["page", "dep 3"]),
        ],
    ),
    "a version that begins to accept takes the next update": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "log('dep $v');"},
        ["dep 1"],
        [
            ({"dep.mjs": "log('dep $v'); import.meta.hot.accept();"}, ["page", "dep 2"]),
            ("dep.mjs", ["dep 3"]),
        ],
    ),
    "callbacks of versions before the last are gone": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "import.meta.hot.accept(() => log('of $v')); log('dep $v');"},
        ["dep 1"],
        [
            ({"dep.mjs": "import.meta.hot.accept(); log('dep $v');"}, ["dep 2", "of 1"]),
            ("dep.mjs", ["dep 3"]),
        ],
    ),
    "dispose, import, callback": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "log('dep $v'); import.meta.hot.dispose(() => log('dispose $v')); import.meta.hot.accept(() => log('callback $v'));",
        },
        ["dep 1"],
        [("dep.mjs", ["dispose 1", "dep 2", "callback 1"]), ("dep.mjs", ["dispose 2", "dep 3", "callback 2"])],
    ),
    "dispose of a module that its importer accepts": Case(
        {
            "main.mjs": "import './dep.mjs'; import.meta.hot.accept('./dep.mjs', () => log('callback'));"
            "import.meta.hot.dispose(() => log('never: main stays'));",
            "dep.mjs": "log('dep $v'); import.meta.hot.dispose(() => log('dispose $v'));",
        },
        ["dep 1"],
        [("dep.mjs", ["dispose 1", "dep 2", "callback"])],
    ),
    "dispose is called for the accepted module only": Case(
        {
            "main.mjs": "import './middle.mjs'; import.meta.hot.accept('./middle.mjs', () => log('callback'));",
            "middle.mjs": "import './dep.mjs'; log('middle $v'); import.meta.hot.dispose(() => log('dispose middle'));",
            "dep.mjs": "log('dep $v'); import.meta.hot.dispose(() => log('never: nothing accepts dep'));",
        },
        ["dep 1", "middle 1"],
        [("dep.mjs", ["dispose middle", "dep 2", "middle 1", "callback"])],
    ),
    "a dispose callback that takes its time is waited for": Case(
        {
            "main.mjs": "import './dep.mjs'; window.gate = new Promise((open) => (window.open = open));",
            "dep.mjs": "log('dep $v'); import.meta.hot.accept();"
            "import.meta.hot.dispose(async () => { log('dispose begins'); await gate; log('dispose ends'); });",
        },
        ["dep 1"],
        [("dep.mjs", ["dispose begins"]), ("=open()", ["dispose ends", "dep 2"])],
    ),
    "the last dispose callback counts": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "import.meta.hot.dispose(() => log('never')); import.meta.hot.dispose(() => log('dispose')); import.meta.hot.accept(); log('dep $v');",
        },
        ["dep 1"],
        [("dep.mjs", ["dispose", "dep 2"])],
    ),
    "data is handed from version to version": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "const { hot } = import.meta; log('dep $v after', hot.data.count ?? 0); let count = (hot.data.count ?? 0) + 10;"
            "hot.dispose((data) => { log('data is the same', data === hot.data); data.count = count; }); import.meta.hot.accept();",
        },
        ["dep 1 after 0"],
        [
            ("dep.mjs", ["data is the same true", "dep 2 after 10"]),
            ("dep.mjs", ["data is the same true", "dep 3 after 20"]),
        ],
    ),
    "data is kept without dispose, one object for each module": Case(
        {
            "main.mjs": "import './a.mjs'; import './b.mjs';",
            "a.mjs": "(import.meta.hot.data.list ??= []).push('a$v'); log(import.meta.hot.data.list); import.meta.hot.accept();",
            "b.mjs": "(import.meta.hot.data.list ??= []).push('b$v'); log(import.meta.hot.data.list); import.meta.hot.accept();",
        },
        ["a1", "b1"],
        [("a.mjs", ["a1,a2"]), ("b.mjs", ["b1,b2"]), ("a.mjs", ["a1,a2,a3"])],
    ),
    "data cannot be replaced": Case(
        {
            "main.mjs": "try { import.meta.hot.data = {}; log('replaced'); } catch (error) { log(error.name); }",
        },
        ["TypeError"],
        [],
    ),
    "decline does nothing": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "log('dep $v'); import.meta.hot.decline(); import.meta.hot.accept();"},
        ["dep 1"],
        [("dep.mjs", ["dep 2"])],
    ),
    "a guarded accept": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "log('dep $v'); if (import.meta.hot) {\n  import.meta.hot.accept();\n}"},
        ["dep 1"],
        [("dep.mjs", ["dep 2"])],
    ),
    "import.meta.hot?.accept()": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "log('dep $v'); import.meta.hot?.accept((next) => log('callback', !!next));"},
        ["dep 1"],
        [("dep.mjs", ["dep 2", "callback true"])],
    ),
    "accept under another name is not seen": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "const { hot } = import.meta; log('dep $v'); hot.accept();"},
        ["dep 1"],
        [("dep.mjs", ["page", "dep 2"])],
    ),
    "an accept that was not called reloads": Case(
        {"main.mjs": "import './dep.mjs';", "dep.mjs": "log('dep $v'); if (window.never) import.meta.hot.accept();"},
        ["dep 1"],
        [("dep.mjs", ["page", "dep 2"])],
    ),
    "accept is called later": Case(
        {
            "main.mjs": "import './dep.mjs'; import './ready.mjs';",
            "dep.mjs": "log('dep $v'); window.later = () => import.meta.hot.accept(() => log('callback'));",
            "ready.mjs": "log('ready');",
        },
        ["dep 1", "ready"],
        [("=later()", []), ("dep.mjs", ["dep 2", "callback"])],
    ),
    "a query belongs to the accepted module's name": Case(
        {
            "main.mjs": "import { v } from './dep.mjs?as=raw'; import './dep.mjs'; log(v); import.meta.hot.accept('./dep.mjs?as=raw', (next) => log('raw', next.v));"
            "import.meta.hot.accept('./dep.mjs', (next) => log('plain', next.v));",
            "dep.mjs": "export const v = $v; log('dep $v', import.meta.url.split('/').pop());",
        },
        ["dep 1 dep.mjs?as=raw", "dep 1 dep.mjs", "1"],
        [("dep.mjs", ["dep 2 dep.mjs", "dep 2 dep.mjs?as=raw", "plain 2", "raw 2"])],
    ),
    "a bare name of the page's import map": Case(
        {
            "main.mjs": "import { v } from 'lib'; log('main sees', v); import.meta.hot.accept('lib', (next) => log('main gets', next.v));",
            "vendor/lib.mjs": "export const v = $v;",
        },
        ["main sees 1"],
        [("vendor/lib.mjs", ["main gets 2"])],
        {"head": '<script type="importmap">{"imports": {"lib": "./vendor/lib.mjs"}}</script>'},
    ),
    "wrong arguments are refused": Case(
        {
            "main.mjs": "const refused = (call) => { try { call(); log('taken'); } catch (error) { log(error.name); } };"
            "const { hot } = import.meta; refused(() => hot.accept(1)); refused(() => hot.accept([1])); refused(() => hot.accept('./a.mjs', 'b'));"
            "refused(() => hot.dispose()); refused(() => hot.on('event')); refused(() => hot.acceptExports());",
        },
        ["TypeError"] * 6,
        [],
    ),
}  # fmt: skip
