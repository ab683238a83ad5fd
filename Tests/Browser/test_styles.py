"""A saved style sheet shows at once, wherever the page uses it, without a reload and without a flash."""

import pytest
from Harness.site import html

READY = "window.same = true; window.done = 1;"
# Looks at every frame that is painted: a colour that no version of the style has is a flash.
COLOURS = """<script>
window.seen = [];
(function look() {
  const colour = document.body && getComputedStyle(document.body).color;
  if (colour && seen.at(-1) !== colour) seen.push(colour);
  requestAnimationFrame(look);
})();
</script>"""
RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"


def colour(page, selector="body"):
    return page.page.evaluate(f"getComputedStyle({query(selector)}).color")


def query(selector):
    """`a >>> b`: b in the shadow root of a."""
    parts = [f'querySelector("{part.strip()}")' for part in selector.split(">>>")]
    return "document." + ".shadowRoot.".join(parts)


def wait_for_colour(page, wanted, selector="body"):
    page.visit.wait_for(lambda: colour(page, selector) == wanted, f"{selector} to be {wanted}")


def save(page, name, content):
    """As editors do: the new file takes the old one's place."""
    file = page.site.folder / name
    temporary = file.with_name(file.name + "~")
    temporary.write_text(content)
    temporary.replace(file)


def assert_same_page(page):
    assert page.page.evaluate("window.same") is True, "the page has been reloaded"


def open_styled(open_site, head, files, arguments=(), **more):
    page = open_site({"index.html": html(COLOURS + head), "main.mjs": READY, **files}, arguments=arguments, **more)
    page.done()
    return page


def test_a_link_is_swapped_without_a_flash(open_site):
    link = (
        '<link rel="stylesheet" href="page.css?theme=a%20b&x" media="screen" title="Main" id="it" data-x="1" nonce="abc" '
        'crossorigin="anonymous">'
    )
    page = open_styled(open_site, link, {"page.css": "body { color: red }"})
    wait_for_colour(page, RED)
    page.page.evaluate("window.seen = []")
    save(page, "page.css", "body { color: green }")
    wait_for_colour(page, GREEN)
    update = page.visit.event("updated")
    assert (update["path"], update["action"], update["used"]) == ("page.css", "swap", True)
    assert page.page.evaluate("seen") in ([RED, GREEN], [GREEN])
    assert page.page.evaluate("document.querySelectorAll('link').length") == 1
    href, rest = page.page.evaluate("""(() => {
        const link = document.querySelector("link");
        return [link.getAttribute("href"), [link.media, link.title, link.id, link.dataset.x, link.nonce, link.crossOrigin, link.rel]];
    })()""")
    assert f"/page.css?theme=a%20b&x&pitlane={update['hash']}" in href
    assert rest == ["screen", "Main", "it", "1", "abc", "anonymous", "stylesheet"]
    save(page, "page.css", "body { color: blue }")
    wait_for_colour(page, BLUE)
    assert page.page.evaluate("document.querySelector('link').href.match(/pitlane=/g).length") == 1
    assert page.page.evaluate("document.querySelectorAll('link').length") == 1
    assert_same_page(page)
    page.visit.wait_for(lambda: "[pitlane] hot updated: /page.css" in page.visit.console, "the console line")


def test_a_rule_that_is_taken_out_goes(open_site):
    page = open_styled(open_site, '<link rel="stylesheet" href="page.css">', {"page.css": "body { color: red; margin: 7px }"})
    wait_for_colour(page, RED)
    save(page, "page.css", "body { color: green }")
    wait_for_colour(page, GREEN)
    assert page.page.evaluate("getComputedStyle(document.body).marginTop") == "8px"
    assert_same_page(page)


def test_integrity_no_longer_fits_and_goes(open_site):
    # The SHA-256 of the text below.
    import base64
    import hashlib

    text = "body { color: red }"
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    page = open_styled(open_site, f'<link rel="stylesheet" href="page.css" integrity="sha256-{digest}">', {"page.css": text})
    wait_for_colour(page, RED)
    save(page, "page.css", "body { color: green }")
    wait_for_colour(page, GREEN)
    assert page.page.evaluate("document.querySelector('link').integrity") == ""
    assert_same_page(page)


def test_many_quick_saves_end_with_the_last_and_one_link(open_site):
    page = open_styled(open_site, '<link rel="stylesheet" href="page.css">', {"page.css": "body { color: red }"})
    for index in range(20):
        save(page, "page.css", f"body {{ color: rgb({index}, 1, 2) }}")
        page.page.evaluate("new Promise(requestAnimationFrame)")
    wait_for_colour(page, "rgb(19, 1, 2)")
    page.visit.wait_for(lambda: page.page.evaluate("document.querySelectorAll('link').length") == 1, "one link")
    assert colour(page) == "rgb(19, 1, 2)"
    assert set(page.page.evaluate("seen")) <= {"rgb(0, 0, 0)", RED, *(f"rgb({index}, 1, 2)" for index in range(20))}
    assert_same_page(page)


