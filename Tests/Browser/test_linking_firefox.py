"""Firefox takes one import map: what comes later shares instances, and what it says of blob: URLs is explained."""

import pytest
from Harness.firefox import executable
from Harness.site import TAG, Site, html

pytestmark = pytest.mark.skipif(executable() is None, reason="there is no firefox-esr; install it, or set FIREFOX")

# Keeps the client's console lines and what it tells of the load.
LINES = """<script>
window.lines = [];
const { info } = console;
console.info = (...values) => { lines.push(values.join(" ")); info.apply(console, values); };
window.loaded = new Promise((done) => addEventListener("pitlane:loaded", ({ detail }) => done(detail)));
</script>"""


@pytest.fixture
def open_tab(firefox, tmp_path, start):
    tabs = []

    def open_page(files):
        site = Site(tmp_path / "site", {"index.html": html(tag=LINES + TAG), **files}, start)
        tab = firefox.new_tab()
        tabs.append(tab)
        tab.open(site.url)
        tab.site = site
        return tab

    yield open_page
    for tab in tabs:
        tab.close()


def over_http(tab):
    entries = tab.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    return [name.removeprefix(tab.site.url) for name in entries if name.endswith((".mjs", ".json", ".css"))]


def test_parts_loaded_later_share_what_is_mapped(open_tab):
    tab = open_tab({
        "main.mjs": """
            import * as shared from "./shared.mjs";
            const parts = [];
            for (const name of ["one", "two", "three"]) parts.push((await import(`./parts/${name}.mjs`)).default);
            window.done = parts.every((part) => part === shared) && parts.length;
        """,
        "shared.mjs": "export let count = 1; ran('shared');",
        "parts/one.mjs": "import * as it from '../shared.mjs'; import './own.mjs'; export default it; ran('one');",
        "parts/two.mjs": "import * as it from '../shared.mjs'; import './own.mjs'; export default it; ran('two');",
        "parts/three.mjs": "import './two.mjs'; export { default } from './one.mjs'; ran('three');",
        "parts/own.mjs": "ran('own'); export {};",
    })  # fmt: skip
    assert tab.evaluate("loaded.then(({ via }) => via)") == "websocket"
    assert tab.evaluate("new Promise((done) => setInterval(() => window.done !== undefined && done(window.done)))") == 3
    assert tab.evaluate("counts") == {name: 1 for name in ("shared", "one", "two", "three", "own")}
    assert sorted(over_http(tab)) == [f"parts/{name}.mjs" for name in ("one", "own", "three", "two")]


def test_a_page_with_an_import_map_of_its_own_comes_over_http(open_tab):
    rules = '<script type="importmap">{"imports": {"named": "/lib/named.mjs"}}</script>'
    tab = open_tab({
        "index.html": html(rules, tag=LINES + TAG),
        "main.mjs": "import * as one from 'named'; import * as two from './lib/named.mjs'; window.done = one === two;",
        "lib/named.mjs": "ran('named'); export {};",
    })  # fmt: skip
    assert tab.evaluate("loaded.then(({ via }) => via)") == "http"
    assert tab.evaluate("[done, counts, lines]") == [
        True,
        {"named": 1},
        ["[pitlane] Modules come over HTTP: this browser takes one import map, before any module, and the page has "
         "modules or a map of its own."],
    ]  # fmt: skip


FAILURES = {
    "thrown": ("\n\n  throw new Error('boom');\n", "lib/failing.mjs:3:9 Error: boom"),
    "syntax": ("\nlet x = ;\n", "lib/failing.mjs:2:9 SyntaxError: expected expression, got ';'"),
    "no such export": (
        "\nimport { nothing } from './fine.mjs';\n",
        "lib/failing.mjs:2:10 SyntaxError: The requested module 'URLlib/fine.mjs' doesn't provide an export named: 'nothing'",
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_errors_are_explained_by_the_modules_own_urls(open_tab, failure):
    source, line = FAILURES[failure]
    tab = open_tab({
        "main.mjs": "import './lib/failing.mjs';",
        "lib/failing.mjs": source,
        "lib/fine.mjs": "export {};",
    })  # fmt: skip
    tab.evaluate("loaded")
    assert tab.evaluate("lines") == [f"[pitlane] {tab.site.url}{line.replace('URL', tab.site.url)}"]
