"""The status badge: what it tells, that it can be moved and hidden, and that the page does not notice it."""

import os

import pytest
from Harness.browser import Visit
from Harness.site import TAG, html

PEEK = """<script>
window.roots = {};
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) { return (roots[this.localName] = attachShadow.call(this, options)); };
window.badge = () => document.querySelector("pitlane-badge") && roots["pitlane-badge"];
window.state = () => badge() && [badge().firstChild.className, badge().querySelector("a").title];
window.place = () => { const { left, top, right, bottom } = badge().firstChild.getBoundingClientRect(); return [left, top, right, bottom]; };
</script>"""
READY = "import './part.mjs'; window.done = 1; import.meta.hot?.accept();"


@pytest.fixture
def open_page(open_site):
    def open_page(files={}, tag=TAG, body="", arguments=()):
        document = html(PEEK, tag).replace("</body>", f"{body}</body>")
        page = open_site({"index.html": document, "main.mjs": READY, "part.mjs": "", **files}, arguments=arguments)
        page.done()
        page.evaluate = page.page.evaluate
        return page

    return open_page


def wait_for_state(page, *wanted):
    """Colour, and what the words have to hold."""

    def reached():
        state = page.page.evaluate("state()")
        return state and state[0] == wanted[0] and all(text in state[1] for text in wanted[1:])

    page.visit.wait_for(reached, f"{wanted}, not {page.page.evaluate('state()')}")


def test_connected(open_page):
    page = open_page()
    wait_for_state(page, "green", "connected", "2 modules over WebSocket", "1 client")
    link = page.evaluate("(({ href, target, rel }) => [href, target, rel])(badge().querySelector('a'))")
    assert link == [f"{page.site.url}@pitlane/", "_blank", "noopener"]


def test_another_tab_is_counted(open_page, context):
    page = open_page()
    wait_for_state(page, "green", "1 client")
    second = Visit(context)
    second.page.goto(page.site.url)
    wait_for_state(page, "green", "2 clients")
    assert page.evaluate("badge().querySelector('a').innerText").strip() == "2"
    second.close()
    wait_for_state(page, "green", "1 client")


def test_the_server_goes_and_comes_back(stack, context):
    running = stack(edit=None)
    index = running.app / "index.html"
    index.write_text(index.read_text().replace("<head>", f"<head>{PEEK}", 1))
    visit = Visit(context).open(running.https)
    page = type("Page", (), {"page": visit.page, "visit": visit})
    wait_for_state(page, "green", "85 modules over WebSocket")
    running.pitlane.kill()
    wait_for_state(page, "orange", "trying to reconnect")
    # After the quick tries it is taken for gone.
    wait_for_state(page, "red", "the server is gone")
    running.start_pitlane()
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_state(page, "green", "connected")


def test_modules_over_http_are_orange(open_page):
    policy = "script-src 'self' 'unsafe-eval' 'nonce-n0'"
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><script src="/@pitlane/client.js" data-entry="main.mjs"></script>'
    document = f"<!doctype html><head>{PEEK.replace('<script', '<script nonce=n0')}{tag}</head><body></body>"
    page = open_page({"index.html": document})
    wait_for_state(page, "orange", "modules over HTTP")


def test_trusted_types(open_page):
    policy = "require-trusted-types-for 'script'; trusted-types 'none'; style-src 'none'"
    page = open_page(tag=f'<meta http-equiv="Content-Security-Policy" content="{policy}">{TAG}')
    wait_for_state(page, "orange", "modules over HTTP")
    assert page.evaluate("getComputedStyle(badge().querySelector('a')).display") == "flex"


def test_a_problem_is_red(open_page):
    page = open_page({"part.mjs": "export const a = 1; import.meta.hot.accept();"})
    wait_for_state(page, "green")
    (page.site.folder / "part.mjs").write_text("export const a = ;")
    wait_for_state(page, "red", "1 problem")
    (page.site.folder / "part.mjs").write_text("export const a = 2; import.meta.hot.accept();")
    wait_for_state(page, "green", "connected")


def test_turned_off(open_page):
    page = open_page(tag=TAG.replace("data-entry", 'data-badge="off" data-entry'))
    page.visit.event("loaded")
    page.page.wait_for_load_state("load")
    assert page.evaluate("document.querySelector('pitlane-badge')") is None


def middle(place):
    return (place[0] + place[2]) / 2, (place[1] + place[3]) / 2


def drag(page, x, y):
    """To there, with its middle."""
    page.page.mouse.move(*middle(page.evaluate("place()")))
    page.page.mouse.down()
    page.page.mouse.move(x - 30, y)
    page.page.mouse.move(x, y)
    page.page.mouse.up()


