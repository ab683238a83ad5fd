"""Updates that fail: the old code runs on, the overlay says what is wrong and where, the next good save applies."""

import json

from cases import Case

ACCEPT = "import.meta.hot.accept();"
DEP = "export const v = $v; log('dep $v'); import.meta.hot.accept((next) => log('callback of $v gets', next?.v));"
MAIN = "import { v } from './dep.mjs'; window.read = () => log('still', v); window.same = 'same page';"
OVERLAY = "=log(JSON.stringify(overlay()))"


def overlay(message, place=None, line=None):
    """The line that OVERLAY writes for one problem."""
    return json.dumps([{"message": message, "place": place, "line": line}], separators=(",", ":"))


def failing(text, problem, shown, lines=()):
    """A self-accepting module is saved as `text`, which fails, and then as before."""
    return Case(
        {"main.mjs": MAIN, "dep.mjs": DEP, "other.mjs": "export const there = 1;"},
        ["dep 1"],
        [
            ({"dep.mjs": text}, [*lines, "callback of 1 gets", f"problem {problem}"]),
            (OVERLAY, [shown]),
            ("=read()", ["still 1"]),
            ({"dep.mjs": DEP}, ["dep 3", "callback of 1 gets 3"]),
            (OVERLAY, ["null"]),
            ("dep.mjs", ["dep 4", "callback of 3 gets 4"]),
            ("=log(same)", ["same page"]),
        ],
    )


MISSING_NAME = "The requested module './other.mjs' does not provide an export named 'gone'"
BAD = "const first = 1;\nconst second = (1 + ;\n" + ACCEPT

