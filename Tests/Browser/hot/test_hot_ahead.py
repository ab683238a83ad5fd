"""A file that is saved again and again: what lies between it and the accepting module is made while the page is idle."""

ACCEPT = "import.meta.hot.accept();"
FILES = {
    "main.mjs": "import './top.mjs'; import './util.mjs';",
    "top.mjs": f"import {{ mid }} from './mid.mjs'; import {{ util }} from './util.mjs'; log('top $v sees', mid, util); {ACCEPT}",
    "mid.mjs": "import { leaf } from './leaf.mjs'; log('mid $v'); export const mid = `mid $v of ${leaf}`;",
    "leaf.mjs": "log('leaf $v'); export const leaf = 'leaf $v';",
    "util.mjs": f"log('util $v'); export const util = 'util $v'; {ACCEPT}",
}
# How many modules were compiled ahead, and how many rules each import map had.
HEAD = """<script>
window.compiled = 0;
window.maps = [];
new MutationObserver((records) => {
  for (const { addedNodes, removedNodes } of records) {
    for (const { rel } of removedNodes) if (rel === "modulepreload") compiled += 1;
    for (const { type, text } of addedNodes) if (type === "importmap") maps.push(Object.keys(JSON.parse(text).imports ?? {}).length);
  }
}).observe(document, { childList: true, subtree: true });
</script>"""


def lines(leaf, mid=1, top=1, util=1):
    return f"leaf {leaf}", f"mid {mid}", f"top {top} sees mid {mid} of leaf {leaf} util {util}"


def open_saved_twice(open_page, files=FILES, head=HEAD):
    """What the next save needs besides its text has been made."""
    page = open_page(files, head=head).start(*lines(1)[:2], "util 1", lines(1)[2])
    page.save("leaf.mjs").expect(*lines(2))
    page.save("leaf.mjs").expect(*lines(3))
    return page.until("compiled === 1")


def test_each_save_evaluates_each_module_of_the_chain_once(open_page):
    page = open_saved_twice(open_page)
    for version in (4, 5, 6):
        count = page.run("maps.length")
        page.save("leaf.mjs").expect(*lines(version))
        assert page.run(f"maps[{count}]") == 1, "only the saved module was to be linked"
        page.until(f"compiled === {version - 2}")
    page.mark()
    assert page.run("maps.at(-1)") == 1


def test_the_module_in_between_is_saved(open_page):
    page = open_saved_twice(open_page)
    page.save("mid.mjs").expect(*lines(3, mid=2)[1:])
    page.save("leaf.mjs").expect(*lines(4, mid=2)).mark()


def test_what_the_accepting_module_imports_besides_is_saved(open_page):
    page = open_saved_twice(open_page)
    page.save("util.mjs").expect("util 2")
    page.save("leaf.mjs").expect(*lines(4, util=2)).mark()


def test_a_text_that_does_not_parse(open_page):
    page = open_saved_twice(open_page)
    page.write({"leaf.mjs": "export const leaf = ;"}).expect("problem leaf.mjs:1:21 SyntaxError: Unexpected token ';'")
    page.until("overlay()?.length")
    page.write({"leaf.mjs": FILES["leaf.mjs"]}).expect(*lines(5))
    assert not page.run("overlay()?.length")
    page.save("leaf.mjs").expect(*lines(6)).mark()


def test_several_are_saved_at_once(open_page):
    page = open_saved_twice(open_page)
    page.save("leaf.mjs", "mid.mjs").expect(*lines(4, mid=2))
    page.save("leaf.mjs").expect(*lines(5, mid=2)).mark()


def test_the_accepting_module_disposes(open_page):
    top = FILES["top.mjs"] + " import.meta.hot.dispose(() => log('top is disposed of'));"
    page = open_page({**FILES, "top.mjs": top}, head=HEAD).start(*lines(1)[:2], "util 1", lines(1)[2])
    for version in (2, 3, 4, 5):
        page.save("leaf.mjs").expect("top is disposed of", *lines(version))
        if version > 2:
            page.until(f"compiled === {version - 2}")
    page.mark()
