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


def test_files_that_change_together_are_one_update(open_page, root, tmp_path):
    names = [f"m{number}" for number in range(200)]
    write(root, main="".join(f'import "./{name}.mjs";\n' for name in names) + ACCEPT, **dict.fromkeys(names, "export {};\n"))
    page = open_page()
    page.report("main.mjs", *[f"{name}.mjs" for name in names])
    new = tmp_path / "new"
    new.mkdir()
    for name in names:
        (new / f"{name}.mjs").write_text("export const x = 2;\n")
    # As a branch switch does it: one rename after the other, with nothing between.
    for name in names:
        (new / f"{name}.mjs").rename(root / f"{name}.mjs")
    seen, updates = set(), []
    while len(seen) < len(names):
        update = page.told()
        assert [item[:2] for item in items(update)] == [("main.mjs", "main.mjs")]
        assert set(items(update)[0][2]) == {*contents(update), "main.mjs"}
        assert not seen & set(contents(update))
        seen |= set(contents(update))
        updates.append(len(update["modules"]))
    # The first ones do not wait for others, so they may come ahead of the rest.
    assert len(updates) <= 12, updates
    page.nothing_else()


def apply(base, delta):
    """What the client does with a delta."""
    return b"".join(
        step.encode() if isinstance(step, str) else base[step[0] : step[0] + step[1]] for step in delta
    ).decode()


BIG = ACCEPT + "".join(f"export const v{number} = 'größe {number * 7919}';\n" for number in range(20_000))

OTHER = ACCEPT + "".join(f"let w{number} = {number * 104729};\n" for number in range(20_000))


@pytest.fixture
def big_page(open_page, root):
    write(root, big=BIG)
    page = open_page()
    page.report("big.mjs", deltas=True)
    return page


def test_one_changed_line_in_a_large_module_costs_little(big_page):
    assert len(BIG.encode()) > 700_000
    old = BIG
    for new in [BIG.replace("größe 7919'", "größe ✓'"), BIG, "// first\n" + BIG, BIG + "// last\n", BIG.replace("v77 ", "v77x ").replace("v9999 ", "v9999x ")]:
        big_page.save("big.mjs", new)
        frame = big_page.told()
        assert items(frame) == [("big.mjs", "big.mjs", ["big.mjs"])]
        [module] = frame["modules"]
        assert "content" not in module and module["base"] == digest(old)
        assert digest(apply(old.encode(), module["delta"])) == module["hash"] == digest(new)
        own = {key: value for key, value in module.items() if key not in ("imports",)}
        assert len(json.dumps(own)) < 2_000
        old = new


def test_a_rewritten_or_unknown_large_module_comes_whole(big_page, open_page, root):
    big_page.save("big.mjs", OTHER)
    [module] = big_page.told()["modules"]
    assert module["content"] == OTHER and "delta" not in module
    other = open_page()
    other.report("big.mjs")
    other.save("big.mjs", OTHER + "//\n")
    [module] = other.told()["modules"]
    assert module["content"].endswith("//\n") and "delta" not in module
    [module] = big_page.told()["modules"]
    assert "content" not in module
    third = open_page()
    third.report(hashes={"big.mjs": "0" * 16}, deltas=True)
    assert third.told()["modules"][0]["content"] == OTHER + "//\n"


def test_what_is_not_text_comes_without_content(open_page, root):
    write(root, main=ACCEPT)
    page = open_page()
    page.report("main.mjs")
    data = ACCEPT.encode() + b"// \xff\n"
    (root / "main.mjs").write_bytes(data)
    [module] = page.told()["modules"]
    assert module["hash"] == digest(data) and "content" not in module and "delta" not in module


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


def test_parts_that_are_imported_later_are_added(open_page, root):
    write(root, main='import.meta.hot.accept();\nimport("./late.mjs");\n', late='import "./leaf.mjs";\n', leaf="export {};\n")
    page = open_page()
    assert page.report("main.mjs", reset=True)["modules"] == 1
    page.save("leaf.mjs", "export const l = 1;\n")
    page.client.update("leaf.mjs")
    page.nothing_else()
    assert page.report("late.mjs", "leaf.mjs")["modules"] == 3
    assert items(page.saved("leaf.mjs", "export const l = 2;\n")) == [("main.mjs", "main.mjs", ["leaf.mjs", "late.mjs", "main.mjs"])]
    assert page.report("main.mjs", reset=True)["modules"] == 1
    page.save("leaf.mjs", "export const l = 3;\n")
    page.client.update("leaf.mjs")
    page.nothing_else()


def test_a_report_in_parts_is_decided_when_it_is_whole(open_page, root):
    write(root, main='import "./a.mjs";\n' + ACCEPT, a="export {};\n")
    page = open_page()
    # By itself, the first part would be a dead end.
    page.client.send({"type": "hot:running", "modules": {"a.mjs": "0" * 16}, "reset": True, "more": True})
    page.client.send({"type": "hot:running", "id": 7, "modules": {"main.mjs": digest((root / "main.mjs").read_bytes())}})
    assert items(page.told()) == [("main.mjs", "main.mjs", ["a.mjs", "main.mjs"])]
    assert page.client.until_type("hot:running")["modules"] == 2


