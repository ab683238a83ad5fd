"""The error overlay: what it says, to whom it listens, and that the page below stays as it was."""

import os

import pytest
from Harness.site import html

# The overlay's shadow tree is closed: tests keep a reference to it.
PEEK = """<script>
window.roots = {};
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) { return (roots[this.localName] = attachShadow.call(this, options)); };
window.overlay = () => document.querySelector("pitlane-overlay") && roots["pitlane-overlay"];
window.shown = () => overlay()?.querySelector("dialog").innerText ?? null;
window.focused = () => overlay()?.activeElement?.getAttribute("aria-label") ?? overlay()?.activeElement?.innerText ?? null;
</script>"""
READY = "window.same = true; window.done = 1; import './lib/part.mjs'; import.meta.hot?.accept();"
GOOD = "export const part = 1;\nimport.meta.hot?.accept();\n"
BAD = "export const a = 1;\nexport function part() {\n  return 1 +;\n}\nimport.meta.hot?.accept();\n"


def save(page, name, content):
    file = page.site.folder / name
    temporary = file.with_name(file.name + "~")
    temporary.write_text(content)
    temporary.replace(file)


@pytest.fixture
def open_page(open_site):
    def open_page(files={}, head="", arguments=(), body="<button id='own'>own</button>", tag=None):
        document = (html(PEEK + head, tag) if tag else html(PEEK + head)).replace("</body>", f"{body}</body>")
        page = open_site({"index.html": document, "main.mjs": READY, "lib/part.mjs": GOOD, **files}, arguments=arguments)
        page.done()
        page.evaluate = page.page.evaluate
        page.wait = lambda expression: page.visit.wait_for(lambda: page.evaluate(expression), f"{expression}; {page.evaluate('shown()')}")
        return page

    return open_page


@pytest.fixture
def broken(open_page):
    """A page with a syntax error in a module that it runs."""
    page = open_page()
    page.evaluate("document.querySelector('#own').focus()")
    save(page, "lib/part.mjs", BAD)
    page.wait("shown()?.includes('part.mjs')")
    return page


