"""Linked modules behave as native ones: names, instances, lazily loaded parts, attributes, addresses."""

import json

import pytest
from Harness.site import TAG, html, native_and_linked

THREE = "export const name = 'three'; ran('three');\n"
MAP = {"imports": {"three": "/lib/three.mjs", "three/": "/lib/"}}


def import_map(rules):
    return f'<script type="importmap">{json.dumps(rules)}</script>'


# The page's own import map.

NAMED = {
    "index.html": html(import_map(MAP)),
    "main.mjs": """
        import * as three from "three";
        import * as addon from "three/addon.mjs";
        import "./user.mjs";
        ran("main");
        const computed = ["th" + "ree", "three/" + "addon.mjs", "./lib/three.mjs"];
        const again = await Promise.all(computed.map((name) => import(name)));
        Object.assign(window, { three, addon, evaluated: (code) => eval(code) });
        window.done = again[0] === three && again[1] === addon && again[2] === three && import.meta.resolve("three");
    """,
    "user.mjs": "import { name } from 'three'; ran('user'); export const user = name;",
    "late.mjs": "import * as three from 'three'; import * as addon from 'three/addon.mjs'; ran('late');"
    "export default three === window.three && addon === window.addon;",
    "lib/three.mjs": THREE,
    "lib/addon.mjs": "import { name } from 'three'; export const addon = name; ran('addon');",
}


def test_modules_named_by_the_pages_import_map_come_over_the_websocket(open_site):
    page = open_site(NAMED)
    assert page.done() == f"{page.site.url}lib/three.mjs"
    assert page.counts == {"three": 1, "addon": 1, "user": 1, "main": 1}
    assert page.over_http() == [], page.visit.console
    assert page.visit.loaded["via"] == "websocket"


IMPORTERS = {
    "classic script": "import('three')",
    "classic script, prefix": "import('three/three.mjs')",
    "classic script, URL": "import('/lib/three.mjs')",
    "inline module": """new Promise((done) => {
        window.take = done;
        const script = document.createElement("script");
        script.type = "module";
        script.textContent = "import * as three from 'three'; take(three);";
        document.body.append(script);
    })""",
    "module over HTTP": "import('/late.mjs').then((late) => late.default ? three : null)",
    "blob module": """import(URL.createObjectURL(new Blob(["export * as it from 'three'"], { type: "text/javascript" })))
        .then(({ it }) => it)""",
    "data module": "import(`data:text/javascript,export * as it from 'three'`).then(({ it }) => it)",
    "eval in a linked module": "evaluated(`import('three')`)",
}


@pytest.mark.parametrize("importer", IMPORTERS)
def test_importers_that_are_not_linked_share_the_instance(open_site, importer):
    page = open_site(NAMED)
    page.done()
    assert page.page.evaluate(f"({IMPORTERS[importer]}).then((namespace) => namespace === three)") is True
    assert {name: count for name, count in page.counts.items() if count != 1} == {}
    assert page.over_http() == (["/late.mjs"] if "HTTP" in importer else [])


EARLY = {
    "classic script, name": "<script>early = import('three')</script>",
    "classic script, URL": "<script>early = import('/lib/three.mjs')</script>",
    "inline module, name": "<script type='module'>import * as three from 'three'; tell(three);</script>",
    "inline module, URL": "<script type='module'>import * as three from './lib/three.mjs'; tell(three);</script>",
    "inline module, another module": "<script type='module'>import '/user.mjs'; tell(await import('three'));</script>",
    "script tag": "<script type='module' src='/lib/three.mjs'></script><script>early = import('three')</script>",
    "preload": "<link rel='modulepreload' href='/lib/three.mjs'><script>early = import('three')</script>",
}


@pytest.mark.parametrize("before", [True, False], ids=["before our tag", "after our tag"])
@pytest.mark.parametrize("importer", EARLY)
def test_importers_that_come_before_our_map_share_the_instance(open_site, importer, before):
    early = (
        import_map(MAP)
        + "<script>var tell, early = new Promise((done) => { tell = done; });</script>"
        + EARLY[importer]
    )
    page = open_site({**NAMED, "index.html": html(tag=early + TAG if before else TAG + early)})
    page.done()
    assert page.page.evaluate("early.then((namespace) => namespace === three)") is True
    assert page.page.evaluate("import('three').then((namespace) => namespace === three)") is True
    assert page.page.evaluate("import('/late.mjs').then((late) => late.default)") is True
    assert page.counts == {"three": 1, "addon": 1, "user": 1, "main": 1, "late": 1}
    assert "/main.mjs" not in page.over_http()


def test_a_module_that_was_loaded_by_its_second_name_stays_on_http(open_site):
    """While that is still on its way, nobody can tell: a limit that docs/client.md names."""
    tag = json.dumps(TAG).replace("</", "<\\/")
    head = import_map(MAP) + f"""<script>
        var early = import('three/three.mjs');
        early.then(() => document.head.append(document.createRange().createContextualFragment({tag})));
    </script>"""
    page = open_site({**NAMED, "index.html": html(tag=head)})
    page.done()
    assert page.page.evaluate("early.then((namespace) => namespace === three)") is True
    assert page.page.evaluate("import('three').then((namespace) => namespace === three)") is True
    assert page.counts == {"three": 1, "addon": 1, "user": 1, "main": 1}
    assert page.over_http() == ["/lib/three.mjs"]


