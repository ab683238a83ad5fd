"""Pages that demand trusted types: nothing of the client's needs a sink that takes text, or it does without."""

import pytest
from playwright.sync_api import Error

from Harness.browser import Visit
from Harness.hot import HotSite, page

POLICY = "require-trusted-types-for 'script'; trusted-types 'none'"
DEMAND = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
# The client's shadow trees are closed: the test keeps references. What nobody catches is kept, too.
PEEK = """<script>
window.uncaught = []; window.roots = {};
addEventListener("error", ({ message, error }) => message && uncaught.push(error?.stack ?? message));
addEventListener("unhandledrejection", ({ reason }) => uncaught.push(reason?.stack ?? String(reason)));
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) { return (roots[this.localName] = attachShadow.call(this, options)); };
window.shown = (name) => document.querySelector(name) && roots[name] ? [...roots[name].querySelectorAll("*")].map((e) => e.textContent).join(" ") : "";
</script>"""
GOOD = "import { leaf } from './leaf.mjs'; log('main', leaf); import.meta.hot?.accept();"


def leaf(number, tail=""):
    return f"export const leaf = {number}; import.meta.hot?.accept();{tail}"


@pytest.fixture
def open_page(tmp_path, certificates, context):
    """Behind Caddy, as a page is in use."""
    sites = []

    def begin(head):
        document = page(attributes='data-entry="main.mjs"').replace("<head>", f"<head>{PEEK}{head}", 1)
        site = HotSite(tmp_path, certificates, {"index.html": document, "main.mjs": GOOD, "leaf.mjs": leaf(1)})
        sites.append(site)
        visit = Visit(context)
        visit.page.goto(site.url, wait_until="commit")
        wait(visit, "window.lines?.includes('main 1')")
        return site, visit

    yield begin
    for site in sites:
        site.stop()


def wait(visit, expression):
    def holds():
        try:
            return visit.page.evaluate(expression)
        except Error:
            return False  # the page is being reloaded

    visit.wait_for(holds, expression)


def test_a_page_that_demands_them_from_the_start(open_page):
    site, visit = open_page(DEMAND)
    assert visit.event("loaded")["via"] == "http"
    wait(visit, "shown('pitlane-badge') !== ''")
    site.write("leaf.mjs", leaf(2))
    wait(visit, "window.lines?.includes('main 2')")
    site.write("leaf.mjs", "export const leaf = ;")
    wait(visit, "shown('pitlane-overlay').includes('leaf.mjs:1:21')")
    assert visit.page.evaluate("uncaught") == ["SyntaxError: Unexpected token ';'"]
    site.write("leaf.mjs", leaf(3))
    wait(visit, "window.lines?.includes('main 3')")
    wait(visit, "shown('pitlane-badge') !== ''")
    assert visit.page.evaluate("uncaught") == []


def test_a_page_that_demands_them_later(open_page):
    """Overlay and badge, too, must do without: the page is linked already, and its updates fail."""
    site, visit = open_page("")
    assert visit.event("loaded")["via"] == "websocket"
    wait(visit, "shown('pitlane-badge') !== ''")
    visit.page.evaluate(
        "(policy) => document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'Content-Security-Policy', content: policy }))",
        POLICY,
    )
    assert visit.page.evaluate("(() => { try { document.createElement('p').innerHTML = 'x'; return false; } catch { return true; } })()")
    site.remove("leaf.mjs")
    wait(visit, "shown('pitlane-overlay').includes('leaf.mjs')")
    assert visit.page.evaluate("[same, shown('pitlane-badge').includes('1'), uncaught]") == [True, True, []]
    site.write("leaf.mjs", leaf(1))
    wait(visit, "shown('pitlane-overlay') === ''")
    assert visit.page.evaluate("[same, uncaught]") == [True, []]
    # New code cannot be brought in any more: the page is loaded anew.
    site.write("leaf.mjs", leaf(2))
    wait(visit, "window.lines?.includes('main 2')")
    assert visit.page.evaluate("uncaught") == []