CASES = {
    "a syntax error": failing(
        BAD,
        "dep.mjs:2:21 SyntaxError: Unexpected token ';'",
        overlay("SyntaxError: Unexpected token ';'", "/dep.mjs:2:21", "2const second = (1 + ;"),
    ),
    "an export that is missing": failing(
        f"import {{ there }} from './other.mjs';\nimport {{\n  gone,\n}} from './other.mjs';\n{ACCEPT}",
        f"dep.mjs:3:3 SyntaxError: {MISSING_NAME}",
        overlay(f"SyntaxError: {MISSING_NAME}", "/dep.mjs:3:3", "3  gone,"),
    ),
    "a module that is missing": failing(
        f"\nimport './nowhere.mjs';\n{ACCEPT}",
        "dep.mjs:2:9 ./nowhere.mjs cannot be loaded: /nowhere.mjs",
        overlay("./nowhere.mjs cannot be loaded: /nowhere.mjs", "/dep.mjs:2:9", "2import './nowhere.mjs';"),
    ),
    "an error while the new version runs": failing(
        f"log('dep $v begins'); {ACCEPT}\n\nthrow new Error('boom');",
        "dep.mjs:3:7 Error: boom",
        overlay("Error: boom", "/dep.mjs:3:7", "3throw new Error('boom');"),
        ["dep 2 begins"],
    ),
    "an error after a top-level await": failing(
        f"log('dep $v begins'); {ACCEPT}\nawait null;\nnull.property;",
        "dep.mjs:3:6 TypeError: Cannot read properties of null (reading 'property')",
        overlay("TypeError: Cannot read properties of null (reading 'property')", "/dep.mjs:3:6", "3null.property;"),
        ["dep 2 begins"],
    ),
    "something else than an error is thrown": failing(
        f"{ACCEPT} throw 'a word';", "dep.mjs a word", overlay("a word", "/dep.mjs", None)
    ),
    "a syntax error below the boundary": Case(
        {
            "main.mjs": "import './middle.mjs'; import.meta.hot.accept('./middle.mjs', (next) => log('main gets', next?.v));",
            "middle.mjs": "export { v } from './leaf.mjs'; log('middle');",
            "leaf.mjs": "export const v = $v;",
        },
        ["middle"],
        [
            ({"leaf.mjs": "export const v = ;"}, ["main gets", "problem leaf.mjs:1:18 SyntaxError: Unexpected token ';'"]),
            # What is saved meanwhile waits for the good one.
            ("middle.mjs", ["main gets", "problem leaf.mjs:1:18 SyntaxError: Unexpected token ';'"]),
            ({"leaf.mjs": "export const v = $v;"}, ["middle", "main gets 3"]),
            (OVERLAY, ["null"]),
        ],
    ),
    "a syntax error that nothing would take: the page is not reloaded into it": Case(
        {"main.mjs": "import { v } from './dep.mjs'; log('main sees', v);", "dep.mjs": "export const v = $v;"},
        ["main sees 1"],
        [
            ({"dep.mjs": "export const v = ;"}, ["problem dep.mjs:1:18 SyntaxError: Unexpected token ';'"]),
            (OVERLAY, [overlay("SyntaxError: Unexpected token ';'", "/dep.mjs:1:18", "1export const v = ;")]),
            ({"dep.mjs": "export const v = $v;"}, ["page", "main sees 3"]),
            (OVERLAY, ["null"]),
        ],
    ),
    "an error in the accept callback": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "log('dep $v'); import.meta.hot.accept(() => { throw new Error('boom of $v'); }); import.meta.hot.accept(() => log('second'));",
        },
        ["dep 1"],
        [("dep.mjs", ["dep 2", "uncaught boom of 1", "second"]), ("dep.mjs", ["dep 3", "uncaught boom of 2", "second"])],
    ),
    "an error in dispose": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": "log('dep $v'); import.meta.hot.dispose(() => { throw new Error('boom of $v'); }); import.meta.hot.accept(() => log('callback'));",
        },
        ["dep 1"],
        [("dep.mjs", ["uncaught boom of 1", "dep 2", "callback"])],
    ),
    "dispose is not called for what cannot be linked": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": f"log('dep $v'); import.meta.hot.dispose(() => log('dispose $v')); {ACCEPT}",
            "other.mjs": "",
        },
        ["dep 1"],
        [
            ({"dep.mjs": f"import {{ gone }} from './other.mjs'; {ACCEPT}"}, [f"problem dep.mjs:1:10 SyntaxError: {MISSING_NAME}"]),
            ({"dep.mjs": f"log('dep $v'); import.meta.hot.dispose(() => log('dispose $v')); {ACCEPT}"}, ["dispose 1", "dep 3"]),
        ],
    ),
    "one boundary fails, the other one takes the change": Case(
        {
            "main.mjs": "import './left.mjs'; import './right.mjs';",
            "left.mjs": f"import {{ v }} from './leaf.mjs';\nif (v === 2) throw new Error('not 2'); log('left', v); {ACCEPT}",
            "right.mjs": f"import {{ v }} from './leaf.mjs'; log('right', v); {ACCEPT}",
            "leaf.mjs": "export const v = $v;",
        },
        ["left 1", "right 1"],
        [("leaf.mjs", ["right 2", "problem left.mjs:2:20 Error: not 2"]), ("leaf.mjs", ["left 3", "right 3"]), (OVERLAY, ["null"])],
    ),
    "two broken modules, one is mended": Case(
        {"main.mjs": "import './a.mjs'; import './b.mjs';", "a.mjs": f"log('a $v'); {ACCEPT}", "b.mjs": f"log('b $v'); {ACCEPT}"},
        ["a 1", "b 1"],
        [
            ({"a.mjs": "a b"}, ["problem a.mjs:1:3 SyntaxError: Unexpected identifier 'b'"]),
            ({"b.mjs": "b c"}, ["problem b.mjs:1:3 SyntaxError: Unexpected identifier 'c'"]),
            ("=log(overlay().map(({ place }) => place))", ["/b.mjs:1:3,/a.mjs:1:3"]),
            ({"b.mjs": f"log('b $v'); {ACCEPT}"}, ["b 3"]),
            ("=log(overlay().map(({ place }) => place))", ["/a.mjs:1:3"]),
            ({"a.mjs": f"log('a $v'); {ACCEPT}"}, ["a 3"]),
            (OVERLAY, ["null"]),
        ],
    ),
    "a version that throws accepts nothing: the one that runs does": Case(
        {"main.mjs": MAIN, "dep.mjs": DEP},
        ["dep 1"],
        [
            ({"dep.mjs": "throw new Error('boom $v');"}, ["callback of 1 gets", "problem dep.mjs:1:7 Error: boom 2"]),
            ("dep.mjs", ["callback of 1 gets", "problem dep.mjs:1:7 Error: boom 3"]),
            ({"dep.mjs": DEP}, ["dep 4", "callback of 1 gets 4"]),
            ("=log(same)", ["same page"]),
        ],
    ),
    "a JSON module that is none": Case(
        {
            "main.mjs": f"import data from './data.json' with {{ type: 'json' }}; log('data', data.v); {ACCEPT}",
            "data.json": '{"v": $v}',
        },
        ["data 1"],
        [
            (
                {"data.json": '{\n  "v": $v,\n}'},
                ["problem data.json:3:1 SyntaxError: Expected double-quoted property name in JSON at position 12 (line 3 column 1)"],
            ),
            ({"data.json": '{"v": $v}'}, ["data 3"]),
            (OVERLAY, ["null"]),
        ],
    ),
}  # fmt: skip