def accessible(page):
    """Role and name of every node of the accessibility tree below the overlay."""
    session = page.page.context.new_cdp_session(page.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    of = lambda node, key: node.get(key, {}).get("value", "")
    return [(of(node, "role"), of(node, "name"), {p["name"]: p["value"].get("value") for p in node.get("properties", [])})
            for node in nodes if not node["ignored"]]  # fmt: skip


def test_a_syntax_error_is_shown_with_its_lines_and_the_next_good_save_clears_it(broken):
    text = broken.evaluate("shown()")
    assert "Syntax error" in text
    assert "/lib/part.mjs:3:" in text
    assert "return 1 +;" in text
    frame = broken.evaluate("overlay().querySelector('pre').innerText")
    assert [line[0] for line in frame.splitlines() if line[:1].isdigit()] == ["1", "2", "3", "4", "5", "6"], frame
    assert "^" in frame
    assert broken.evaluate("same") is True
    save(broken, "lib/part.mjs", GOOD.replace("1", "2"))
    broken.wait("overlay() === null")
    assert broken.evaluate("same") is True
    assert broken.evaluate("document.activeElement.id") == "own"


@pytest.mark.parametrize("bad", ["export const part = 1;\nimport.meta.hot?.accept();\nconst text = `open", "export const part = (;\n", "}}}"])
def test_a_broken_text_that_accepts_nothing_loses_no_state(open_page, bad):
    page = open_page()
    for text in (bad, bad + " ", bad + "  "):
        save(page, "lib/part.mjs", text)
        page.wait("shown()?.includes('part.mjs')")
    save(page, "lib/part.mjs", GOOD.replace("1", "2"))
    page.wait("overlay() === null")
    assert page.evaluate("window.same") is True


def test_the_caret_stands_below_its_place(broken):
    place, caret = broken.evaluate("""(() => {
        const pre = overlay().querySelector("pre");
        const line = pre.querySelector(".hit:not(.caret)"), text = line.lastChild;
        const range = new Range();
        const column = Number(/part\\.mjs:3:(\\d+)/.exec(shown())[1]);
        range.setStart(text, column - 1);
        range.setEnd(text, column);
        const mark = new Range();
        mark.selectNodeContents(pre.querySelector(".caret").lastChild);
        return [range.getBoundingClientRect().left, mark.getBoundingClientRect().left];
    })()""")
    assert abs(place - caret) < 1


def test_escape_closes_and_gives_the_focus_back(broken):
    assert broken.evaluate("focused()") == "Close"
    broken.evaluate("window.keys = []; addEventListener('keydown', ({ key }) => keys.push(key))")
    broken.page.keyboard.press("Escape")
    broken.wait("overlay() === null")
    assert broken.evaluate("document.activeElement.id") == "own"
    assert broken.evaluate("keys") == [], "the page's own shortcut was meant"
    # The next failing save shows it again.
    save(broken, "lib/part.mjs", BAD.replace("1 +;", "2 +;"))
    broken.wait("shown()?.includes('return 2 +;')")


def test_the_tab_key_stays_inside(broken):
    count = broken.evaluate("overlay().querySelectorAll('button').length")
    assert count >= 2
    forwards, backwards = [], []
    for seen, key in ((forwards, "Tab"), (backwards, "Shift+Tab")):
        for _ in range(2 * count):
            seen.append(broken.evaluate("focused()"))
            broken.page.keyboard.press(key)
    assert len(set(forwards)) == count and None not in forwards
    assert forwards[:count] == forwards[count:]
    assert backwards[1:count] == forwards[1:count][::-1]


def test_what_assistive_technology_is_told(broken):
    nodes = accessible(broken)
    (dialog,) = [node for node in nodes if node[0] == "alertdialog"]
    assert dialog[1] == "Syntax error"
    assert dialog[2]["modal"] is True
    names = [name for role, name, _ in nodes if role == "button"]
    assert "Close" in names
    assert any(name.startswith("/lib/part.mjs:3:") for name in names)
    # What lies below is inert.
    assert "own" not in names
    assert [name for role, name, _ in nodes if role == "heading"] == ["Syntax error"]


def test_a_click_beside_it_closes(broken):
    broken.page.mouse.click(3, broken.page.viewport_size["height"] - 3)
    broken.wait("overlay() === null")


def test_several_problems_are_listed_the_newest_first(open_page):
    page = open_page({
        "main.mjs": READY.replace("import.meta", "import './lib/other.mjs'; import.meta"),
        "lib/other.mjs": GOOD,
    })  # fmt: skip
    save(page, "lib/part.mjs", BAD)
    page.wait("shown()?.includes('/lib/part.mjs')")
    save(page, "lib/other.mjs", BAD)
    page.wait("shown()?.includes('/lib/other.mjs')")
    text = page.evaluate("shown()")
    assert text.startswith("2 problems")
    assert text.index("/lib/other.mjs") < text.index("/lib/part.mjs")
    save(page, "lib/other.mjs", GOOD.replace("1", "2"))
    page.wait("shown() && !shown().includes('/lib/other.mjs')")
    assert page.evaluate("shown()").startswith("Syntax error")
    save(page, "lib/part.mjs", GOOD.replace("1", "2"))
    page.wait("overlay() === null")
    assert page.evaluate("same") is True


THROWS = "function deep() { throw new Error('no <b>tyres</b> left'); }\nexport const part = deep();\nimport.meta.hot?.accept();\n"


def test_a_runtime_error_shows_its_stack_and_a_click_opens_the_file(open_page):
    page = open_page()
    save(page, "lib/part.mjs", THROWS)
    page.wait("shown()?.includes('no <b>tyres</b> left')")
    assert page.evaluate("shown()").startswith("Runtime error")
    assert page.evaluate("overlay().querySelector('b')") is None
    stack = page.evaluate("overlay().querySelector('.stack').innerText")
    assert "deep" in stack and "tyres" not in stack and "@pitlane" not in stack
    asked = []
    page.page.route("**/@pitlane/api/open", lambda route: (asked.append(route.request), route.fulfill(status=404, json={"message": "No editor is configured. Start pitlane with --editor."})))  # fmt: skip
    page.evaluate("overlay().querySelector('.stack button').click()")
    page.wait("shown().includes('No editor is configured.')")
    (request,) = asked
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    assert request.post_data_json["path"] == "lib/part.mjs"
    assert request.post_data_json["line"] == 1


def test_upstream_and_missing_modules(open_page):
    page = open_page()
    (page.site.folder / "lib" / "part.mjs").unlink()
    page.wait("shown()?.includes('lib/part.mjs')")
    text = page.evaluate("shown()")
    assert text.startswith("Module not found")
    assert "Imported by /main.mjs" in text
    save(page, "lib/part.mjs", GOOD)
    page.wait("overlay() === null")
    assert page.evaluate("same") is True


def test_data_overlay_off(open_page):
    tag = '<script src="/@pitlane/client.js" data-entry="main.mjs" data-timeout="60000" data-overlay="off"></script>'
    page = open_page(tag=tag)
    save(page, "lib/part.mjs", BAD)
    page.visit.wait_for(lambda: any("part.mjs:3" in line for line in page.visit.console), "the console line")
    assert page.evaluate("document.querySelector('pitlane-overlay')") is None


STRICT = (
    "default-src 'none'; script-src 'self' 'nonce-n0' 'unsafe-eval' data: blob:; style-src 'none'; connect-src 'self'; img-src 'self'; "
    "frame-src 'none'"
)


def test_a_strict_content_policy(open_page):
    tag = (
        f'<meta http-equiv="Content-Security-Policy" content="{STRICT}">'
        '<script nonce="n0" src="/@pitlane/client.js" data-entry="main.mjs" data-timeout="60000"></script>'
    )
    document = f"<!doctype html><head>{PEEK.replace('<script', '<script nonce=n0')}{tag}</head><body></body>"
    page = open_page({"index.html": document})
    save(page, "lib/part.mjs", BAD)
    page.wait("shown()?.includes('return 1 +;')")
    assert page.evaluate("getComputedStyle(overlay().querySelector('dialog')).borderTopWidth") == "4px"
    assert not any("Refused to apply" in line or "style-src" in line for line in page.visit.console), page.visit.console


def test_the_page_cannot_style_it_and_its_selectors_do_not_find_it(open_page):
    page = open_page(head="<style>* { color: lime !important; display: none !important; font-size: 90px !important }</style>")
    save(page, "lib/part.mjs", BAD)
    page.wait("overlay()")
    style = page.evaluate("(({ color, display, fontSize }) => [color, display, fontSize])(getComputedStyle(overlay().querySelector('p')))")
    assert style[0] != "rgb(0, 255, 0)" and style[1] == "block" and style[2] == "14px"
    assert page.evaluate("document.querySelectorAll('dialog, main, header, section, h1').length") == 0


def test_it_lies_above_a_modal_dialog_of_the_page(open_page):
    page = open_page(body="<dialog id='modal'>own <button>x</button></dialog>")
    page.evaluate("document.querySelector('#modal').showModal()")
    save(page, "lib/part.mjs", BAD)
    page.wait("overlay()")
    box = page.evaluate("(({ left, top }) => [left, top])(overlay().querySelector('.close').getBoundingClientRect())")
    page.page.mouse.click(box[0] + 5, box[1] + 5)
    page.wait("overlay() === null")
    assert page.evaluate("document.querySelector('#modal').open") is True


@pytest.mark.parametrize("scheme, back, text", [("light", "rgb(255, 255, 255)", "rgb(28, 30, 33)"), ("dark", "rgb(27, 29, 33)", "rgb(230, 231, 234)")])
def test_light_and_dark(open_page, scheme, back, text):
    page = open_page()
    page.page.emulate_media(color_scheme=scheme)
    save(page, "lib/part.mjs", THROWS)
    page.wait("shown()?.includes('tyres')")
    colours = page.evaluate("(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(overlay().querySelector('dialog')))")
    assert colours == [back, text]
    # Text of every colour stands out from its ground: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
    ratios = page.evaluate("""(() => {
        const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (element) => {
            const colour = getComputedStyle(element).backgroundColor;
            return colour === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : colour;
        };
        return [...overlay().querySelectorAll("h1, p, button, pre, pre i, pre div")].map((element) => {
            const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
            return (a + 0.05) / (b + 0.05);
        });
    })()""")
    assert min(ratios) >= 4.5
    if os.environ.get("SCREENSHOTS"):
        page.page.screenshot(path=f"{os.environ['SCREENSHOTS']}/overlay-{scheme}.png")
