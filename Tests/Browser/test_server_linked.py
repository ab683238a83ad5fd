"""Graphs that the server has linked: what a first visit gets once the modules are in the server's memory."""

import re

import pytest
from Harness.browser import Visit
from Harness.client import connect, is_linked
from Harness.client_sources import FOLDER
from Harness.processes import Pitlane, wait_for

FORM = int(re.search(r"LINKED_FORM = (\d+)", (FOLDER / "linker.js").read_text()).group(1))

TAG = '<script src="/@pitlane/client.js" data-timeout="20000" data-entry="main.mjs"></script>'
FILES = {
    "index.html": f"<!doctype html><head>{TAG}</head>",
    "main.mjs": "import { a, log } from './lib/a.mjs';\n"
    "export const own = import.meta.url;\n"
    "const late = await import('./late.mjs'), same = await import('./late' + '.mjs');\n"
    "log.push('main', a(), own, import.meta.resolve('./x.mjs'), late === same, late.default);\n"
    "window.results = log;\n"
    "import.meta.hot.accept('./late.mjs', (module) => { window.newer = module.default; });\n"
    "document.documentElement.dataset.done = 'yes';\n",
    "lib/a.mjs": "import { b } from './b.mjs';\nexport const log = ['a'];\nexport const a = () => b() + 'ä% #?/\\\\\"';\n",
    "lib/b.mjs": "import { log } from './a.mjs';\nexport function b() { log.push('b'); return 'b'; }\n//# sourceMappingURL=b.map\n",
    "late.mjs": f"//{'x' * 70_000}\nimport {{ log }} from './lib/a.mjs';\nlog.push('late');\nexport default 'first';\n",
}
WHAT_RUNS = ["a", "late", "b", "main", "bä% #?/\\\"", "{url}main.mjs", "{url}x.mjs", True, "first"]


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    pitlane = Pitlane("--root", root).wait_until_ready()
    wait_for(lambda: is_in_memory(pitlane), "the graph to be in memory")
    yield root, pitlane
    pitlane.stop()


def is_in_memory(pitlane):
    """Asks for the graph as a page does."""
    client = connect(pitlane)
    try:
        client.send({"type": "module:graph", "id": 1, "stream": True, "entries": ["main.mjs"], "linked": FORM, "origin": "http://localhost"})
        frames = [client.connection.recv(timeout=30)]
        while isinstance(frames[-1], bytes) or '"type":"module:graph"' not in frames[-1][:40]:
            frames.append(client.connection.recv(timeout=30))
        return any(map(is_linked, frames))
    finally:
        client.close()


def open_page(context, pitlane):
    visit = Visit(context)
    visit.page.goto(f"http://localhost:{pitlane.port}/", wait_until="commit")
    # Not wait_for_function, which a content policy can forbid.
    visit.wait_for(lambda: visit.page.evaluate("document.documentElement?.dataset.done") == "yes", "the entry")
    visit.event("loaded")
    return visit


def linked_frames(visit):
    return [frame for frame in visit.frames if is_linked(frame)]


def check(visit, pitlane):
    url = f"http://localhost:{pitlane.port}/"
    expected = [text.replace("{url}", url) if isinstance(text, str) else text for text in WHAT_RUNS]
    assert visit.page.evaluate("results") == expected
    assert visit.modules_over_http() == []
    assert (visit.loaded["via"], visit.loaded["modules"]) == ("websocket", 4)


def test_a_first_visit_runs_what_the_server_linked_and_the_next_one_needs_nothing(site, context):
    root, pitlane = site
    visit = open_page(context, pitlane)
    assert len(linked_frames(visit)) == 2, "small modules, and a large one"
    check(visit, pitlane)
    sources = {path: (root / path).read_bytes() for path in FILES if path.endswith(".mjs")}
    assert dict(visit.modules_over_websocket()) == sources
    for _ in range(50):  # until the cache is written
        visit.close()
        visit = open_page(context, pitlane)
        if not visit.modules_over_websocket():
            break
    assert visit.modules_over_websocket() == []
    check(visit, pitlane)
    assert visit.loaded["fromCache"] == 4


def test_what_the_server_linked_is_updated_like_any_module(site, context):
    root, pitlane = site
    visit = open_page(context, pitlane)
    assert linked_frames(visit)
    visit.wait_for(lambda: any('"type":"hot:running"' in frame for frame in visit.frames if isinstance(frame, str)), "the report's answer")
    visit.page.evaluate("window.before = true")
    (root / "late.mjs").write_text(FILES["late.mjs"].replace("first", "second"))
    visit.page.wait_for_function("window.newer === 'second'")
    assert visit.page.evaluate("before"), "the page was not reloaded"


def test_a_save_right_after_the_load_is_not_lost(site, context):
    root, pitlane = site
    visit = open_page(context, pitlane)
    (root / "late.mjs").write_text(FILES["late.mjs"].replace("first", "second"))
    visit.page.wait_for_function("window.newer === 'second' || window.results?.at(-1) === 'second'")


def test_a_content_policy_without_data_urls(site, context):
    root, pitlane = site
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self' 'unsafe-inline' blob:\">"
    (root / "index.html").write_text(f"<!doctype html><head>{policy}{TAG}</head>")
    visit = open_page(context, pitlane)
    assert linked_frames(visit)
    check(visit, pitlane)


def test_a_page_with_a_tag_for_one_of_the_modules(site, context):
    root, pitlane = site
    (root / "index.html").write_text(f'<!doctype html><head>{TAG}<script type="module" src="/lib/b.mjs"></script></head>')
    visit = open_page(context, pitlane)
    assert linked_frames(visit)
    assert visit.page.evaluate("results")[1:4] == ["late", "b", "main"]
    assert visit.modules_over_http() == ["/lib/b.mjs", "/lib/a.mjs"], "what the tag imports, too, and each once"
