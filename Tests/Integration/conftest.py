"""Fixtures of the tests of hot updates."""

import pytest
from Harness.hot_client import Page


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "hot"
    folder.mkdir()
    return folder


@pytest.fixture
def open_page(start, root, dial):
    """Opens a page on a server that is started once for the test."""
    servers = []

    def begin(*arguments, **options):
        if not servers:
            servers.append(start("--root", root, *arguments))
        return Page(dial(servers[0], **options), root)

    begin.servers = servers
    return begin