def test_sessions_that_run_different_sets_get_what_is_theirs(open_page, root):
    write(root, one='import "./shared.mjs";\n' + ACCEPT, two='import "./shared.mjs";\n', shared="export {};\n", third=ACCEPT)
    pages = [open_page() for _ in range(5)]
    pages[0].report("one.mjs", "shared.mjs")
    pages[1].report("one.mjs", "shared.mjs")
    pages[2].report("two.mjs", "shared.mjs")
    pages[3].report("third.mjs")
    # The fifth reports nothing: a seed client.
    pages[0].save("shared.mjs", "export const s = 2;\n")
    first = pages[0].told()
    assert items(first) == [("one.mjs", "one.mjs", ["shared.mjs", "one.mjs"])]
    assert pages[1].told() == first
    assert pages[2].told()["type"] == "reload"
    for page in pages[3:]:
        page.client.update("shared.mjs")
        page.nothing_else()
    # A page that comes later and one that was updated run the same from now on.
    pages[3].report("one.mjs", "shared.mjs", reset=True)
    pages[0].save("shared.mjs", "export const s = 3;\n")
    assert pages[0].told() == pages[1].told() == pages[3].told()


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "found in the page"])
def test_bare_specifiers_follow_the_pages_import_map(open_page, root, sent):
    text = json.dumps({"imports": {"lib": "./lib.mjs", "deep/": "./lib/"}})
    (root / "index.html").write_text(f'<script type="importmap">{text}</script>')
    (root / "lib").mkdir()
    write(root, main='import "lib";\nimport "deep/x.mjs";\nimport.meta.hot.accept(["lib", "deep/x.mjs"], () => {});\n', lib="export {};\n")
    (root / "lib/x.mjs").write_text("export {};\n")
    page = open_page()
    fields = {"importMaps": [text]} if sent else {}
    page.report("main.mjs", "lib.mjs", "lib/x.mjs", page="/index.html", **fields)
    assert items(page.saved("lib.mjs", 'import "deep/x.mjs";\n')) == [("main.mjs", "lib.mjs", ["lib.mjs"])]
    assert items(page.saved("lib/x.mjs", "export const x = 2;\n")) == [
        ("main.mjs", "lib/x.mjs", ["lib/x.mjs"]),
        ("main.mjs", "lib.mjs", ["lib/x.mjs", "lib.mjs"]),
    ]
    update = page.saved("main.mjs", 'import "lib";\nimport.meta.hot.accept();\n')
    assert update["type"] == "reload"
    update = page.saved("main.mjs", 'import "lib";\nimport.meta.hot.accept();\n//\n')
    assert [i["path"] for i in update["modules"][0]["imports"] if "specifier" in i] == ["lib.mjs"]


def test_style_sheets_are_no_business_of_modules(open_page, root):
    (root / "style.css").write_text("body { color: red }\n")
    (root / "data.json").write_text("1")
    write(root, main='import sheet from "./style.css" with { type: "css" };\nimport data from "./data.json" with { type: "json" };\n' + ACCEPT)
    page = open_page()
    old = digest((root / "style.css").read_bytes())
    page.report("main.mjs", "style.css", "data.json")
    page.save("style.css", "body { color: blue }\n")
    assert page.client.until_type("css:updated")["path"] == "style.css"
    assert items(page.saved("data.json", "2")) == [("main.mjs", "main.mjs", ["data.json", "main.mjs"])]
    page.nothing_else()
    answer = page.report(hashes={"style.css": old})
    assert answer["files"] == {"style.css": digest("body { color: blue }\n")}
    page.nothing_else()


def test_files_that_the_page_shows_are_compared(open_page, root):
    (root / "a.css").write_text("a {}\n")
    (root / "b.css").write_text("b {}\n")
    (root / "c.png").write_bytes(b"\x89PNG")
    page = open_page()
    answer = page.report(files={
        "a.css": digest("a {}\n"), "/b.css": "0" * 16, "c.png": None, "gone.png": "0" * 16, "never.png": None,
    })  # fmt: skip
    assert answer["files"] == {"/b.css": digest("b {}\n"), "c.png": digest(b"\x89PNG"), "gone.png": None}


def test_a_module_that_is_gone_when_it_is_reported(open_page, root):
    write(root, main='import "./gone.mjs";\n')
    page = open_page()
    page.report("main.mjs", hashes={"gone.mjs": "0" * 16})
    error = page.told()
    assert (error["type"], error["path"], error["importers"]) == ("hot:error", "gone.mjs", ["main.mjs"])


