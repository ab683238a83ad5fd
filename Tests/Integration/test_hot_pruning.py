"""What a page no longer runs because nothing imports it any more."""

from Harness.hot_client import ACCEPT, items, write


def test_what_loses_its_last_importer_is_pruned_with_what_only_it_imports(open_page, root):
    text = 'import "./old.mjs";\nimport "./kept.mjs";\n' + ACCEPT
    write(root, main=text, old='import "./deep.mjs";\nimport "./kept.mjs";\n' + ACCEPT, deep=ACCEPT, kept=ACCEPT)
    page = open_page()
    page.report("main.mjs", "old.mjs", "deep.mjs", "kept.mjs")
    update = page.saved("main.mjs", 'import "./kept.mjs";\n' + ACCEPT)
    assert update["prune"] == ["old.mjs", "deep.mjs"]
    assert page.saved("kept.mjs", ACCEPT + "// 2\n")["prune"] == []
    # What was pruned runs no more.
    page.save("old.mjs", ACCEPT)
    page.client.update("old.mjs")
    page.nothing_else()


def test_modules_that_import_each_other_are_pruned_together(open_page, root):
    write(root, main='import "./old.mjs";\n' + ACCEPT, old='import "./ring.mjs";\n', ring='import "./back.mjs";\nimport "./lib.mjs";\n', back='import "./ring.mjs";\n', lib="export {};\n")
    page = open_page()
    page.report("main.mjs", "old.mjs", "ring.mjs", "back.mjs", "lib.mjs", entries=["main.mjs"])
    update = page.saved("main.mjs", 'import "./lib.mjs";\n' + ACCEPT)
    assert update["prune"] == ["old.mjs", "back.mjs", "ring.mjs"]
    # No dead end in what nobody needs, and no error when it goes.
    assert items(page.saved("lib.mjs", "export const a = 1;\n")) == [("main.mjs", "main.mjs", ["lib.mjs", "main.mjs"])]
    (root / "ring.mjs").unlink()
    page.client.update("ring.mjs")
    page.nothing_else()


def test_an_entry_is_never_pruned(open_page, root):
    write(root, main='import "./second.mjs";\n' + ACCEPT, second=ACCEPT)
    page = open_page()
    page.report("main.mjs", "second.mjs", entries=["main.mjs", "/second.mjs"])
    assert page.saved("main.mjs", ACCEPT)["prune"] == []
    assert items(page.saved("second.mjs", ACCEPT + "// 2\n"))


def test_what_no_entry_leads_to_is_no_dead_end(open_page, root):
    write(root, main='import "./a.mjs";\n' + ACCEPT, a="export {};\n", orphan='import "./a.mjs";\n', lost="export {};\n")
    page, other = open_page(), open_page()
    paths = ("main.mjs", "a.mjs", "orphan.mjs", "lost.mjs")
    page.report(*paths, entries=["main.mjs"], complete=True)
    other.report(*paths, entries=["main.mjs"])
    update = page.saved("a.mjs", "export const a = 1;\n")
    assert items(update) == [("main.mjs", "main.mjs", ["a.mjs", "main.mjs"])]
    assert update["prune"] == ["lost.mjs", "orphan.mjs"]
    # Where there may be more entries, they are dead ends.
    assert other.told()["type"] == "reload"
    page.report("orphan.mjs")
    (root / "orphan.mjs").unlink()
    assert page.told()["prune"] == ["orphan.mjs"]
    page.nothing_else()
