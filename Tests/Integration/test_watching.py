"""A save reaches every client as module:updated; a save of the same bytes reaches none."""

import os
import time

import pytest
from Harness.client import digest


@pytest.fixture
def client(pitlane, dial):
    client = dial(pitlane)
    client.until_type("hello")
    return client


def replace(path, text):
    """Saves as editors do: a new file, renamed over the old one."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text)
    os.replace(temporary, path)


def assert_update(message, path, kind, content):
    assert (message["type"], message["path"], message["kind"]) == ("module:updated", path, kind)
    assert message["hash"] == (None if content is None else digest(content))
    assert message["source"] == "system"
    assert abs(message["timestamp"] - time.time() * 1000) < 120_000


@pytest.mark.parametrize("save", [lambda path, text: path.write_text(text), replace], ids=["in place", "by rename"])
def test_a_save(client, site, save):
    client.ask("module:request", path="lib/disk.mjs")
    for number in (2, 3):
        text = f"export const disk = {number};\n"
        save(site / "lib" / "disk.mjs", text)
        assert_update(client.update("lib/disk.mjs"), "lib/disk.mjs", "changed", text)
        assert client.ask("module:request", path="lib/disk.mjs")["content"] == text


def test_a_module_nobody_asked_for(client, site):
    (site / "main.mjs").write_text("export default 2;\n")
    assert_update(client.update("main.mjs"), "main.mjs", "changed", "export default 2;\n")


def test_every_client_is_told_and_events_are_numbered(pitlane, dial, client, site):
    second = dial(pitlane, compression="deflate")
    second.until_type("hello")
    # Who subscribes to every channel that is used here misses no number.
    for one in (client, second):
        one.ask("subscribe", channels=["connections"])
    seen = []
    for number in (2, 3):
        (site / "main.mjs").write_text(f"export default {number};\n")
        one, two = client.update("main.mjs"), second.update("main.mjs")
        assert one == two
        seen.append(one["seq"])
    told = {m["seq"] for m in client._kept if m["type"] == "connection_status"}
    assert set(range(seen[0], seen[1] + 1)) == told.union(seen) - set(range(seen[0]))


def test_added_and_removed(client, site):
    (site / "new.mjs").write_text("export {};\n")
    assert_update(client.update("new.mjs"), "new.mjs", "added", "export {};\n")
    (site / "new.mjs").unlink()
    assert_update(client.update("new.mjs"), "new.mjs", "removed", None)
    assert client.ask("module:request", path="new.mjs")["code"] == "not_found"


def test_a_new_folder_is_watched_from_the_start(client, site):
    folder = site / "deep" / "deeper"
    folder.mkdir(parents=True)
    (folder / "x.mjs").write_text("export const x = 1;\n")
    assert client.update("deep/deeper/x.mjs")["kind"] == "added"
    (folder / "x.mjs").write_text("export const x = 2;\n")
    assert client.update("deep/deeper/x.mjs")["kind"] == "changed"


def test_a_folder_that_is_moved_in_and_out(client, site, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "y.mjs").write_text("export const y = 1;\n")
    folder.rename(site / "moved")
    assert client.update("moved/y.mjs")["kind"] == "added"
    (site / "moved").rename(tmp_path / "away")
    assert client.update("moved/y.mjs")["kind"] == "removed"


def test_the_same_bytes_send_nothing(client, site):
    path = site / "lib" / "disk.mjs"
    client.ask("module:request", path="lib/disk.mjs")
    path.write_text(path.read_text())
    replace(path, path.read_text())
    os.utime(path)
    # Events keep their order: had one of those been sent, it would come before this one.
    path.write_text("export const disk = 9;\n")
    update = client.until_type("module:updated")
    assert_update(update, "lib/disk.mjs", "changed", "export const disk = 9;\n")


def test_swap_files_and_ignored_folders_send_nothing(client, site):
    for name in [".main.mjs.swp", "main.mjs~", ".git/x.mjs", "node_modules/x/index.mjs"]:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("export {};\n")
    (site / "main.mjs").write_text("export default 3;\n")
    assert client.until_type("module:updated")["path"] == "main.mjs"


def test_what_a_page_has_loaded_is_watched_even_if_ignored(client, site):
    package = site / "node_modules" / "thing"
    package.mkdir(parents=True)
    (package / "index.mjs").write_text("export const thing = 1;\n")
    client.ask("module:request", path="node_modules/thing/index.mjs")
    (package / "index.mjs").write_text("export const thing = 2;\n")
    assert client.update("node_modules/thing/index.mjs")["hash"] == digest("export const thing = 2;\n")


def test_ignore_globs(start, site, dial):
    client = dial(start("--root", site, "--ignore", "*.gen.mjs"))
    client.until_type("hello")
    (site / "a.gen.mjs").write_text("export {};\n")
    (site / "b.mjs").write_text("export {};\n")
    assert client.until_type("module:updated")["path"] == "b.mjs"


def test_a_mounted_folder_is_served_and_watched(start, site, tmp_path, dial):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "s.mjs").write_text("export const s = 1;\n")
    client = dial(start("--root", site, "--mount", f"/shared={shared}"))
    assert client.ask("module:request", path="shared/s.mjs")["content"] == "export const s = 1;\n"
    (shared / "s.mjs").write_text("export const s = 2;\n")
    assert client.update("shared/s.mjs")["kind"] == "changed"


def test_many_saves_at_once_lose_none(client, site):
    for number in range(300):
        (site / f"burst{number}.mjs").write_text(f"export default {number};\n")
    wanted = {f"burst{number}.mjs" for number in range(300)}
    while wanted:
        wanted.discard(client.until_type("module:updated")["path"])
