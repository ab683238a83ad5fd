"""How files come to change: by rename, many at once, several times, back again, gone and back, while an update is applied."""

import pytest
from hotsite import HotPage

ACCEPT = "import.meta.hot.accept();"
ONE = {"main.mjs": "import './dep.mjs';", "dep.mjs": f"log('dep $v'); {ACCEPT}"}
# Its second version waits until the page opens the gate.
GATED = f"log('a $v begins'); if ($v === 2) await window.gate; log('a $v ends'); {ACCEPT}"
GATE = "window.gate = new Promise((open) => (window.open = open));"

GONE = (
    'Pitlane found no module "dep.mjs": there is no file "dep.mjs" in the root folder. '
    "Check the spelling and the importing module, or start Pitlane with --root, --mount or --upstream."
)


def shown(page):
    """Place and message of every problem in the overlay."""
    return [(problem["place"], problem["message"]) for problem in page.run("overlay() ?? []")]


def test_saved_by_rename(open_page):
    page = open_page(ONE).start("dep 1")
    page.site.write("dep.mjs", by_rename=True)
    page.expect("dep 2")
    page.site.write("dep.mjs", by_rename=True)
    page.expect("dep 3").mark()


def test_saved_with_a_backup(open_page):
    """As editors do that keep the old file until the new one is complete."""
    page = open_page(ONE).start("dep 1")
    file = page.site.folder / "dep.mjs"
    for version in (2, 3):
        file.rename(file.with_name("dep.mjs~"))
        page.site.write("dep.mjs")
        file.with_name("dep.mjs~").unlink()
        page.expect(f"dep {version}")
    page.mark()


def test_the_same_bytes(open_page):
    page = open_page(ONE).start("dep 1")
    page.site.touch("dep.mjs")
    page.mark()
    page.site.touch("main.mjs")
    page.mark()
    page.save("dep.mjs").expect("dep 2").mark()


def test_several_quick_saves_the_last_one_counts(open_page):
    page = open_page(ONE, watch=["events"]).start("pitlane:ws:connect", "dep 1")

    def save_three_times():
        for _ in range(3):
            page.site.write("dep.mjs")

    page.site.server.at_once(save_three_times)
    page.expect("pitlane:beforeUpdate /dep.mjs", "dep 4", "pitlane:afterUpdate /dep.mjs").mark()


def test_many_files_at_once_are_one_update(open_page):
    names = [f"part{number}.mjs" for number in range(60)]
    imports = "".join(f"import {{ v as v{number} }} from './{name}';" for number, name in enumerate(names))
    values = ", ".join(f"v{number}" for number in range(60))
    files = {
        "main.mjs": "import './all.mjs';",
        "all.mjs": f"{imports} log('all', new Set([{values}]).size, v0, v59); {ACCEPT}",
        **dict.fromkeys(names, "export const v = $v;"),
    }
    page = open_page(files, watch=["events"]).start("pitlane:ws:connect", "all 1 1 1")
    page.save(*names)
    page.expect("pitlane:beforeUpdate /all.mjs", "all 1 2 2", "pitlane:afterUpdate /all.mjs").mark()


def test_a_folder_is_replaced(open_page):
    files = {
        "main.mjs": f"import {{ a }} from './lib/a.mjs'; import {{ b }} from './lib/b.mjs'; log('main sees', a, b); {ACCEPT}",
        **{f"lib/{name}.mjs": f"export const {name} = $v;" for name in "ab"},
        **{f"next/{name}.mjs": f"export const {name} = 'next';" for name in "ab"},
    }
    page = open_page(files).start("main sees 1 1")
    folder = page.site.folder

    def replace():
        (folder / "lib").rename(folder / "old")
        (folder / "next").rename(folder / "lib")

    page.site.server.at_once(replace)
    page.expect("main sees next next").mark()


# Of this page's own files: the server tells of those of the tests before, too.
TELLS = r"""addEventListener("pitlane:update", ({ detail: { path } }) =>
    path.startsWith(location.pathname.replace(/^\/|[^/]*$/g, "")) && log("told of", path))"""


def test_an_update_that_comes_while_one_is_applied_waits(open_page):
    page = open_page({"main.mjs": f"import './a.mjs'; import './b.mjs'; {GATE}", "a.mjs": GATED, "b.mjs": f"log('b $v'); {ACCEPT}"})
    page.start("a 1 begins", "a 1 ends", "b 1")
    page.run(TELLS)
    page.save("a.mjs").expect("told of a.mjs", "a 2 begins")
    page.save("b.mjs").expect("told of b.mjs")
    page.run("log('now'); open()")
    page.expect("now", "a 2 ends", "b 2")


