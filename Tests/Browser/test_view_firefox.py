"""Style sheets, images, fonts, badge and overlay in Firefox."""

import pytest
from Harness.firefox import executable
from Harness.processes import wait_for
from Harness.site import TAG, Site, html
from media import font, png

pytestmark = pytest.mark.skipif(executable() is None, reason="there is no firefox-esr; install it, or set FIREFOX")

PEEK = """<script>
window.roots = {};
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) { return (roots[this.localName] = attachShadow.call(this, options)); };
window.colour = () => getComputedStyle(document.body).color;
window.seen = new Set();
(function look() {
  if (document.body) seen.add(colour());
  requestAnimationFrame(look);
})();
</script>"""
RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"


@pytest.fixture
def open_tab(firefox, tmp_path, start):
    tabs = []

    def open_page(files, head="", body=""):
        document = html(tag=PEEK + TAG + head).replace("</body>", f"{body}</body>")
        site = Site(tmp_path / "site", {"index.html": document, "main.mjs": "window.same = true;", **files}, start)
        tab = firefox.new_tab()
        tabs.append(tab)
        tab.open(site.url)
        tab.site = site
        tab.wait = lambda expression: wait_for(lambda: tab.evaluate(expression), expression)
        tab.wait("window.same")
        return tab

    yield open_page
    for tab in tabs:
        tab.close()


def save(tab, name, content):
    file = tab.site.folder / name
    temporary = file.with_name(file.name + "~")
    temporary.write_bytes(content if isinstance(content, bytes) else content.encode())
    temporary.replace(file)


def test_a_link_is_swapped_without_a_flash(open_tab):
    tab = open_tab({"page.css": "body { color: red }"}, '<link rel="stylesheet" href="page.css?x=1">')
    tab.wait(f"colour() === '{RED}'")
    tab.evaluate("seen.clear()")
    for name, colour in (("green", GREEN), ("blue", BLUE)):
        save(tab, "page.css", f"body {{ color: {name} }}")
        tab.wait(f"colour() === '{colour}'")
    assert set(tab.evaluate("[...seen]")) <= {RED, GREEN, BLUE}
    assert tab.evaluate("[document.querySelectorAll('link').length, same]") == [1, True]


@pytest.mark.parametrize("head", ['<link rel="stylesheet" href="parent.css">', "<style>@import 'parent.css';</style>"], ids=["link", "style"])
def test_imported_files_find_their_parents(open_tab, head):
    files = {
        "parent.css": "@import 'deep/middle.css' layer(base); i { color: red }",
        "deep/middle.css": "@import 'child.css'; b { color: red }",
        "deep/child.css": "body { color: red }",
    }
    tab = open_tab(files, head)
    tab.wait(f"colour() === '{RED}'")
    tab.evaluate("seen.clear()")
    for name, colour in (("green", GREEN), ("blue", BLUE)):
        save(tab, "deep/child.css", f"body {{ color: {name} }}")
        tab.wait(f"colour() === '{colour}'")
    # Swapped later, the files above it show it as it is now.
    for parent in ("deep/middle.css", "parent.css"):
        save(tab, parent, files[parent] + " body { margin: %dpx }" % len(parent))
        tab.wait(f"getComputedStyle(document.body).marginTop === '{len(parent)}px'")
        assert tab.evaluate("colour()") == BLUE
    assert set(tab.evaluate("[...seen]")) <= {RED, GREEN, BLUE}
    assert tab.evaluate("same") is True


def test_css_module_scripts_are_replaced_in_place(open_tab):
    main = (
        "import sheet from './part.css' with { type: 'css' };"
        "document.adoptedStyleSheets.push(sheet); Object.assign(window, { sheet, same: true });"
    )
    tab = open_tab({"part.css": "body { color: red }", "main.mjs": "import('./sheet.mjs').catch(() => {}).finally(() => { window.same = true; })", "sheet.mjs": main})
    if not tab.evaluate("!!window.sheet"):
        pytest.skip("this Firefox has no CSS module scripts")
    tab.wait(f"colour() === '{RED}'")
    save(tab, "part.css", "body { color: green }")
    tab.wait(f"colour() === '{GREEN}'")
    assert tab.evaluate("same && document.adoptedStyleSheets[0] === sheet") is True


def test_images_and_fonts(open_tab):
    head = """<style>@font-face { font-family: Test; src: url(t.ttf) } p { font: 100px Test; width: max-content }
        body { background: url(a.png) }</style>"""
    tab = open_tab({"a.png": png(3), "t.ttf": font(500)}, head, "<img src='a.png'><p>aaaa</p>")
    tab.wait("document.images[0].naturalWidth === 3")
    width = "Math.round(document.querySelector('p').getBoundingClientRect().width)"
    tab.wait(f"{width} === 200")
    tab.evaluate(f"void (window.widths = new Set(), (function look() {{ widths.add({width}); requestAnimationFrame(look); }})())")
    save(tab, "a.png", png(7))
    tab.wait("document.images[0].naturalWidth === 7")
    tab.wait("getComputedStyle(document.body).backgroundImage.includes('a.png?pitlane=')")
    save(tab, "t.ttf", font(1000))
    tab.wait(f"{width} === 400")
    assert set(tab.evaluate("[...widths]")) <= {200, 400}, "another font was used in between"
    assert tab.evaluate("same") is True


def test_badge_and_overlay(open_tab):
    tab = open_tab({
        "main.mjs": "import './part.mjs'; window.same = true;",
        "part.mjs": "export const part = 1; import.meta.hot?.accept();",
    })  # fmt: skip
    tab.wait("roots['pitlane-badge']?.firstChild.className === 'green'")
    save(tab, "part.mjs", "export const part = ;")
    tab.wait("document.querySelector('pitlane-overlay') && roots['pitlane-overlay'].querySelector('dialog').open")
    text = tab.evaluate("roots['pitlane-overlay'].querySelector('dialog').innerText")
    assert text.startswith("Syntax error") and "/part.mjs:1:21" in text
    assert tab.evaluate("roots['pitlane-overlay'].activeElement.getAttribute('aria-label')") == "Close"
    assert tab.evaluate("roots['pitlane-badge'].firstChild.className") == "red"
    save(tab, "part.mjs", "export const part = 2; import.meta.hot?.accept();")
    tab.wait("!document.querySelector('pitlane-overlay') && roots['pitlane-badge'].firstChild.className === 'green'")
    assert tab.evaluate("same") is True