def test_saves_while_a_page_reports_are_not_lost(open_page, root):
    names = [f"n{number}" for number in range(300)]
    write(root, main="".join(f'import "./{name}.mjs";\n' for name in names), **dict.fromkeys(names, ACCEPT))
    paths = ["main.mjs", *[f"{name}.mjs" for name in names]]
    for attempt in range(5):
        page = open_page()
        modules = {path: digest((root / path).read_bytes()) for path in paths}
        running = dict(modules)
        page.client.send({"type": "hot:running", "id": "r", "reset": True, "modules": modules})
        for name in names[attempt * 40 : attempt * 40 + 40]:
            page.save(f"{name}.mjs", ACCEPT + f"// {attempt}\n")
        wanted = {path: digest((root / path).read_bytes()) for path in paths}
        while running != wanted:
            for module in page.told()["modules"]:
                assert module["hash"] != running[module["path"]]
                running[module["path"]] = module["hash"]
        page.client.close()


def rename_below_a_boundary(page, root):
    """Renames a module two levels below the boundary, with its importer rewritten, as an editor does it."""
    write(root, mid='import "./renamed.mjs";\n', renamed='import "./leaf.mjs";\n', leaf="export const a = 2;\n")
    (root / "name.mjs").unlink()
    for path in ("leaf.mjs", "renamed.mjs", "mid.mjs", "name.mjs"):
        page.client.update(path)


OLD = {"main": 'import "./mid.mjs";\n' + ACCEPT, "mid": 'import "./name.mjs";\n', "name": 'import "./leaf.mjs";\n', "leaf": "export const a = 1;\n"}


def test_a_page_that_was_away_while_the_graph_changed_is_updated(open_page, root):
    write(root, **OLD)
    running = {f"{name}.mjs": digest(text) for name, text in OLD.items()}
    page, witness = open_page(), open_page()
    page.report(hashes=running, reset=True, entries=["main.mjs"])
    page.client.close()
    witness.client.ask("ping")
    rename_below_a_boundary(witness, root)
    # Nobody runs the old versions any more; the links of the new ones would end nowhere.
    page = open_page()
    assert page.report(hashes=running, reset=True, entries=["main.mjs"])["modules"] == 2
    update = page.told()
    assert [item[:2] for item in items(update)] == [("main.mjs", "main.mjs")]
    assert items(update)[0][2] == ["leaf.mjs", "name.mjs", "mid.mjs", "main.mjs"]
    # The page has yet to load the module under its new name, and to say what that imports.
    assert set(contents(update)) == {"leaf.mjs", "mid.mjs"} and update["prune"] == ["name.mjs", "leaf.mjs"]
    page.nothing_else()


def test_modules_that_change_between_their_sending_and_their_report(open_page, root):
    write(root, **OLD)
    page = open_page()
    page.report("main.mjs", entries=["main.mjs"], reset=True)
    later = {f"{name}.mjs": digest(OLD[name]) for name in ("mid", "name", "leaf")}
    for path in later:
        page.client.ask("module:request", path=path, binary=True)
    rename_below_a_boundary(page, root)
    page.report(hashes=later)
    assert [item[:2] for item in items(page.told())] == [("main.mjs", "main.mjs")]
    page.nothing_else()


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


def test_malformed_reports_are_refused(open_page, root):
    page = open_page()
    for fields in [{"modules": []}, {"modules": {"a": 1}}, {"modules": {"a": None}}, {"files": {"a": 1}}, {"reset": 1}, {"entries": "x"}, {"more": "x"}]:
        assert page.client.ask("hot:running", **fields)["code"] == "bad_request"
    assert page.client.ask("hot:invalidate")["code"] == "bad_request"
    many = {f"{number}": "" for number in range(50_001)}
    assert page.client.ask("hot:running", modules=many)["code"] == "too_large"
    # Paths that name no module of this site are left out.
    answer = page.report(hashes={"../up.mjs": "0" * 16, "https://elsewhere.test/x.mjs": "0" * 16})
    assert (answer["type"], answer["modules"]) == ("hot:running", 0)


def test_the_log_has_one_line_for_each_save(open_page, root):
    write(root, main='import "./a.mjs";\nimport "./b.mjs";\n', a=ACCEPT, b='import "./a.mjs";\n')
    page = open_page()
    page.report("main.mjs", "a.mjs", "b.mjs")
    page.saved("a.mjs", ACCEPT + "// 2\n")
    server = open_page.servers[0]
    line = wait_for(lambda: [l for l in server.output.splitlines() if "path=a.mjs" in l], "the line of the save")
    assert len(line) == 1
    for part in [f"hash={digest(ACCEPT + '// 2' + chr(10))}", f"bytes={len(ACCEPT) + 5}", "importers=2", "clients=1", "ms="]:
        assert part in line[0], line


def test_updates_are_compressed_once_for_clients_elsewhere(start, root, dial):
    text = ACCEPT + "// the same line\n" * 10_000
    write(root, main=text)
    server = start("--root", root, "--compress", "always")
    pages = [Page(dial(server, compression=c), root) for c in (None, "deflate", "deflate")]
    for page in pages:
        page.report("main.mjs")
    pages[0].save("main.mjs", text + "// 2\n")
    updates = [page.told() for page in pages]
    assert updates[0] == updates[1] == updates[2]
    assert contents(updates[0]) == {"main.mjs": text + "// 2\n"}
