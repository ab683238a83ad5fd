"""The main cases in Firefox, which takes one import map: new versions are linked by blob: URLs, leaf first."""

import cases_api
import cases_errors
import cases_events
import cases_exports
import cases_propagation
import cases_pruning
import pytest
from cases import play
from Harness.firefox import executable
from hotsite import FirefoxTab, HotPage

pytestmark = pytest.mark.skipif(executable() is None, reason="there is no firefox-esr; install it, or set FIREFOX")

ALL = {
    **cases_api.CASES,
    **cases_propagation.CASES,
    **cases_exports.CASES,
    **cases_pruning.CASES,
    **cases_events.CASES,
    **cases_errors.CASES,
}
MAIN = [
    "accept() without a callback",
    "accept(callback) of the version before gets the new module",
    "accept(dep, callback)",
    "accept([deps], callback): an array with the changed one only",
    "dispose, import, callback",
    "data is handed from version to version",
    "modules between the changed one and the boundary run anew, each once",
    "a chain of ten",
    "a diamond with a boundary on each side: one instance for both",
    "nothing accepts: reload",
    "a part loaded by a dynamic import accepts itself",
    "a dynamic import that is not made yet gives the newest version",
    "importers outside the chain keep the old instance",
    "import.meta.url and import.meta.resolve are those of the module's own URL",
    "JSON modules",
    "an update and the module that it imports come together",
    "top-level await in the new version",
    "acceptExports of not all used ones",
    "acceptExports: a change below ends there",
    "prune when the import goes away, and the import comes back",
    "invalidate in the callback: the importer takes its place",
    "invalidate again and again ends",
    "an update's events, for modules and for the page",
    "an error in the accept callback",
    "one boundary fails, the other one takes the change",
]


@pytest.fixture
def open_page(firefox, server):
    tabs = []

    def open_page(files, **options):
        tabs.append(firefox.new_tab())
        return HotPage(FirefoxTab(tabs[-1]), server.site(files, **options))

    yield open_page
    for tab in tabs:
        tab.close()


@pytest.mark.parametrize("name", MAIN)
def test_the_same_in_firefox(open_page, name):
    play(open_page, ALL[name])


def test_a_cycle_within_the_chain_reloads(open_page):
    """blob: URLs cannot name each other in a cycle."""
    page = open_page(
        {
            "main.mjs": "import './a.mjs'; log('main'); import.meta.hot.accept();",
            "a.mjs": "import './b.mjs'; log('a $v');",
            "b.mjs": "import './a.mjs'; log('b $v');",
        }
    ).start("b 1", "a 1", "main")
    page.save("b.mjs").expect("page", "b 2", "a 1", "main").reported().mark()
