"""Fixtures of the hot reload suite: one server for all cases, each with a site and a browser profile of its own."""

import pytest
from hotsite import ChromiumTab, HotPage, HotServer


@pytest.fixture(scope="session")
def server(tmp_path_factory, certificates):
    server = HotServer(tmp_path_factory.mktemp("hot") / "server", certificates)
    yield server
    server.stop()


@pytest.fixture
def open_page(server, context):
    """Opens the page of a new site with these files."""

    def open_page(files, **options):
        return HotPage(ChromiumTab(context), server.site(files, **options))

    return open_page
