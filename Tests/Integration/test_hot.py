"""Hot updates: what the server tells a page that has said which module versions it runs."""

import json

import pytest
from Harness.client import digest
from Harness.processes import wait_for

ACCEPT = "import.meta.hot?.accept();\n"


class Page:
    """A client that runs modules as a browser's page would, as far as the server can tell."""

    def __init__(self, client, root):
        self.client, self.root = client, root
        client.until_type("hello")

    def report(self, *paths, hashes=None, **fields):
        """Says that the page runs these modules as they are on disk, but for the given `hashes`."""
        modules = {path: digest((self.root / path.split("?")[0]).read_bytes()) for path in paths}
        modules.update(hashes or {})
        return self.client.ask("hot:running", modules=modules, **fields)

    def told(self, timeout=60):
        """The next thing that this page alone is told."""
        kinds = ("hot:update", "reload", "hot:error")
        return self.client.until(lambda m: isinstance(m, dict) and m["type"] in kinds, timeout)

    def save(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def saved(self, path, text):
        """What the page is told of a save; the module's text comes with it."""
        self.save(path, text)
        message = self.told()
        if message["type"] == "hot:update":
            assert message["seq"] >= self.client.update(path)["seq"]
            assert contents(message)[path] == text
        return message

    def nothing_else(self):
        """Asserts that the page has been told nothing that it has not taken: an answer comes behind it all."""
        self.client.ask("ping")
        kept = [m["type"] for m in self.client._kept if isinstance(m, dict)]
        assert not {"hot:update", "reload", "hot:error"} & set(kept), self.client._kept


def contents(update):
    return {m["path"]: m["content"] for m in update["modules"]}


def items(update):
    assert update["type"] == "hot:update", update
    return [(u["boundary"], u["accepted"], u["chain"]) for u in update["updates"]]


def write(root, **modules):
    for name, text in modules.items():
        (root / f"{name}.mjs").write_text(text)


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


def test_a_module_that_accepts_itself(open_page, root):
    write(root, main='import "./a.mjs";\n', a=ACCEPT)
    page = open_page()
    answer = page.report("main.mjs", "a.mjs", reset=True)
    assert (answer["modules"], answer["files"]) == (2, {})
    update = page.saved("a.mjs", ACCEPT + "// 2\n")
    assert items(update) == [("a.mjs", "a.mjs", ["a.mjs"])]
    [module] = update["modules"]
    assert (module["hash"], module["length"]) == (digest(ACCEPT + "// 2\n"), len(ACCEPT) + 5)
    assert (module["contentType"], module["source"], update["source"]) == ("text/javascript", "disk", "system")
    assert update["prune"] == [] and "cleared" not in update
    assert items(page.saved("a.mjs", ACCEPT + "// 3\n")) == [("a.mjs", "a.mjs", ["a.mjs"])]
    page.nothing_else()


def test_an_importer_that_accepts_its_dependency(open_page, root):
    write(root, main='import { a } from "./a.mjs";\nimport.meta.hot.accept("./a.mjs", () => {});\n', a="export const a = 1;\n")
    page = open_page()
    page.report("main.mjs", "a.mjs")
    assert items(page.saved("a.mjs", "export const a = 2;\n")) == [("main.mjs", "a.mjs", ["a.mjs"])]


def test_a_chain_up_to_the_module_that_accepts(open_page, root):
    write(root, main='import "./c.mjs";\n', c='import "./b.mjs";\n' + ACCEPT, b='export * from "./a.mjs";\n', a="export const a = 1;\n")
    page = open_page()
    page.report("main.mjs", "a.mjs", "b.mjs", "c.mjs")
    update = page.saved("a.mjs", "export const a = 2;\n")
    assert items(update) == [("c.mjs", "c.mjs", ["a.mjs", "b.mjs", "c.mjs"])]
    assert list(contents(update)) == ["a.mjs"]


def test_a_dead_end_reloads_the_page(open_page, root):
    write(root, main='import "./a.mjs";\n', a="export const a = 1;\n")
    page = open_page()
    page.report("main.mjs", "a.mjs")
    message = page.saved("a.mjs", "export const a = 2;\n")
    assert (message["type"], message["path"], message["source"]) == ("reload", "a.mjs", "system")
    assert message["reason"] == "no module accepts updates of a.mjs: they end at main.mjs"
    assert page.saved("main.mjs", "export {};\n")["reason"] == "no module accepts updates of main.mjs"


def test_what_the_page_does_not_run_causes_nothing(open_page, root):
    write(root, main=ACCEPT, other="export {};\n")
    page = open_page()
    page.report("main.mjs")
    page.save("other.mjs", "export const other = 2;\n")
    page.client.update("other.mjs")
    page.nothing_else()


def test_old_hashes_in_a_report_bring_the_page_up_to_date_before_its_answer(open_page, root):
    write(root, main='import "./a.mjs";\nimport "./b.mjs";\n', a=ACCEPT, b=ACCEPT)
    page = open_page()
    page.client.send({
        "type": "hot:running", "id": "r", "reset": True,
        "modules": {"main.mjs": digest('import "./a.mjs";\nimport "./b.mjs";\n'), "a.mjs": "0" * 16, "b.mjs": digest(ACCEPT)},
    })  # fmt: skip
    messages = [page.client.receive() for _ in range(2)]
    assert [m["type"] for m in messages] == ["hot:update", "hot:running"]
    assert items(messages[0]) == [("a.mjs", "a.mjs", ["a.mjs"])]
    assert contents(messages[0]) == {"a.mjs": ACCEPT}
    assert (messages[1]["id"], messages[1]["modules"]) == ("r", 3)
    # From then on the page counts as running what was sent.
    page.report()
    page.nothing_else()
