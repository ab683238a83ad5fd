"""Who takes a change, and what is evaluated anew for that."""

import pytest
from Harness.client import digest
from Harness.hot_client import ACCEPT, contents, items, write


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


def test_a_diamond_is_evaluated_once_from_below(open_page, root):
    write(
        root, main='import "./left.mjs";\nimport "./right.mjs";\n' + ACCEPT, left='import "./base.mjs";\n',
        right='import "./base.mjs";\n', base="export {};\n",
    )  # fmt: skip
    page = open_page()
    page.report("main.mjs", "left.mjs", "right.mjs", "base.mjs")
    [(boundary, accepted, chain)] = items(page.saved("base.mjs", "export const b = 2;\n"))
    assert (boundary, accepted) == ("main.mjs", "main.mjs")
    assert (chain[0], sorted(chain[1:3]), chain[3]) == ("base.mjs", ["left.mjs", "right.mjs"], "main.mjs")


def test_a_cycle_ends_at_the_module_that_accepts(open_page, root):
    write(root, main='import "./a.mjs";\n' + ACCEPT, a='import "./b.mjs";\n', b='import "./a.mjs";\n')
    page = open_page()
    page.report("main.mjs", "a.mjs", "b.mjs")
    [(boundary, accepted, chain)] = items(page.saved("b.mjs", 'import "./a.mjs";\n// 2\n'))
    assert (boundary, accepted, sorted(chain), chain[-1]) == ("main.mjs", "main.mjs", ["a.mjs", "b.mjs", "main.mjs"], "main.mjs")


def test_a_cycle_that_nobody_accepts_reloads(open_page, root):
    write(root, main='import "./a.mjs";\n', a='import "./main.mjs";\n')
    page = open_page()
    page.report("main.mjs", "a.mjs")
    assert page.saved("a.mjs", 'import "./main.mjs";\n// 2\n')["type"] == "reload"


LIBRARY = 'export const a = 1;\nexport const b = 2;\nimport.meta.hot.acceptExports(["a"], () => {});\n'


@pytest.mark.parametrize(
    "statement, takes",
    [
        ('import { a } from "./lib.mjs";', True),
        ('import { a as other } from "./lib.mjs";', True),
        ('import "./lib.mjs";', True),
        ('export { a } from "./lib.mjs";', True),
        ('import { a, b } from "./lib.mjs";', False),
        ('import * as all from "./lib.mjs";', False),
        ('export * from "./lib.mjs";', False),
        ('const late = import("./lib.mjs");', False),
    ],
)
def test_accept_exports_depends_on_what_importers_use(open_page, root, statement, takes):
    write(root, main=statement + "\n", lib=LIBRARY)
    page = open_page()
    page.report("main.mjs", "lib.mjs")
    message = page.saved("lib.mjs", LIBRARY + "// 2\n")
    if takes:
        assert items(message) == [("lib.mjs", "lib.mjs", ["lib.mjs"])]
    else:
        assert (message["type"], message["path"]) == ("reload", "lib.mjs")


@pytest.mark.parametrize("statement", ['import * as all from "./lib.mjs";', 'const late = import("./lib.mjs");'])
def test_accept_exports_of_all_exports_accepts_the_module(open_page, root, statement):
    library = LIBRARY.replace('["a"]', '["a", "b"]')
    write(root, main=statement + "\n", lib=library)
    page = open_page()
    page.report("main.mjs", "lib.mjs")
    assert items(page.saved("lib.mjs", library + "// 2\n")) == [("lib.mjs", "lib.mjs", ["lib.mjs"])]
    # What `export *` adds is not known.
    library += 'export * from "./more.mjs";\n'
    page.saved("lib.mjs", library)
    assert page.saved("lib.mjs", library + "// 3\n")["type"] == "reload"


def test_accept_exports_goes_on_to_importers_that_use_more(open_page, root):
    write(root, main='import { a } from "./lib.mjs";\nimport "./more.mjs";\n', more='import { b } from "./lib.mjs";\n' + ACCEPT, lib=LIBRARY)
    page = open_page()
    page.report("main.mjs", "more.mjs", "lib.mjs")
    assert items(page.saved("lib.mjs", LIBRARY + "// 2\n")) == [
        ("lib.mjs", "lib.mjs", ["lib.mjs"]),
        ("more.mjs", "more.mjs", ["lib.mjs", "more.mjs"]),
    ]


def test_invalidate_goes_to_the_importers(open_page, root):
    write(root, main='import "./parent.mjs";\n', parent='import "./child.mjs";\n' + ACCEPT, child=ACCEPT)
    page = open_page()
    page.report("main.mjs", "parent.mjs", "child.mjs")
    page.saved("child.mjs", ACCEPT + "// 2\n")
    page.client.send({"type": "hot:invalidate", "path": "child.mjs", "message": "cannot"})
    update = page.told()
    assert items(update) == [("parent.mjs", "parent.mjs", ["parent.mjs"])]
    assert (update["modules"], update["updates"][0]["firstInvalidatedBy"]) == ([], "child.mjs")
    page.client.send({"type": "hot:invalidate", "path": "parent.mjs", "firstInvalidatedBy": "child.mjs"})
    assert page.told()["type"] == "reload"


def test_modules_that_invalidate_each_other_reload(open_page, root):
    write(root, a='import "./b.mjs";\n' + ACCEPT, b='import "./a.mjs";\n' + ACCEPT)
    page = open_page()
    page.report("a.mjs", "b.mjs")
    page.client.send({"type": "hot:invalidate", "path": "a.mjs"})
    assert items(page.told()) == [("b.mjs", "b.mjs", ["b.mjs"])]
    page.client.send({"type": "hot:invalidate", "path": "b.mjs", "firstInvalidatedBy": "a.mjs"})
    assert (page.told()["type"], page.client.ask("hot:invalidate", path="none.mjs")["code"]) == ("reload", "not_found")
