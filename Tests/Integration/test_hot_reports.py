"""What a page says that it runs, at once, in parts, late, or after an absence."""

import json

import pytest
from Harness.client import digest
from Harness.hot_client import ACCEPT, contents, items, write


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
