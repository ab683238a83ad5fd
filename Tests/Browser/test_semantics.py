"""Each case of Tests/Browser/semantics logs the same lines natively over HTTP and through the linker."""

import pytest
from Harness import semantics
from Harness.processes import PATIENCE


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    with semantics.served(tmp_path_factory.mktemp("semantics")) as http:
        yield http


@pytest.fixture
def run(browser, origin):
    """Opens a case's page in a profile of its own; returns what it tells when it is over."""
    contexts = []

    def open_case(name, way):
        context = browser.new_context()
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{origin}/{name}/{way}.html", wait_until="commit")
        page.wait_for_function("window.over?.then(() => true)")
        return page.evaluate("window.over")

    yield open_case
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", semantics.parameters(semantics.DIFFERENT))
def test_the_same_in_chromium(run, name):
    semantics.compare(name, run(name, "native"), run(name, "linked"), semantics.OVER_HTTP)