def test_scopes_of_the_pages_import_map(open_site):
    rules = {
        "imports": {"lib": "/lib/1.mjs", "/old.mjs": "/new.mjs"},
        "scopes": {"/a/": {"lib": "/lib/2.mjs"}, "/a/deep/": {"lib": "/lib/1.mjs", "other": "/lib/3.mjs"}},
    }
    page = open_site({
        "index.html": html(import_map(rules)),
        "main.mjs": """
            import { lib } from "lib";
            import { lib as inA } from "./a/x.mjs";
            import { lib as deep, other } from "./a/deep/x.mjs";
            import { moved } from "./old.mjs";
            window.done = [lib, inA, deep, other, moved];
        """,
        "a/x.mjs": "export { lib } from 'lib'; ran('a');",
        "a/deep/x.mjs": "export { lib } from 'lib'; export { lib as other } from 'other'; ran('deep');",
        "lib/1.mjs": "export const lib = 1; ran('1');",
        "lib/2.mjs": "export const lib = 2; ran('2');",
        "lib/3.mjs": "export const lib = 3; ran('3');",
        "new.mjs": "export const moved = 'new'; ran('new');",
        "old.mjs": "export const moved = 'old'; ran('old');",
    })  # fmt: skip
    assert page.done() == [1, 2, 1, 3, "new"]
    assert page.page.evaluate("import('lib').then(({ lib }) => lib)") == 1
    assert page.page.evaluate("import('/a/x.mjs').then(({ lib }) => lib)") == 2
    assert page.page.evaluate("import('/old.mjs').then(({ moved }) => moved)") == "new"
    assert page.counts == {"1": 1, "2": 1, "3": 1, "a": 1, "deep": 1, "new": 1}
    # What a scope's rules lead to keeps its own URL: ours cannot win there.
    assert set(page.over_http()) == {"/lib/1.mjs", "/lib/2.mjs", "/lib/3.mjs"}


# Parts that are loaded later.


def test_parts_loaded_later_share_what_is_there(open_site):
    """Three rounds, each with modules of its own and modules of the rounds before."""
    page = open_site({
        "main.mjs": """
            import * as shared from "./shared.mjs";
            ran("main");
            const parts = [];
            for (const name of ["one", "two", "three"]) parts.push((await import(`./parts/${name}.mjs`)).default);
            window.done = parts.every((part) => part === shared) && parts.length;
        """,
        "shared.mjs": "export let count = 1; ran('shared');",
        "parts/one.mjs": "export { self as default } from '../self.mjs'; import './first.mjs'; ran('one');",
        "parts/two.mjs": "import './first.mjs'; import './second.mjs'; ran('two');"
        "export { self as default } from '../self.mjs';",
        "parts/three.mjs": "import './second.mjs'; import * as s from '../shared.mjs'; export default s; ran('three');",
        "parts/first.mjs": "import '../shared.mjs'; ran('first');",
        "parts/second.mjs": "import './first.mjs'; ran('second');",
        "self.mjs": "import * as self from './shared.mjs'; export { self }; ran('self');",
    })  # fmt: skip
    assert page.done() == 3
    names = ["main", "shared", "one", "two", "three", "first", "second", "self"]
    assert page.counts == {name: 1 for name in names}
    assert page.over_http() == []


def test_a_part_that_comes_over_http_shares_what_is_mapped(open_site):
    page = open_site({
        "main.mjs": "import * as shared from './shared.mjs'; window.shared = shared; window.done = 1;",
        "shared.mjs": "ran('shared'); export {};",
        "late.mjs": "import * as shared from './shared.mjs'; ran('late'); export default shared === window.shared;",
    })  # fmt: skip
    page.done()
    assert page.page.evaluate("import('/late.mjs').then((late) => late.default)") is True
    assert page.counts == {"shared": 1, "late": 1}
    assert page.over_http() == ["/late.mjs"]


# Import attributes.

ATTRIBUTES = """
    const results = {};
    const note = (name, promise) => promise.then(
        (it) => { results[name] = typeof it.default === "object" ? JSON.stringify(it.default) : it.default; },
        (error) => { results[name] = error.name; });
"""


