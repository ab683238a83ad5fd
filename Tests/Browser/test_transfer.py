"""How a graph comes: early, in one exchange, once; what the page shows and keeps meanwhile."""

import threading

import pytest
from Harness.browser import Visit
from Harness.processes import PATIENCE, Pitlane
from Harness.raw import RawConnection
from Harness.upstream import ScriptedUpstream, whole

TAG = '<script src="/@pitlane/client.js" data-timeout="20000" data-entry="main.mjs"></script>'
DONE = "document.documentElement.dataset.done = 'yes';"


class Gate:
    """An upstream's answer that comes when the test lets it."""

    def __init__(self, body):
        self.opened = threading.Event()
        self.body = body

    def __call__(self, _):
        self.opened.wait(PATIENCE)
        return whole(self.body)


@pytest.fixture
def upstream():
    with ScriptedUpstream() as upstream:
        yield upstream


@pytest.fixture
def serve(tmp_path, upstream):
    """Serves these files, and what the upstream has besides, as one site."""
    started = []

    def start(files):
        root = tmp_path / "site"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        started.append(Pitlane("--root", root, "--upstream", upstream.http).wait_until_ready())
        return f"http://localhost:{started[-1].port}/"

    yield start
    for pitlane in started:
        pitlane.stop()


def open_page(context, url):
    visit = Visit(context)
    visit.page.goto(url, wait_until="commit")
    return visit


def wait_until_done(visit):
    visit.page.wait_for_function("document.documentElement?.dataset.done === 'yes'")
    return visit.event("loaded")


def test_the_graph_is_asked_for_while_the_page_is_parsed(serve, upstream, context):
    gate = Gate("window.order = ['classic script']")
    upstream.answers["/blocks-the-parser.js"] = [gate]
    url = serve({
        "index.html": f'<!doctype html><head>{TAG}<script src="blocks-the-parser.js"></script></head><p id="end">',
        "main.mjs": f"import './a.mjs'; order.push(document.getElementById('end').tagName); {DONE}",
        "a.mjs": "order.push('a')",
    })  # fmt: skip
    visit = open_page(context, url)
    visit.wait_for(visit.graphs_asked_for, "the question")
    assert visit.page.evaluate("document.readyState") == "loading"
    visit.wait_for(lambda: len(visit.modules_over_websocket()) == 2, "the modules")
    gate.opened.set()
    assert wait_until_done(visit)["via"] == "websocket"
    assert visit.page.evaluate("order") == ["classic script", "a", "P"]
    [question] = visit.graphs_asked_for()
    assert (question["page"], question["entries"], question["known"]) == ("/", ["main.mjs"], {})


def test_a_page_with_import_maps_asks_for_what_they_lead_to(serve, context):
    import_map = '<script type="importmap">{"imports": {"lib/": "/vendor/lib/"}}</script>'
    url = serve({
        "index.html": f"<!doctype html><head>{TAG}{import_map}</head>",
        "main.mjs": f"import {{ value }} from 'lib/a.mjs'; document.title = value; {DONE}",
        "vendor/lib/a.mjs": "export { value } from './b.mjs'",
        "vendor/lib/b.mjs": "export const value = 'mapped'",
    })  # fmt: skip
    visit = open_page(context, url)
    assert wait_until_done(visit)["modules"] == 3
    assert visit.page.title() == "mapped"
    assert len(visit.graphs_asked_for()) == 1, "the server has found the page's import map itself"
    assert visit.modules_over_http() == []


