"""Modules that nothing imports any longer, and modules that refuse their update."""

from cases import GETS_TEXT, Case

ACCEPT = "import.meta.hot.accept();"
PRUNED = (
    "log('dep $v after', import.meta.hot.data.count ?? 0); import.meta.hot.data.count = $v;"
    "import.meta.hot.dispose((data) => log('dispose of $v, data of', data.count));"
    "import.meta.hot.prune((data) => log('prune of $v, data of', data.count));"
)

CASES = {
    "prune when the import goes away, and the import comes back": Case(
        {"main.mjs": f"import './dep.mjs'; log('main $v'); import.meta.hot.accept(() => log('callback'));", "dep.mjs": PRUNED},
        ["pitlane:ws:connect", "dep 1 after 0", "main 1"],
        [
            (
                {"main.mjs": f"log('main $v'); {ACCEPT}"},
                ["pitlane:beforeUpdate /main.mjs", "main 2", "callback", "pitlane:afterUpdate /main.mjs",
                 "pitlane:beforePrune /dep.mjs", "dispose of 1, data of 1", "prune of 1, data of 1"],
            ),
            # It runs no longer.
            ("dep.mjs", GETS_TEXT),
            # Nothing is left of the first instance, its data neither.
            (
                {"main.mjs": f"import './dep.mjs'; log('main $v'); {ACCEPT}"},
                ["pitlane:beforeUpdate /main.mjs", "dep 2 after 0", "main 3", "pitlane:afterUpdate /main.mjs"],
            ),
            ("dep.mjs", ["pitlane:beforeUpdate /main.mjs", "dep 3 after 2", "main 3", "pitlane:afterUpdate /main.mjs"]),
        ],
        {"watch": ["events"]},
    ),
    "no prune while another module imports it": Case(
        {
            "main.mjs": "import './one.mjs'; import './two.mjs';",
            "one.mjs": f"import './dep.mjs'; log('one $v'); {ACCEPT}",
            "two.mjs": f"import './dep.mjs'; log('two $v'); {ACCEPT}",
            "dep.mjs": PRUNED,
        },
        ["dep 1 after 0", "one 1", "two 1"],
        [
            ({"one.mjs": f"log('one $v'); {ACCEPT}"}, ["one 2"]),
            ({"two.mjs": f"log('two $v'); {ACCEPT}"}, ["two 2", "dispose of 1, data of 1", "prune of 1, data of 1"]),
        ],
    ),
    "no prune while a dynamic import names it": Case(
        {"main.mjs": f"import './dep.mjs'; log('main $v'); {ACCEPT}", "dep.mjs": PRUNED},
        ["dep 1 after 0", "main 1"],
        [({"main.mjs": f"window.load = () => import('./dep.mjs'); log('main $v'); {ACCEPT}"}, ["main 2"])],
    ),
    "what only a pruned module imports goes with it": Case(
        {
            "main.mjs": f"import './dep.mjs'; log('main $v'); {ACCEPT}",
            "dep.mjs": "import './below.mjs'; import.meta.hot.prune(() => log('prune dep'));",
            "below.mjs": "log('below'); import.meta.hot.prune(() => log('prune below'));",
        },
        ["below", "main 1"],
        [({"main.mjs": f"log('main $v'); {ACCEPT}"}, ["main 2", "prune dep", "prune below"]), ("below.mjs", [])],
    ),
    "a cycle that nothing else imports is pruned": Case(
        {
            "main.mjs": f"import './a.mjs'; log('main $v'); {ACCEPT}",
            "a.mjs": "import './b.mjs'; log('a'); import.meta.hot.prune(() => log('prune a'));",
            "b.mjs": "import './a.mjs'; log('b'); import.meta.hot.prune(() => log('prune b'));",
        },
        ["b", "a", "main 1"],
        [({"main.mjs": f"log('main $v'); {ACCEPT}"}, ["main 2", "prune b", "prune a"]), ("b.mjs", [])],
    ),
    "what the new import needs, too, is not pruned": Case(
        {
            "main.mjs": f"import './old.mjs'; log('main $v'); {ACCEPT}",
            "old.mjs": "import './leaf.mjs'; log('old'); import.meta.hot.prune(() => log('prune old'));",
            "new.mjs": "import './leaf.mjs'; log('new');",
            "leaf.mjs": "log('leaf $v'); import.meta.hot.prune(() => log('never'));",
        },
        ["leaf 1", "old", "main 1"],
        [
            ({"main.mjs": f"import './new.mjs'; log('main $v'); {ACCEPT}"}, ["new", "main 2", "prune old"]),
            ("leaf.mjs", ["leaf 2", "new", "main 2"]),
        ],
    ),
    "another import takes the place of the pruned one": Case(
        {
            "main.mjs": f"import './old.mjs'; log('main $v'); {ACCEPT}",
            "old.mjs": "log('old'); import.meta.hot.prune(() => log('prune old'));",
            "new.mjs": f"log('new $v'); {ACCEPT}",
        },
        ["old", "main 1"],
        [({"main.mjs": f"import './new.mjs'; log('main $v'); {ACCEPT}"}, ["new 1", "main 2", "prune old"]), ("new.mjs", ["new 2"])],
    ),
    "invalidate in the callback: the importer takes its place": Case(
        {
            "main.mjs": f"import {{ v }} from './dep.mjs'; log('main sees', v); {ACCEPT}",
            "dep.mjs": "export const v = $v; log('dep $v'); import.meta.hot.accept(() => { log('callback of $v'); import.meta.hot.invalidate('too much'); });",
        },
        ["pitlane:ws:connect", "dep 1", "main sees 1"],
        [
            (
                "dep.mjs",
                ["pitlane:beforeUpdate /dep.mjs", "dep 2", "callback of 1", "pitlane:invalidate /dep.mjs by /dep.mjs too much",
                 "pitlane:afterUpdate /dep.mjs", "pitlane:beforeUpdate /main.mjs", "main sees 2", "pitlane:afterUpdate /main.mjs"],
            ),
        ],
        {"watch": ["events"]},
    ),
    "invalidate at the module's top level": Case(
        {
            "main.mjs": f"import {{ v }} from './dep.mjs'; log('main sees', v); {ACCEPT}",
            "dep.mjs": "export const v = $v; log('dep $v'); import.meta.hot.accept(); if (v > 1) import.meta.hot.invalidate();",
        },
        ["dep 1", "main sees 1"],
        [("dep.mjs", ["dep 2", "main sees 2"]), ("dep.mjs", ["dep 3", "main sees 3"])],
    ),
    "invalidate goes on through importers that do not accept": Case(
        {
            "main.mjs": f"import {{ v }} from './middle.mjs'; log('main sees', v); {ACCEPT}",
            "middle.mjs": "export { v } from './dep.mjs'; log('middle');",
            "dep.mjs": "export const v = $v; log('dep $v'); import.meta.hot.accept(() => import.meta.hot.invalidate());",
        },
        ["dep 1", "middle", "main sees 1"],
        [("dep.mjs", ["dep 2", "middle", "main sees 2"])],
    ),
    "invalidate goes to the importer that accepts it": Case(
        {
            "main.mjs": "import './middle.mjs'; import.meta.hot.accept('./middle.mjs', () => log('main takes middle'));",
            "middle.mjs": "import './dep.mjs'; log('middle');",
            "dep.mjs": "log('dep $v'); import.meta.hot.accept(() => import.meta.hot.invalidate());",
        },
        ["dep 1", "middle"],
        [("dep.mjs", ["dep 2", "middle", "main takes middle"])],
    ),
    "invalidate where no importer accepts: reload": Case(
        {
            "main.mjs": "import './dep.mjs'; log('main');",
            "dep.mjs": "log('dep $v'); import.meta.hot.accept(() => import.meta.hot.invalidate());",
        },
        ["dep 1", "main"],
        [("dep.mjs", ["dep 2", "page", "dep 2", "main"])],
    ),
    "invalidate of an entry: reload": Case(
        {"main.mjs": "log('main $v'); import.meta.hot.accept(() => import.meta.hot.invalidate());"},
        ["main 1"],
        [("main.mjs", ["main 2", "page", "main 2"])],
    ),
    "invalidate again and again ends": Case(
        {
            "main.mjs": "import './a.mjs'; log('main');",
            "a.mjs": "import './b.mjs'; log('a $v'); import.meta.hot.accept(() => { log('a refuses'); import.meta.hot.invalidate(); });",
            "b.mjs": "import './a.mjs'; log('b $v'); import.meta.hot.accept(() => { log('b refuses'); import.meta.hot.invalidate(); });",
        },
        ["b 1", "a 1", "main"],
        # a imports b, so b's refusal ends at a; a's refusal would end at b, with which it began.
        [("b.mjs", ["b 2", "b refuses", "a 1", "a refuses", "page", "b 2", "a 1", "main"])],
    ),
    "an update after an invalidation begins anew": Case(
        {
            "main.mjs": f"import './dep.mjs'; log('main'); {ACCEPT}",
            "dep.mjs": "log('dep $v'); import.meta.hot.accept(() => { if ($v === 1) import.meta.hot.invalidate(); });",
        },
        ["dep 1", "main"],
        [("dep.mjs", ["dep 2", "main"]), ("dep.mjs", ["dep 3"]), ("main.mjs", ["main"])],
    ),
}  # fmt: skip
