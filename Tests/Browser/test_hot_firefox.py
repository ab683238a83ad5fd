"""Hot updates in Firefox, which takes one import map: new versions are linked by blob: URLs, leaf first."""

import pytest
from Harness.firefox import executable
from Harness.hot import page
from Harness.processes import wait_for
from Harness.site import Site

from test_hot import CHAIN, MID

pytestmark = pytest.mark.skipif(executable() is None, reason="there is no firefox-esr; install it, or set FIREFOX")

LINES = """<script>
for (const name of ["info", "debug", "error"]) {
  const own = console[name];
  console[name] = (...words) => { (window.said ??= []).push(words.join(" ")); own.apply(console, words); };
}
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  if (data.includes('"hot:running"')) this.addEventListener("message", ({ data }) => {
    if (typeof data === "string" && data.includes('"type":"hot:running"')) window.reported = true;
  });
  return send.call(this, data);
};
</script>"""


class Tab:
    def __init__(self, tab, site):
        self.tab, self.site = tab, site
        tab.open(site.url)
        self.until("window.reported")

    def until(self, expression):
        return wait_for(lambda: self.tab.evaluate(expression), f"{expression}; {self.tab.evaluate('[window.lines, window.said]')}")

    def since(self, count, *lines):
        wanted = list(lines)
        self.until(f"lines.length >= {count + len(wanted)}")
        assert self.tab.evaluate("lines")[count:] == wanted

    def assert_not_reloaded(self):
        assert self.tab.evaluate("window.same && performance.getEntriesByType('navigation')[0].type") == "navigate"


@pytest.fixture
def hot(firefox, tmp_path, start):
    tabs = []

    def open_page(files):
        html = page().replace("<script", f"{LINES}<script", 1)
        tab = firefox.new_tab()
        tabs.append(tab)
        return Tab(tab, Site(tmp_path / "site", {"index.html": html, **files}, start))

    yield open_page
    for tab in tabs:
        tab.close()


def test_a_leaf_is_replaced_up_to_the_module_that_accepts_itself(hot):
    page = hot(CHAIN)
    for value, count in (2, 1), (3, 2):
        page.site.write("leaf.mjs", f"export const leaf = {value}; log('leaf');")
        page.since(4 * count - 1, f"dispose {count}", "leaf", f"mid {value}", f"accepted {value}")
    page.assert_not_reloaded()
    assert "[pitlane] hot updated: /mid.mjs" in page.tab.evaluate("said")


@pytest.mark.parametrize(
    "text, kind, path, place",
    [
        ("export const leaf = 2;\nlet x = ;\n", "syntax", "leaf.mjs", [2, 9]),
        ("export const other = 2;\n", "link", "mid.mjs", [2, 10]),
        ("export const leaf = 2;\n  boom();\n", "runtime", "leaf.mjs", [2, 3]),
    ],
)
def test_failures_name_their_place_and_are_corrected(hot, text, kind, path, place):
    page = hot(CHAIN)
    page.site.write("leaf.mjs", text)
    problem = page.until("window.problems[0]")
    assert [problem["kind"], problem["path"], problem["line"], problem["column"]] == [kind, path, *place]
    before = len(page.tab.evaluate("lines"))
    page.site.write("leaf.mjs", "export const leaf = 3;")
    page.until("lines.at(-1) === 'accepted 3'")
    assert page.tab.evaluate("lines")[before:][1:] == ["mid 3", "accepted 3"]
    page.assert_not_reloaded()


def test_an_accepted_dependency_and_what_imports_it_later(hot):
    page = hot({
        "main.mjs": """
            import { dep } from "./dep.mjs"; import "./self.mjs"; log("main", dep);
            import.meta.hot.accept("./dep.mjs", (next) => log("dep", next.dep));
        """,
        "self.mjs": "import { dep } from './dep.mjs'; log('self', dep); import.meta.hot.accept();",
        "dep.mjs": "export const dep = 1;",
    })  # fmt: skip
    page.site.write("dep.mjs", "export const dep = 2;")
    page.until("lines.includes('dep 2') && lines.includes('self 2')")
    page.site.write("self.mjs", "import { dep } from './dep.mjs'; log('self again', dep); import.meta.hot.accept();")
    page.until("lines.at(-1) === 'self again 2'")
    page.assert_not_reloaded()


def test_json(hot):
    page = hot({
        "main.mjs": "import data from './data.json' with { type: 'json' }; log(data.a);"
        "import.meta.hot.accept('./data.json', (next) => log('data', next.default.a));",
        "data.json": '{"a": 1}',
    })  # fmt: skip
    page.site.write("data.json", '{"a": 2}')
    page.since(1, "data 2")


def test_a_cycle_in_the_chain_reloads(hot):
    page = hot({
        "main.mjs": "import './a.mjs'; import.meta.hot.accept('./a.mjs', () => {}); log('main');",
        "a.mjs": "import './b.mjs'; export const a = 1;",
        "b.mjs": "import { a } from './a.mjs'; import './leaf.mjs'; export const b = () => a;",
        "leaf.mjs": "log('leaf 1');",
    })  # fmt: skip
    page.site.write("leaf.mjs", "log('leaf 2');")
    page.until("window.lines?.[0] === 'leaf 2'")
    assert page.tab.evaluate("performance.getEntriesByType('navigation')[0].type") == "reload"