def test_computed_imports_of_one_task_are_one_graph_and_join_the_pages_record(serve, context):
    names = [f"part-{i}.mjs" for i in range(5)]
    url = serve({
        "index.html": f"<!doctype html><head>{TAG}</head>",
        "main.mjs": "const load = (name) => import(`./${name}.mjs`);"
        f"Promise.all([0, 1, 2, 3, 4].map((i) => load(`part-${{i}}`))).then(() => {{ {DONE} }});",
        **{name: "import './shared.mjs';" for name in names},
        "shared.mjs": "window.shared = (window.shared ?? 0) + 1",
    })  # fmt: skip
    visit = open_page(context, url)
    wait_until_done(visit)
    assert [sorted(question["entries"]) for question in visit.graphs_asked_for()] == [["main.mjs"], names]
    assert visit.page.evaluate("shared") == 1
    assert visit.modules_over_http() == []
    for _ in range(50):  # until the cache is written
        visit.close()
        visit = open_page(context, url)
        wait_until_done(visit)
        if not visit.modules_over_websocket():
            break
    assert visit.modules_over_websocket() == []
    assert visit.modules_over_http() == []


def test_prefetched_modules_run_without_being_asked_for_again(serve, context):
    tag = TAG.replace("data-entry", 'data-prefetch="later.mjs" data-entry')
    url = serve({
        "index.html": f"<!doctype html><head>{tag}</head>",
        "main.mjs": DONE,
        "later.mjs": "import './latest.mjs'; document.title = 'later'",
        "latest.mjs": "",
    })  # fmt: skip
    visit = open_page(context, url)
    wait_until_done(visit)
    visit.wait_for(lambda: len(visit.modules_over_websocket()) == 3, "the prefetched modules")
    assert visit.page.title() == ""
    visit.page.evaluate("pitlane.moduleLoader.import('later.mjs')")
    assert visit.page.title() == "later"
    assert len(visit.graphs_asked_for()) == 2
    assert visit.modules_over_http() == []


# The badge's shadow tree is closed: the test keeps a reference to it.
PEEK = """<script>
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) { return (window[this.localName] = attachShadow.call(this, options)); };
window.bars = () => window["pitlane-badge"]?.querySelectorAll("[role=progressbar]").length ?? null;
</script>"""


@pytest.mark.parametrize("shown", [True, False])
def test_a_long_load_shows_a_bar(serve, upstream, context, shown):
    gate = Gate("")
    upstream.answers["/slow.mjs"] = [gate]
    tag = TAG if shown else TAG.replace("data-entry", 'data-badge="off" data-entry')
    url = serve({
        "index.html": f"<!doctype html><head>{PEEK}{tag}</head>",
        "main.mjs": f"import './slow.mjs'; {DONE}",
    })  # fmt: skip
    visit = open_page(context, url)
    if shown:
        visit.page.wait_for_function("bars() === 1")
    else:
        visit.page.wait_for_function("performance.now() > 600")
        assert visit.page.evaluate("bars()") is None
    gate.opened.set()
    wait_until_done(visit)
    visit.page.wait_for_function(f"bars() === {'0' if shown else 'null'}")
    last = visit.event("progress", lambda detail: detail["modules"] == detail["total"])
    assert last["modules"] == 2


def test_offline_the_page_starts_from_its_record(stack, context):
    """The client is a copy of the app's own: the server that has it is down."""
    running = stack()
    with RawConnection(running.pitlane.port) as connection:
        _, _, client = connection.get("/@pitlane/client.js")
    (running.app / "copy.js").write_bytes(client)
    page = running.app / "index.html"
    page.write_text(page.read_text().replace('src="/@pitlane/client.js"', 'src="/copy.js" data-offline="true"'))
    for _ in range(50):  # until the cache is written
        visit = Visit(context).open(running.https)
        visit.event("loaded")
        visit.close()
        if not visit.modules_over_websocket():
            break
    running.pitlane.kill()
    visit = Visit(context).open(running.https)
    assert visit.loaded["via"] == "websocket"
    assert visit.loaded["received"] == 0
    visit.assert_ran_once()
    assert visit.modules_over_http() == []
    assert [line for line in visit.console if "cache" in line] != []
    running.save("data/weather.json", '"air": 22', '"air": 31')
    running.start_pitlane()
    assert visit.event("updated")["path"] == "data/weather.json"
    visit.page.wait_for_function("document.querySelector('.weather')?.innerText.includes('31 °C')")
