"""Hundreds of modules of real code, unbundled and with cycles: linked as the browser loads them, each evaluated once."""

import pytest
from Harness.processes import PATIENCE, Pitlane
from Harness.trees import GuessingServer, debian_tree


@pytest.fixture
def load(browser, tmp_path):
    """Loads the tree in one of two ways; returns the tree, what every module exports, and the order of evaluation."""
    contexts, servers = [], []
    trees = {}

    def start(count):
        tree = debian_tree(tmp_path / f"tree-{count}", count)
        tree.write_pages()
        upstream = GuessingServer(tree.root)
        servers.append(upstream.__enter__())
        server = Pitlane("--root", tree.root, "--upstream", upstream.http).wait_until_ready()
        servers.append(server)
        return tree, server

    def open_page(way, count=False):
        if count not in trees:
            trees[count] = start(count)
        tree, server = trees[count]
        context = browser.new_context()
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{server.http}/{way}.html", wait_until="commit")
        page.wait_for_function("window.loaded?.then(() => true)")
        return tree, page

    yield open_page
    for context in contexts:
        context.close()
    for server in reversed(servers):
        server.stop() if isinstance(server, Pitlane) else server.__exit__()


def test_every_namespace_equals_the_native_one(load):
    tree, native = load("native")
    _, linked = load("linked")
    assert len(tree.modules) >= 700
    assert max(tree.cycles()) >= 4
    assert linked.evaluate("window.loaded")["via"] == "websocket"
    assert linked.evaluate("window.loaded")["modules"] == len(tree.modules)
    expected = native.evaluate("urls => describeModules(urls)", tree.modules)
    found = linked.evaluate("urls => describeModules(urls)", tree.modules)
    assert set(tree.modules) <= set(expected["fetched"]), "the native page loads them all over HTTP"
    # Also not when page code asks for each by its URL: it gets the linked one.
    assert set(found["fetched"]) & set(tree.modules) == set()
    assert all(module["same"] for module in found["modules"].values())
    different = [url for url in tree.modules if found["modules"][url] != expected["modules"][url]]
    assert different == []


def test_every_module_is_evaluated_once_and_in_the_native_order(load):
    tree, native = load("native", count=True)
    _, linked = load("linked", count=True)
    for page in (native, linked):
        page.evaluate("urls => Promise.all(urls.map((url) => import(url)))", tree.modules)
    order = linked.evaluate("window.evaluated")
    assert sorted(order) == tree.modules
    assert order == native.evaluate("window.evaluated")
