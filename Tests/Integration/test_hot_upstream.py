"""Hot updates of modules that a dev server compiles: told when it has compiled them."""

import time

import pytest
from Harness.client import digest
from Harness.hot_client import ACCEPT, Page, contents, items
from Harness.processes import wait_for
from Harness.upstream import HANG, whole

FAILED = whole("a brace is missing", "text/plain", "500 Internal Server Error")


class Compiler:
    """A dev server that makes `compiled: <text>` of every file, as it was when it last `looked`."""

    def __init__(self, upstream, root):
        self.upstream, self.root, self.texts = upstream, root, {}

    def look(self, *names):
        for name in names:
            self.texts[name] = f"// compiled\n{(self.root / name).read_text()}"
            self.upstream.answers[f"/{name}"] = [lambda head, name=name: whole(self.texts[name])]

    def fail(self, name):
        self.upstream.answers[f"/{name}"] = [FAILED]

    def hashes(self, *names):
        return {name: digest(self.texts[name]) for name in names}


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "hot"
    folder.mkdir()
    (folder / "main.mjs").write_text('import "./a.mjs";\nimport "./b.mjs";\n')
    (folder / "a.mjs").write_text(ACCEPT)
    (folder / "b.mjs").write_text(ACCEPT)
    return folder


NAMES = ["main.mjs", "a.mjs", "b.mjs"]


@pytest.fixture
def compiler(upstream, root):
    compiler = Compiler(upstream, root)
    compiler.look(*NAMES)
    return compiler


@pytest.fixture
def page(start, root, compiler, upstream, dial):
    page = Page(dial(start("--root", root, "--upstream", upstream.http, "--prefer", "upstream")), root)
    for name in NAMES:
        page.client.ask("module:request", path=name)
    page.report(hashes=compiler.hashes(*NAMES))
    return page


def test_a_save_brings_what_the_dev_server_makes_of_it(page, compiler, upstream):
    asked = upstream.count("/a.mjs")
    page.save("a.mjs", ACCEPT + "// 2\n")
    # The dev server is slow to notice: what it gives at first is the old text.
    wait_for(lambda: upstream.count("/a.mjs") >= asked + 2, "the dev server to be asked again")
    compiler.look("a.mjs")
    update = page.told()
    assert items(update) == [("a.mjs", "a.mjs", ["a.mjs"])]
    assert contents(update) == {"a.mjs": compiler.texts["a.mjs"]}
    assert (update["modules"][0]["source"], update["modules"][0]["hash"]) == ("upstream", digest(compiler.texts["a.mjs"]))
    page.nothing_else()


def test_what_is_compiled_late_is_an_update_of_its_own(page, compiler, upstream):
    page.save("a.mjs", ACCEPT + "// 2\n")
    page.save("b.mjs", ACCEPT + "// 2\n")
    compiler.look("b.mjs")
    assert list(contents(page.told())) == ["b.mjs"]
    compiler.look("a.mjs")
    assert list(contents(page.told())) == ["a.mjs"]
    page.nothing_else()


def test_a_compile_error_is_told_and_cleared(page, compiler):
    old = ACCEPT
    compiler.fail("a.mjs")
    page.save("a.mjs", ACCEPT + "{\n")
    error = page.told()
    assert (error["type"], error["path"], error["code"], error["importers"]) == ("hot:error", "a.mjs", "upstream_status", ["main.mjs"])
    page.save("a.mjs", old)
    compiler.look("a.mjs")
    update = page.told()
    assert (update["updates"], update["cleared"]) == ([], ["a.mjs"])


def test_a_dev_server_that_restarts_is_asked_again(start, root, upstream, compiler, dial):
    server = start("--root", root, "--upstream", upstream.http, "--prefer", "upstream")
    page = Page(dial(server), root)
    for name in NAMES:
        page.client.ask("module:request", path=name)
    page.report(hashes=compiler.hashes(*NAMES))
    upstream.answers["/a.mjs"] = [b""]
    page.save("a.mjs", ACCEPT + "// 2\n")
    error = page.told()
    assert error["type"] == "hot:error" and error["code"].startswith("upstream_")
    compiler.look("a.mjs")
    update = page.told()
    assert (items(update), update["cleared"]) == ([("a.mjs", "a.mjs", ["a.mjs"])], ["a.mjs"])


def test_a_report_that_the_dev_server_cannot_confirm_is_looked_into_later(start, root, upstream, compiler, dial):
    for name in NAMES:
        upstream.answers[f"/{name}"] = [b""]
    page = Page(dial(start("--root", root, "--upstream", upstream.http, "--prefer", "upstream")), root)
    assert page.report(hashes=compiler.hashes(*NAMES))["modules"] == 3
    page.nothing_else()
    # While it was away, one module has changed.
    (root / "a.mjs").write_text(ACCEPT + "// 2\n")
    compiler.look(*NAMES)
    update = page.told()
    assert items(update) == [("a.mjs", "a.mjs", ["a.mjs"])]
    assert contents(update) == {"a.mjs": compiler.texts["a.mjs"]}


def test_bare_specifiers_are_left_to_the_dev_server(start, tmp_path, upstream, dial):
    root = tmp_path / "bare"
    root.mkdir()
    plain = 'import "lib";\n' + ACCEPT
    (root / "main.mjs").write_text(plain)
    rewritten = plain.replace('"lib"', '"/modules/lib.mjs"')
    upstream.answers["/main.mjs"] = [whole(rewritten)]
    upstream.answers["/modules/lib.mjs"] = [whole("export {};\n")]
    server = start("--root", root, "--upstream", upstream.http)
    page = Page(dial(server), root)
    running = {"main.mjs": digest(rewritten), "modules/lib.mjs": digest("export {};\n")}
    # As after a restart of Pitlane: it has not seen yet that the dev server rewrites the file.
    assert page.report(hashes=running)["modules"] == 2
    page.nothing_else()
    upstream.answers["/main.mjs"] = [whole(rewritten + "// 2\n")]
    page.save("main.mjs", plain + "// 2\n")
    assert contents(page.told()) == {"main.mjs": rewritten + "// 2\n"}
    # A module that was served from the disk may import a package from now on.
    (root / "other.mjs").write_text(ACCEPT)
    upstream.answers["/other.mjs"] = [whole(ACCEPT)]
    assert page.report("other.mjs")["modules"] == 3
    upstream.answers["/other.mjs"] = [whole(rewritten + "// 3\n")]
    page.save("other.mjs", plain + "// 3\n")
    assert contents(page.told()) == {"other.mjs": rewritten + "// 3\n"}
    page.nothing_else()


def test_a_dev_server_that_hangs_does_not_hold_updates_up(start, root, upstream, compiler, dial):
    (root / "disk.mjs").write_text(ACCEPT)
    upstream.answers["/a.mjs"] = [HANG]
    page = Page(dial(start("--root", root, "--upstream", upstream.http)), root)
    (root / "a.mjs").unlink()
    start_of_report = time.monotonic()
    answer = page.report("disk.mjs", hashes={"a.mjs": "0" * 16})
    # The dev server itself is given up after 10 s, again and again.
    assert (answer["modules"], time.monotonic() - start_of_report < 8) == (2, True)
    assert items(page.saved("disk.mjs", ACCEPT + "// 2\n")) == [("disk.mjs", "disk.mjs", ["disk.mjs"])]