def test_attributes_as_the_browser_takes_them(open_site):
    files = {
        "main.mjs": ATTRIBUTES + """
            import data from "./data.json" with { type: "json" };
            import { default as again } from "./data.json" with { type: "json" };
            import sheet from "./plain.css" with { type: "css" };
            import text from "./note.txt" with { type: "text" };
            results.same = data === again;
            results.text = text;
            results.sheet = sheet.cssRules[0].cssText;
            await note("json", import("./data.json", { with: { type: "json" } }));
            await note("json without", import("./data.json"));
            await note("both, json", import("./both.json", { with: { type: "json" } }));
            await note("both, without", import("./both.json"));
            await note("both again", import("./both.json", { with: { type: "json" } }));
            await note("module as json", import("./module.mjs", { with: { type: "json" } }));
            await note("module", import("./module.mjs"));
            await note("broken json", import("./broken.json", { with: { type: "json" } }));
            await note("unknown type", import("./module.mjs", { with: { type: "unknown" } }));
            await note("unknown key", import("./module.mjs", { with: { kind: "json" } }));
            await note("computed options", import("./da" + "ta.json", Object({ with: { type: "json" } })));
            await note("css with addresses", import("./images.css", { with: { type: "css" } }));
            await note("text", import("./note.txt", { with: { type: "text" } }));
            await note("module's text", import("./other.mjs", { with: { type: "text" } }));
            await note("missing", import("./missing.json", { with: { type: "json" } }));
            window.done = results;
        """,
        "data.json": '\ufeff{"answer": 42, "ü": ["ß"]}',
        "both.json": '{"both": true}',
        "broken.json": '{"answer": ',
        "plain.css": "a { color: red }",
        "images.css": "a { background: url(x.png) }",
        "note.txt": "\ufeffone\ntwo % # ü",
        "module.mjs": "import './plain.css' with { type: 'css' }; export default 1; ran('module');",
        "other.mjs": "import './module.mjs'; export default import.meta.url;",
    }  # fmt: skip
    results, native, page = native_and_linked(open_site, files)
    assert results == native
    assert results["same"] is True and results["json"] == '{"answer":42,"ü":["ß"]}' and results["module"] == 1
    assert {"json without", "both, without", "module as json", "broken json", "unknown type", "unknown key", "missing"} <= {
        name for name, result in results.items() if result in ("TypeError", "SyntaxError")
    }
    assert page.counts == {"module": 1}


def test_json_css_and_text_come_over_the_websocket(open_site):
    page = open_site({
        "main.mjs": """
            import data from "./data.json" with { type: "json" };
            import sheet from "./plain.css" with { type: "css" };
            import text from "./note.txt" with { type: "text" };
            window.done = [data.a, sheet.cssRules.length, text];
        """,
        "data.json": '{"a": 1}',
        "plain.css": "a { color: red }",
        "note.txt": "note",
    })  # fmt: skip
    assert page.done() == [1, 1, "note"]
    assert page.visit.loaded["modules"] == 4
    assert set(dict(page.visit.modules_over_websocket())) == {"main.mjs", "data.json", "plain.css", "note.txt"}
    assert [request.url for request in page.visit.requests if "note" in request.url] == []


# A module's own address.


def test_a_modules_own_address(open_site):
    files = {
        "main.mjs": "import './lib/own.mjs?v=1';",
        "lib/own.mjs": """
            // const window = 0: names of the module's own do not get in our way.
            const window = globalThis, location = 0, pitlane = 0;
            const meta = import.meta, { url, resolve } = import.meta;
            const lazy = (name) => import(name);
            function inner(document) { return new URL("../x/y.png", import.meta.url).pathname; }
            const results = {
                url: import.meta.url, same: meta === import.meta, destructured: url, passed: ((m) => m.url)(meta),
                template: `${import.meta.url}#${typeof import.meta.url}`, optional: import.meta?.url, bracket: import.meta["url"],
                resolve: [resolve("./a.mjs"), import.meta.resolve("/b.mjs?c#d"), import.meta.resolve("https://x.test/y")],
                bare: (() => { try { return import.meta.resolve("nothing"); } catch (error) { return error.name; } })(),
                inner: inner(), keys: Object.keys(import.meta).sort(), prototype: Object.getPrototypeOf(import.meta),
                newTarget: new (class { static url = import.meta.url; value = import.meta.url })().value,
                computed: (await lazy("./other.mjs")).default, options: (await import("./oth" + "er.mjs", {})).default,
                comma: (await import((0, "./other.mjs"),)).default, nested: (await import((await import("./na" + "me.mjs")).default)).default,
                object: (await import({ toString: () => "./other.mjs" })).default,
                failed: await import({ toString() { throw new RangeError("no"); } }).catch((error) => error.message),
                symbol: await import(Symbol("s")).catch((error) => error.name),
                missing: await lazy("nothing").catch((error) => error.name),
                assets: await (await fetch(new URL("./data.txt", import.meta.url))).text(),
            };
            import.meta.own = 1;
            results.own = meta.own;
            import.meta.url = "changed";
            results.changed = [meta.url, Reflect.deleteProperty(meta, "own"), "own" in import.meta];
            globalThis.done = JSON.parse(JSON.stringify(results));
        """,
        "lib/other.mjs": "ran('other'); export default new URL(import.meta.url).pathname;",
        "lib/name.mjs": "export default './other.mjs';",
        "lib/data.txt": "asset",
    }  # fmt: skip
    results, native, page = native_and_linked(open_site, files)
    assert results == native
    assert results["url"] == f"{page.site.url}lib/own.mjs?v=1"
    assert results["assets"] == "asset" and results["computed"] == "/lib/other.mjs" and results["failed"] == "no"
