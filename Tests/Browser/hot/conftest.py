"""Fixtures of the hot reload suite: one server, one browser profile, and for each case a site and a tab of its own."""

import pytest
from hotsite import ChromiumTab, HotPage, HotServer


@pytest.fixture(scope="session")
def server(tmp_path_factory, certificates):
    server = HotServer(tmp_path_factory.mktemp("hot") / "server", certificates)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(ignore_https_errors=True)
    yield context
    context.close()


@pytest.fixture
def open_tab(context):
    tabs = []

    def open_tab():
        tabs.append(ChromiumTab(context))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.close()


@pytest.fixture
def open_page(server, open_tab):
    """Opens the page of a new site with these files."""

    def open_page(files, **options):
        return HotPage(open_tab(), server.site(files, **options))

    return open_page