def test_links_in_shadow_roots_and_several_links_to_one_file(open_site):
    script = """<script type="module">
        for (const mode of ["open", "open"]) {
            const host = document.body.appendChild(document.createElement("x-box"));
            host.attachShadow({ mode }).innerHTML = '<link rel="stylesheet" href="/box.css"><p>text</p><x-in></x-in>';
            host.shadowRoot.querySelector("x-in").attachShadow({ mode }).innerHTML = '<link rel="stylesheet" href="box.css?2"><p>text</p>';
        }
    </script>"""
    page = open_styled(open_site, script, {"box.css": "p { color: red }"})
    inner = "x-box >>> x-in >>> p"
    for selector in ("x-box >>> p", inner, "x-box:last-of-type >>> p"):
        wait_for_colour(page, RED, selector)
    save(page, "box.css", "p { color: green }")
    for selector in ("x-box >>> p", inner, "x-box:last-of-type >>> p"):
        wait_for_colour(page, GREEN, selector)
    assert_same_page(page)


IMPORTING = {
    "link": '<link rel="stylesheet" href="parent.css">',
    "style element": '<style id="s">@import url("parent.css"); p { margin: 0 }</style>',
    "style element, the file itself": "<style id='s'>@import 'deep/child.css?v=1' screen; p { margin: 0 }</style>",
}


@pytest.mark.parametrize("parent", IMPORTING)
def test_imported_files_find_their_parents(open_site, parent):
    files = {
        "parent.css": "@import 'deep/middle.css' layer(base) screen; i { color: red }",
        "deep/middle.css": "@import url(child.css?v=1) supports(color: red); b { color: red }",
        "deep/child.css": "body { color: red }",
    }
    page = open_styled(open_site, IMPORTING[parent], files)
    wait_for_colour(page, RED)
    page.page.evaluate("window.seen = []")
    for text, wanted in (("body { color: green }", GREEN), ("body { color: blue }", BLUE)):
        save(page, "deep/child.css", text)
        wait_for_colour(page, wanted)
    assert set(page.page.evaluate("seen")) <= {RED, GREEN, BLUE}
    sheets = page.page.evaluate("""(() => {
        const counts = [];
        const walk = (sheet) => {
            counts.push(sheet.cssRules.length);
            for (const rule of sheet.cssRules) if (rule.styleSheet) walk(rule.styleSheet);
        };
        [...document.styleSheets].forEach(walk);
        return counts;
    })()""")
    page.visit.wait_for(lambda: True, "")
    assert sheets == {"link": [2, 2, 1], "style element": [2, 2, 2, 1], "style element, the file itself": [2, 1]}[parent]
    assert_same_page(page)


def test_rules_that_scripts_have_put_into_a_parent_stay(open_site):
    head = "<style id='s'>@import 'child.css';</style>"
    page = open_styled(open_site, head, {"child.css": "body { color: red }"})
    wait_for_colour(page, RED)
    page.page.evaluate("document.querySelector('#s').sheet.insertRule('body { margin: 3px }', 1)")
    save(page, "child.css", "body { color: green }")
    wait_for_colour(page, GREEN)
    assert page.page.evaluate("getComputedStyle(document.body).marginTop") == "3px"


def test_a_parent_that_is_swapped_after_its_import(open_site):
    files = {"parent.css": "@import 'child.css'; p { color: red }", "child.css": "body { color: red }"}
    page = open_styled(open_site, '<link rel="stylesheet" href="parent.css">', files)
    wait_for_colour(page, RED)
    save(page, "child.css", "body { color: green }")
    wait_for_colour(page, GREEN)
    page.page.evaluate("document.body.append(document.createElement('p'))")
    save(page, "parent.css", "@import 'child.css'; p { color: blue }")
    wait_for_colour(page, BLUE, "p")
    assert colour(page) == GREEN
    save(page, "child.css", "body { color: red }")
    wait_for_colour(page, RED)
    assert_same_page(page)