def test_it_is_moved_and_stays_there(open_page):
    page = open_page()
    wait_for_state(page, "green")
    opened = []
    page.page.context.on("page", lambda page: opened.append(page))
    width, height = page.page.viewport_size["width"], page.page.viewport_size["height"]
    left, top, right, bottom = page.evaluate("place()")
    assert (right, bottom) == (width - 10, height - 10)
    drag(page, 300, 200)
    link = page.evaluate("(({ left, right, top, bottom }) => [left, top, right, bottom])(badge().querySelector('a').getBoundingClientRect())")
    place = page.evaluate("place()")
    assert abs(middle(place)[0] - 300) < 2 and abs(middle(place)[1] - 200) < 2, (place, link)
    assert opened == [], "the end of a drag is no click"
    page.page.reload()
    wait_for_state(page, "green")
    assert all(abs(a - b) < 1 for a, b in zip(page.evaluate("place()"), place))
    # In a smaller window it is still inside, and it cannot be drawn out.
    page.page.set_viewport_size({"width": 250, "height": 150})
    left, top, right, bottom = page.evaluate("place()")
    assert left >= 0 and top >= 0 and right <= 250 and bottom <= 150
    drag(page, 240, -500)
    left, top, right, bottom = page.evaluate("place()")
    assert right <= 250 and top == 10


def test_it_is_moved_with_the_arrow_keys(open_page):
    page = open_page()
    wait_for_state(page, "green")
    before = page.evaluate("place()")
    page.evaluate("badge().querySelector('a').focus()")
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
        page.page.keyboard.press(key)
    after = page.evaluate("place()")
    assert (round(before[0] - after[0]), round(before[1] - after[1])) == (20, 40)


def test_a_click_opens_the_dashboard(open_page):
    page = open_page()
    wait_for_state(page, "green")
    with page.page.context.expect_page() as opened:
        page.page.mouse.click(*middle(page.evaluate("place()")))
    assert opened.value.url == f"{page.site.url}@pitlane/"


def test_it_is_hidden_for_this_tab(open_page, context):
    page = open_page()
    wait_for_state(page, "green")
    left, top, right, bottom = page.evaluate("place()")
    page.page.mouse.move(right - 6, top + 10)
    page.page.mouse.click(left + 10, top + 10)
    assert page.evaluate("badge()") is None
    page.page.reload()
    page.done()
    page.page.wait_for_load_state("load")
    assert page.evaluate("badge()") is None
    other = Visit(context)
    other.page.goto(page.site.url)
    other.page.wait_for_function("window.badge?.()")


def test_the_page_does_not_notice_it(open_page):
    tag = f"<style>body, body *, pitlane-badge {{ display: block !important; position: static !important; margin: 0; padding: 9px 0 0 }}</style>{TAG}"
    body = "<div id='all' style='height: calc(100vh - 18px)'></div>"
    page = open_page(tag=tag, body=body)
    wait_for_state(page, "green")
    width, height = page.page.viewport_size["width"], page.page.viewport_size["height"]
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height]
    assert page.evaluate("document.querySelectorAll('a, i, button, s').length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('pitlane-badge')).position") == "fixed"
    shift = "new Promise((done) => { new PerformanceObserver((list) => done(list.getEntries().length)).observe({ type: 'layout-shift', buffered: true }); requestAnimationFrame(() => requestAnimationFrame(() => done(0))); })"  # fmt: skip
    assert page.evaluate(shift) == 0
    # Beside the badge itself, clicks are the page's.
    left, top, right, bottom = page.evaluate("place()")
    under = "([x, y]) => document.elementFromPoint(x, y).localName"
    assert page.evaluate(under, [left - 4, top - 4]) == "div"
    assert page.evaluate(under, [left + 5, top + 10]) == "div", "the button that is not seen takes no clicks"
    assert page.evaluate(under, [right - 6, top + 10]) == "pitlane-badge"
    page.page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(badge().firstChild).display") == "none"


def test_what_assistive_technology_is_told(open_page):
    page = open_page()
    wait_for_state(page, "green")
    session = page.page.context.new_cdp_session(page.page)
    nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    names = [(node["role"]["value"], node["name"]["value"]) for node in nodes if node["role"]["value"] in ("link", "button")]
    session.detach()
    (link, hide) = names
    assert link[0] == "link" and link[1].startswith("Pitlane: connected, 2 modules over WebSocket, 1 client.")
    assert hide == ("button", "Hide Pitlane's badge in this tab")


def test_a_frame_of_a_page_with_a_badge_has_none(open_page):
    page = open_page({"inner.html": html(PEEK)}, body="<iframe src='inner.html'></iframe>")
    wait_for_state(page, "green")
    frame = page.page.frames[1]
    page.visit.wait_for(lambda: frame.evaluate("window.done"), "the frame")
    assert frame.evaluate("document.querySelector('pitlane-badge')") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(open_page, scheme):
    page = open_page()
    page.page.emulate_media(color_scheme=scheme)
    wait_for_state(page, "green")
    assert page.evaluate("getComputedStyle(badge().querySelector('a')).backgroundColor") == {
        "light": "rgb(255, 255, 255)",
        "dark": "rgb(27, 29, 33)",
    }[scheme]  # fmt: skip
    if os.environ.get("SCREENSHOTS"):
        page.page.mouse.move(*middle(page.evaluate("place()")))
        page.page.screenshot(path=f"{os.environ['SCREENSHOTS']}/badge-{scheme}.png", clip={"x": 1080, "y": 640, "width": 200, "height": 80})
