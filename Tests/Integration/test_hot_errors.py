"""Modules that are gone, broken, or failed in the page."""

from Harness.client import digest
from Harness.hot_client import ACCEPT, items, write


def test_a_removed_module_that_is_imported_is_an_error_until_it_is_back(open_page, root):
    write(root, main='import "./a.mjs";\n', a=ACCEPT)
    page = open_page()
    page.report("main.mjs", "a.mjs")
    (root / "a.mjs").unlink()
    error = page.told()
    assert (error["type"], error["path"], error["code"], error["importers"]) == ("hot:error", "a.mjs", "not_found", ["main.mjs"])
    assert "a.mjs" in error["message"]
    page.save("a.mjs", ACCEPT)
    update = page.told()
    assert (update["updates"], update["modules"], update["prune"], update["cleared"]) == ([], [], [], ["a.mjs"])
    (root / "a.mjs").unlink()
    assert page.told()["type"] == "hot:error"
    update = page.saved("a.mjs", ACCEPT + "// 2\n")
    assert (items(update), update["cleared"]) == ([("a.mjs", "a.mjs", ["a.mjs"])], ["a.mjs"])


def test_a_removed_module_whose_importers_let_it_go_is_no_error_any_more(open_page, root):
    write(root, main='import "./a.mjs";\n' + ACCEPT, a="export {};\n")
    page = open_page()
    page.report("main.mjs", "a.mjs")
    (root / "a.mjs").unlink()
    assert page.told()["type"] == "hot:error"
    update = page.saved("main.mjs", ACCEPT)
    assert (update["prune"], update["cleared"]) == (["a.mjs"], ["a.mjs"])


def test_a_syntax_error_keeps_what_is_known_of_the_running_version(open_page, root):
    write(root, main='import "./a.mjs";\n', a=ACCEPT)
    page = open_page()
    page.report("main.mjs", "a.mjs")
    update = page.saved("a.mjs", "export const a = {;\nimport.meta.hot")
    assert items(update) == [("a.mjs", "a.mjs", ["a.mjs"])]
    assert update["modules"][0]["lexError"]["line"] == 1
    # The broken version accepts nothing, but it does not run either.
    assert items(page.saved("a.mjs", "export const a = 2;\n")) == [("a.mjs", "a.mjs", ["a.mjs"])]
    assert page.saved("a.mjs", "export const a = 3;\n")["type"] == "reload"


def test_a_syntax_error_without_boundary_does_not_reload(open_page, root):
    text = "export const a = 1;\n"
    write(root, main='import "./a.mjs";\n', a=text)
    page = open_page()
    page.report("main.mjs", "a.mjs")
    error = page.saved("a.mjs", "// fine\nexport const a = {;\n")
    assert (error["type"], error["code"], error["line"], error["importers"]) == ("hot:error", "syntax_error", 2, ["main.mjs"])
    page.save("a.mjs", text)
    assert page.told()["cleared"] == ["a.mjs"]
    page.saved("a.mjs", "export const a = (;\n")
    assert page.saved("a.mjs", "export const a = 2;\n")["type"] == "reload"


def test_a_module_that_is_gone_when_it_is_reported(open_page, root):
    write(root, main='import "./gone.mjs";\n')
    page = open_page()
    page.report("main.mjs", hashes={"gone.mjs": "0" * 16})
    error = page.told()
    assert (error["type"], error["path"], error["importers"]) == ("hot:error", "gone.mjs", ["main.mjs"])


def test_a_version_that_failed_does_not_decide_about_the_next_one(open_page, root):
    write(root, main='import "./a.mjs";\n', a=ACCEPT)
    page, other = open_page(), open_page()
    for one in (page, other):
        one.report("main.mjs", "a.mjs")
    bad = "throw new Error('no accept here');\n"
    page.saved("a.mjs", bad)
    assert other.told()["type"] == "hot:update"
    # In one page the version before runs on; the other one was loaded meanwhile with the new one.
    assert page.report(hashes={"a.mjs": digest(ACCEPT)}, failed={"a.mjs": digest(bad)})["modules"] == 2
    page.nothing_else()
    assert items(page.saved("a.mjs", ACCEPT + "// 2\n")) == [("a.mjs", "a.mjs", ["a.mjs"])]
    assert other.told()["type"] == "reload"
    # The same in a report of everything, after a reconnect.
    page.saved("a.mjs", bad)
    page = open_page()
    page.report("main.mjs", hashes={"a.mjs": digest(ACCEPT + "// 2\n")}, failed={"a.mjs": digest(bad)}, reset=True)
    page.nothing_else()
    assert items(page.saved("a.mjs", ACCEPT)) == [("a.mjs", "a.mjs", ["a.mjs"])]
