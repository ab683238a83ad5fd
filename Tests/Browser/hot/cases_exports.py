"""acceptExports: a module that takes its own changes as long as others use only the exports it names."""

from cases import Case


def target(accepted, more=""):
    """A module with two exports and a default one."""
    return (
        "export const a = 'a $v'; export const b = 'b $v'; export default 'default $v'; log('target $v');"
        f"import.meta.hot.acceptExports({accepted}, (next) => log('callback of $v gets', next.a));{more}"
    )


def used_by(importing, accepted, more=""):
    """A page whose only importer of the module is this statement."""
    return {"main.mjs": f"{importing} log('main'); {more}", "target.mjs": target(accepted)}


TAKEN = [
    ("target.mjs", ["target 2", "callback of 1 gets a 2"]),
    ("target.mjs", ["target 3", "callback of 2 gets a 3"]),
]
RELOADED = [("target.mjs", ["page", "target 2", "main"])]
START = ["target 1", "main"]

# How main imports, what is accepted, and whether that is enough.
USES = {
    "all used ones, as an array": ("import { a, b } from './target.mjs';", "['a', 'b']", True),
    "the used one, as a string": ("import { a } from './target.mjs';", "'a'", True),
    "more than are used": ("import { a as renamed } from './target.mjs';", "['a', 'b', 'default']", True),
    "not all used ones": ("import { a, b } from './target.mjs';", "['a']", False),
    "the default export": ("import value from './target.mjs';", "['default']", True),
    "all but the default export": ("import value, { a } from './target.mjs';", "['a', 'b']", False),
    "any, imported for its effects only": ("import './target.mjs';", "['a']", True),
    "none, imported for its effects only": ("import './target.mjs';", "[]", True),
    "none, but one is used": ("import { a } from './target.mjs';", "[]", False),
    "one that is not there": ("import { a } from './target.mjs';", "['nothing']", False),
    "all, imported as a namespace": ("import * as all from './target.mjs'; log.all = all;", "['a', 'b', 'default']", True),
    "not all, imported as a namespace": ("import * as all from './target.mjs'; log.all = all;", "['a', 'b']", False),
    "all that are passed on": ("export { a } from './target.mjs';", "['a']", True),
    "not all that are passed on": ("export { a, b } from './target.mjs';", "['a']", False),
    "not all, passed on by export *": ("export * from './target.mjs';", "['a']", False),
    "all, imported dynamically": ("await import('./target.mjs');", "['a', 'b', 'default']", True),
    "not all, imported dynamically": ("await import('./target.mjs');", "['a']", False),
}

CASES = {
    **{
        f"acceptExports of {name}": Case(used_by(importing, accepted), START, TAKEN if enough else RELOADED)
        for name, (importing, accepted, enough) in USES.items()
    },
    "acceptExports without a callback": Case(
        {
            "main.mjs": "import { a } from './target.mjs'; log('main', a);",
            "target.mjs": "export const a = $v; log('target $v'); import.meta.hot.acceptExports(['a']);",
        },
        ["target 1", "main 1"],
        [("target.mjs", ["target 2"])],
    ),
    "acceptExports: a change below ends there": Case(
        {
            "main.mjs": "import { a } from './target.mjs'; log('main');",
            "target.mjs": "import './dep.mjs';" + target("['a']"),
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1", "target 1", "main"],
        [("dep.mjs", ["dep 2", "target 1", "callback of 1 gets a 1"])],
    ),
    "acceptExports: what it does not accept goes on to importers that accept": Case(
        {
            "main.mjs": "import './user.mjs'; log('main');",
            "user.mjs": "import { a, b } from './target.mjs'; log('user sees', b); import.meta.hot.accept();",
            "target.mjs": target("['a']"),
        },
        ["target 1", "user sees b 1", "main"],
        [("target.mjs", ["target 2", "user sees b 2", "callback of 1 gets a 2"])],
    ),
    "acceptExports: one of two importers uses more": Case(
        {
            "main.mjs": "import './less.mjs'; import './more.mjs'; log('main');",
            "less.mjs": "import { a } from './target.mjs'; log('less', a); import.meta.hot.accept();",
            "more.mjs": "import { a, b } from './target.mjs'; log('more', b); import.meta.hot.accept();",
            "target.mjs": target("['a']"),
        },
        ["target 1", "less a 1", "more b 1", "main"],
        [("target.mjs", ["target 2", "more b 2", "callback of 1 gets a 2"])],
    ),
    "acceptExports: accepted names that change count from the next version on": Case(
        used_by("import { a } from './target.mjs';", "['a']"),
        START,
        [
            ({"target.mjs": target("['b']")}, ["target 2", "callback of 1 gets a 2"]),
            ("target.mjs", ["page", "target 3", "main"]),
            ({"target.mjs": target("['a']")}, ["page", "target 4", "main"]),
            ("target.mjs", ["target 5", "callback of 4 gets a 5"]),
        ],
    ),
    "acceptExports: an importer that comes to use more": Case(
        used_by("import { a } from './target.mjs';", "['a']", "import.meta.hot.accept();"),
        START,
        [
            ("target.mjs", ["target 2", "callback of 1 gets a 2"]),
            ({"main.mjs": "import { b } from './target.mjs'; log('main sees', b); import.meta.hot.accept();"}, ["main sees b 2"]),
            ("target.mjs", ["target 3", "main sees b 3", "callback of 2 gets a 3"]),
        ],
    ),
}  # fmt: skip