def test_a_newer_change_takes_the_place_of_one_that_waits(open_page):
    page = open_page({"main.mjs": f"import './a.mjs'; {GATE}", "a.mjs": GATED}).start("a 1 begins", "a 1 ends")
    page.run(TELLS)
    page.save("a.mjs").expect("told of a.mjs", "a 2 begins")
    page.save("a.mjs").expect("told of a.mjs")
    page.save("a.mjs").expect("told of a.mjs").until("updates === 3")
    page.run("log('now'); open()")
    page.expect("now", "a 2 ends", "a 4 begins", "a 4 ends")


@pytest.mark.parametrize("changed", [False, True], ids=["as it was", "changed"])
def test_a_file_that_is_imported_is_deleted_and_comes_back(open_page, changed):
    page = open_page({"main.mjs": f"import {{ v }} from './dep.mjs'; log('main sees', v); {ACCEPT}", "dep.mjs": "export const v = $v;"})
    page.start("main sees 1")
    before = (page.site.folder / "dep.mjs").read_bytes()
    page.site.remove("dep.mjs")
    page.expect(f"problem dep.mjs {GONE}").mark()
    assert shown(page) == [("/dep.mjs", GONE)]
    if changed:
        page.save("dep.mjs").expect("main sees 2")
    else:
        (page.site.folder / "dep.mjs").write_bytes(before)
    page.until("!overlay()")
    page.mark()
    page.save("dep.mjs").expect(f"main sees {3 if changed else 2}").mark()


def test_a_deleted_file_whose_import_goes_away(open_page):
    page = open_page({"main.mjs": f"import './dep.mjs'; log('main $v'); {ACCEPT}", "dep.mjs": "log('dep'); import.meta.hot.prune(() => log('prune'));"})
    page.start("dep", "main 1")

    def change():
        page.site.write("main.mjs", f"log('main $v'); {ACCEPT}")
        page.site.remove("dep.mjs")

    page.site.server.at_once(change)
    page.expect("main 2", "prune").mark()
    assert shown(page) == []


def test_a_file_is_renamed_with_its_import(open_page):
    page = open_page({"main.mjs": f"import './old.mjs'; log('main $v'); {ACCEPT}", "old.mjs": "log('dep');"}).start("dep", "main 1")

    def rename():
        (page.site.folder / "old.mjs").rename(page.site.folder / "new.mjs")
        page.site.write("main.mjs", f"import './new.mjs'; log('main $v'); {ACCEPT}")

    page.site.server.at_once(rename)
    page.expect("dep", "main 2").mark()
    assert shown(page) == []
    page.write({"new.mjs": "log('renamed $v');"}).expect("renamed 1", "main 2").mark()


def test_a_module_that_was_missing_is_written(open_page):
    """As when the import is saved before the file."""
    page = open_page({"main.mjs": "import './dep.mjs';", "dep.mjs": f"log('dep $v'); {ACCEPT}"}).start("dep 1")
    page.write({"dep.mjs": f"import './late.mjs'; log('dep $v'); {ACCEPT}"})
    page.expect("problem dep.mjs:1:9 ./late.mjs cannot be loaded: /late.mjs")
    page.write({"late.mjs": "log('late $v');"}).expect("late 1", "dep 2")
    page.until("!overlay()")
    page.save("late.mjs").expect("late 2", "dep 2").mark()


def test_a_part_lacks_a_module_when_it_is_imported_first(open_page):
    """Nothing of it may come over HTTP: that would be a second instance, or be remembered as missing."""
    page = open_page({"main.mjs": f"log('main $v'); {ACCEPT}", "dep.mjs": "log('dep $v');",
                      "part.mjs": f"import './dep.mjs'; import './late.mjs'; log('part $v'); {ACCEPT}"}).start("main 1")  # fmt: skip
    page.write({"main.mjs": f"window.load = () => void import('./part.mjs').catch(() => log('fails')); log('main $v'); {ACCEPT}"})
    page.expect("main 2").run("load()")
    graphs = page.expect("fails").state()["graphs"]
    page.write({"late.mjs": "import './dep.mjs'; log('late $v');"}).renewed(graphs)
    page.run("load()")
    page.expect("dep 1", "late 1", "part 1").reported()
    page.until("reports > 1").save("late.mjs").expect("late 2", "part 1").mark()


def test_a_second_tab_gets_every_update(open_page, open_tab):
    page = open_page({"main.mjs": "import './dep.mjs'; import.meta.hot.on('my:event', (data) => log('heard', data)); window.send = (data) => import.meta.hot.send('my:event', data);",
                      "dep.mjs": f"log('dep $v'); {ACCEPT}"}).start("dep 1")  # fmt: skip
    other = HotPage(open_tab(), page.site).start("dep 1")
    page.save("dep.mjs")
    page.expect("dep 2")
    other.expect("dep 2")
    page.run("send('hello')")
    page.expect("heard hello")
    other.expect("heard hello")
