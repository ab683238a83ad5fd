"""What an update carries: texts, deltas, many modules at once."""

import json

import pytest
from Harness.client import digest
from Harness.hot_client import ACCEPT, Page, contents, items, write
from Harness.processes import wait_for


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
