"""A saved page reloads the tabs that show it, which keep their scroll position and, in Firefox, what was typed into forms."""

import pytest
from Harness.firefox import Firefox, executable
from Harness.processes import wait_for
from Harness.site import Site, html

BODY = """<form><input id="name"><textarea id="text"></textarea><input id="wet" type="checkbox">
<select id="tyre"><option>soft</option><option>hard</option></select></form><div style="height: 5000px">%s</div></body>"""


COMPLETE = "document.body?.innerText.includes('after') && document.readyState === 'complete'"


def page_with(word):
    return html().replace("</body>", BODY % word)


def test_a_saved_page_keeps_its_scroll_position(open_site):
    page = open_site({"index.html": page_with("before"), "main.mjs": "window.done = 1;", "other.html": html()})
    page.done()
    page.page.wait_for_load_state("load")
    page.page.evaluate("scrollTo(0, 1234); window.old = true")
    page.page.wait_for_function("scrollY === 1234")
    # Another page is not shown here.
    page.site.write("other.html", html() + "<!-- saved -->")
    assert page.visit.event("updated")["action"] == "none"
    page.site.write("index.html", page_with("after"))
    assert page.visit.event("updated", lambda detail: detail["path"] == "index.html")["action"] == "reload"
    page.page.wait_for_function(f"!window.old && {COMPLETE}")
    page.page.wait_for_function("scrollY === 1234")


@pytest.mark.skipif(executable() is None, reason="there is no firefox-esr; install it, or set FIREFOX")
def test_firefox_keeps_what_was_typed_as_well(tmp_path, start):
    site = Site(tmp_path / "site", {"index.html": page_with("before"), "main.mjs": "window.done = 1;"}, start)
    with Firefox() as firefox:
        tab = firefox.new_tab()
        tab.open(site.url)
        tab.evaluate("""(() => {
            const of = (id) => document.getElementById(id);
            of("name").value = "Lauda";
            of("text").value = "two\\nlines";
            of("wet").checked = true;
            of("tyre").value = "hard";
            scrollTo(0, 1234);
            window.old = true;
        })()""")
        wait_for(lambda: tab.evaluate("scrollY") == 1234, "the scroll position")
        site.write("index.html", page_with("after"))
        wait_for(lambda: tab.evaluate(f"!window.old && {COMPLETE}"), "the new page")
        values = "['name', 'text', 'tyre'].map((id) => document.getElementById(id).value).concat(document.getElementById('wet').checked, scrollY)"
        wait_for(lambda: tab.evaluate(values) == ["Lauda", "two\nlines", "hard", True, 1234], "the input to be restored")
