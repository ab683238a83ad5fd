"""The semantics cases in Firefox: one import map, blob: URLs."""

import pytest
from Harness import semantics
from Harness.firefox import executable

pytestmark = pytest.mark.skipif(executable() is None, reason="there is no firefox-esr; install it, or set FIREFOX")


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    with semantics.served(tmp_path_factory.mktemp("semantics")) as http:
        yield http


@pytest.mark.parametrize("name", semantics.parameters(semantics.DIFFERENT_IN_FIREFOX))
def test_the_same_in_firefox(firefox, origin, name):
    results = []
    for way in ("native", "linked"):
        tab = firefox.new_tab()
        tab.open(f"{origin}/{name}/{way}.html")
        results.append(tab.evaluate("window.over"))
        tab.close()
    semantics.compare(name, *results, semantics.OVER_HTTP_IN_FIREFOX)
