"""import.meta.hot as Vite documents it, in Chromium."""

import pytest
from cases import play
from cases_api import CASES


@pytest.mark.parametrize("name", CASES)
def test_api(open_page, name):
    play(open_page, CASES[name])


# As modules are written that also run without Pitlane.
GUARDED = "log(typeof import.meta.hot); if (import.meta.hot) { import.meta.hot.accept(); } import.meta.hot?.accept(); log('main $v');"
PLAIN = '<script type="module" src="main.mjs"></script>'
# Nobody listens there.
ELSEWHERE = '<script src="/@pitlane/client.js" data-entry="main.mjs" data-server="ws://127.0.0.1:9"></script>'


@pytest.mark.parametrize("tag", [PLAIN, ELSEWHERE], ids=["without the client", "with the client, over HTTP"])
def test_hot_is_undefined_over_http(open_page, tag):
    open_page({"main.mjs": GUARDED}, tag=tag).expect("page", "undefined", "main 1")


def test_a_page_over_http_reloads(open_page):
    """What the browser has fetched itself is the page's, too."""
    policy = """<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'">"""
    tag = policy + ELSEWHERE.replace(' data-server="ws://127.0.0.1:9"', ' data-timeout="60000"')
    page = open_page({"main.mjs": GUARDED}, tag=tag).expect("page", "undefined", "main 1").reported()
    page.save("main.mjs").expect("page", "undefined", "main 2")