def test_a_disabled_sheet_stays_disabled(open_site):
    head = '<link rel="stylesheet" href="off.css" disabled><link rel="stylesheet" href="quiet.css" id="quiet">'
    page = open_styled(open_site, head, {"off.css": "body { color: red }", "quiet.css": "body { margin: 1px }"})
    page.page.evaluate("document.querySelector('#quiet').sheet.disabled = true")
    save(page, "quiet.css", "body { margin: 2px }")
    page.visit.event("updated", lambda detail: detail["path"] == "quiet.css")
    page.visit.wait_for(lambda: "pitlane=" in page.page.evaluate("document.querySelector('#quiet').href"), "the new link")
    assert page.page.evaluate("getComputedStyle(document.body).marginTop") == "8px"
    page.page.evaluate("document.querySelector('#quiet').sheet.disabled = false")
    assert page.page.evaluate("getComputedStyle(document.body).marginTop") == "2px"
    assert_same_page(page)


def test_a_sheet_that_cannot_be_had_leaves_the_old_one(open_site):
    page = open_styled(open_site, '<link rel="stylesheet" href="page.css">', {"page.css": "body { color: red }"})
    wait_for_colour(page, RED)
    page.page.context.route("**/page.css?pitlane=*", lambda route: route.abort())
    save(page, "page.css", "body { color: green }")
    page.visit.wait_for(lambda: any("/page.css could not be loaded" in line for line in page.visit.console), "the note")
    assert colour(page) == RED
    assert page.page.evaluate("document.querySelectorAll('link').length") == 1
    page.page.context.unroute("**/page.css?pitlane=*")
    save(page, "page.css", "body { color: blue }")
    wait_for_colour(page, BLUE)
    assert_same_page(page)


MODULES = {
    "main.mjs": """
        import sheet from "./part.css" with { type: "css" };
        import { again } from "./user.mjs";
        document.adoptedStyleSheets.push(sheet);
        const host = document.body.appendChild(document.createElement("x-host"));
        host.attachShadow({ mode: "open" }).innerHTML = "<p>text</p>";
        host.shadowRoot.adoptedStyleSheets = [again];
        Object.assign(window, { sheet, shared: sheet === again, same: true, done: 1 });
    """,
    "user.mjs": "import again from './part.css' with { type: 'css' }; export { again };",
}


@pytest.mark.parametrize("linked", [True, False], ids=["linked", "over HTTP"])
def test_css_module_scripts_are_replaced_in_place(open_site, linked):
    text = "body, p { color: %s }" if linked else "body, p { color: %s; background: url(x.png) }"
    page = open_styled(open_site, "", {**MODULES, "part.css": text % "red"})
    assert page.page.evaluate("shared") is True
    assert ("/part.css" in page.over_http()) is not linked
    wait_for_colour(page, RED)
    wait_for_colour(page, RED, "x-host >>> p")
    for name, wanted in (("green", GREEN), ("blue", BLUE)):
        save(page, "part.css", text % name + " i { background: url('img/y.png') }")
        wait_for_colour(page, wanted)
        wait_for_colour(page, wanted, "x-host >>> p")
    assert page.page.evaluate("document.adoptedStyleSheets[0] === sheet")
    assert f"{page.site.url}img/y.png" in page.page.evaluate("[...sheet.cssRules].at(-1).cssText")
    assert_same_page(page)


STRICT = "default-src 'none'; script-src 'self' 'nonce-n0' 'strict-dynamic'; style-src 'self'; connect-src 'self'; img-src 'self'"


def test_a_strict_content_policy(open_site):
    head = f'<meta http-equiv="Content-Security-Policy" content="{STRICT}"><link rel="stylesheet" href="parent.css">'
    tag = '<script nonce="n0" src="/@pitlane/client.js" data-entry="main.mjs" data-timeout="60000"></script>'
    files = {"parent.css": "@import 'child.css'; p { color: red }", "child.css": "body { color: red }"}
    page = open_site({"index.html": f"<!doctype html>{head}{tag}<body></body>", "main.mjs": READY, **files})
    page.done()
    wait_for_colour(page, RED)
    save(page, "child.css", "body { color: green }")
    wait_for_colour(page, GREEN)
    save(page, "parent.css", "@import 'child.css'; body { margin: 1px }")
    page.visit.wait_for(lambda: page.page.evaluate("getComputedStyle(document.body).marginTop") == "1px", "the parent")
    assert colour(page) == GREEN
    assert_same_page(page)
    assert not any("Content Security Policy" in line for line in page.visit.console), page.visit.console


def test_a_listener_can_prevent_it(open_site):
    page = open_styled(open_site, '<link rel="stylesheet" href="page.css">', {"page.css": "body { color: red }"})
    page.page.evaluate("addEventListener('pitlane:update', (event) => event.preventDefault())")
    save(page, "page.css", "body { color: green }")
    assert page.visit.event("updated")["action"] == "none"
    assert "pitlane=" not in page.page.evaluate("document.querySelector('link').href")
