"""Versions that only a page still has: the server asks for their texts, and decides by them."""

import pytest
from Harness.client import digest

MAIN = "import './app.mjs';\nimport.meta.hot?.accept('./app.mjs', () => {});\n"
APP = "import './leaf.mjs';\nimport './part.mjs';\n"
LEAF = "export const leaf = 1;\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "versions"
    folder.mkdir()
    for name, text in {"main": MAIN, "leaf": LEAF, "part": ""}.items():
        (folder / f"{name}.mjs").write_text(text)
    return folder


@pytest.fixture
def page(start, root, dial):
    """A page that ran what was there before this server started."""
    client = dial(start("--root", root))
    client.until_type("hello")
    return client


RUNNING = {f"{name}.mjs": digest(text.encode()) for name, text in {"main": MAIN, "app": APP, "leaf": LEAF, "part": ""}.items()}


def report(page, **more):
    """Sends the report; what the server asks for comes before the answer."""
    page.send({"type": "hot:running", "id": 1, "reset": True, "modules": RUNNING, "entries": ["main.mjs"], "complete": True, **more})


def answer(page):
    """All that is told, up to the report's answer."""
    told = []
    while True:
        message = page.receive(60)
        assert message["type"] != "error", message
        if message["type"] == "hot:running":
            return told
        if message["type"] in ("hot:update", "hot:error", "reload", "hot:versions"):
            told.append(message)


def test_a_module_that_is_gone_still_leads_updates_of_what_it_imports(page, root):
    report(page, versions=True)
    assert page.receive(60) == {"type": "hot:versions", "modules": ["app.mjs"]}
    page.send({"type": "hot:versions", "texts": {"app.mjs": APP}, "more": False})
    [error] = answer(page)
    assert (error["type"], error["path"], error["importers"]) == ("hot:error", "app.mjs", ["main.mjs"])
    (root / "leaf.mjs").write_text("export const leaf = 2;\n")
    update = page.until_type("hot:update")
    assert [(u["boundary"], u["chain"]) for u in update["updates"]] == [("main.mjs", ["leaf.mjs", "app.mjs"])]


def test_a_module_that_has_changed_prunes_what_its_earlier_text_imported(page, root):
    (root / "app.mjs").write_text("import './leaf.mjs';\n")
    report(page, versions=True)
    page.until_type("hot:versions")
    # In two parts.
    page.send({"type": "hot:versions", "texts": {}, "more": True})
    page.send({"type": "hot:versions", "texts": {"app.mjs": APP}})
    [update] = answer(page)
    assert update["prune"] == ["part.mjs"]
    assert [(u["boundary"], u["chain"]) for u in update["updates"]] == [("main.mjs", ["app.mjs"])]


@pytest.mark.parametrize("texts", [{"app.mjs": "import './other.mjs';"}, {"other.mjs": ""}, {"../x": "", "app.mjs": "import {"}, {}])
def test_a_text_that_is_not_the_version_is_no_reason_to_believe_anything(page, texts):
    report(page, versions=True)
    page.until_type("hot:versions")
    page.send({"type": "hot:versions", "texts": texts})
    # Nothing is known of what app.mjs imports, so nothing below it is taken for unused.
    assert [(m["type"], m["path"]) for m in answer(page)] == [("hot:error", "app.mjs")]


def test_a_page_that_does_not_answer_is_decided_about_all_the_same(page):
    report(page, versions=True)
    page.until_type("hot:versions")
    assert [m["type"] for m in answer(page)] == ["hot:error"]


def test_a_page_that_cannot_be_asked_is_not(page):
    report(page)
    assert [m["type"] for m in answer(page)] == ["hot:error"]


def test_texts_that_nobody_asked_for_are_left_alone(page):
    page.send({"type": "hot:versions", "texts": {"app.mjs": APP}})
    report(page, versions=False)
    assert [m["type"] for m in answer(page)] == ["hot:error"]


def test_a_dead_end_is_told_as_unconfirmed_until_the_page_has_reported_as_a_whole(page, root):
    (root / "app.mjs").write_text(APP)
    running = RUNNING | {"main.mjs": digest((root / "main.mjs").read_bytes())}
    page.ask("hot:running", modules={k: v for k, v in running.items() if k != "main.mjs"})
    (root / "leaf.mjs").write_text("export const leaf = 2;\n")
    first = page.until_type("reload")
    assert (first["path"], first["unconfirmed"]) == ("leaf.mjs", True)
    report(page)
    [update] = answer(page)
    assert [(u["boundary"], u["chain"]) for u in update["updates"]] == [("main.mjs", ["leaf.mjs", "app.mjs"])]
    (root / "main.mjs").write_text("import './app.mjs';\n")
    page.until_type("reload")
    report(page, modules={**running, "leaf.mjs": digest((root / "leaf.mjs").read_bytes())})
    [again] = answer(page)
    assert (again["type"], again["path"]) == ("reload", "main.mjs") and "unconfirmed" not in again
