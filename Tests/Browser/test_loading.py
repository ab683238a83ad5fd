"""Modules over the WebSocket, in a real browser, through a real Caddy."""

import pytest
from Harness.browser import Visit


def assert_came_over_websocket(page):
    assert page.loaded["via"] == "websocket"
    assert page.modules_over_http() == []
    page.assert_ran_once()


def fill_cache(visit, url):
    """A visit writes its cache when the browser is idle: comes back until there is nothing left to write."""
    for _ in range(50):
        page = visit(url)
        page.event("loaded")
        received = page.modules_over_websocket()
        page.close()
        if not received:
            return
    raise AssertionError(f"after 50 visits these still come: {[path for path, _ in received]}")


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_cold_load(stack, visit, scheme):
    running = stack()
    page = visit(getattr(running, scheme))
    assert_came_over_websocket(page)
    received = dict(page.modules_over_websocket())
    for path in ("main.mjs", "race/state.mjs", "data/weather.json", "ui/board.css"):
        assert received[path] == (running.app / path).read_bytes()
    # On no disk: only the dev server has it.
    assert b"Monaco" in received["generated/round-4.mjs"]
    paths = [path for path, _ in page.modules_over_websocket()]
    assert len(paths) == len(set(paths)), "a module came twice"


def test_the_page_says_so(stack, visit):
    page = visit(stack().https)
    page.event("loaded")
    page.page.wait_for_function("document.getElementById('connection').textContent === 'connected'")
    assert page.text("#transport") == "over WebSocket"
    page.page.wait_for_function("document.getElementById('modules').textContent === '81 modules'")
    # CSS modules, JSON modules, cycles and the picture by import.meta.url are all in use.
    page.page.wait_for_function("document.querySelector('header img').naturalWidth > 0")
    assert page.page.evaluate("document.adoptedStyleSheets.length") == 2
    assert "22 °C" in page.text(".weather")
    assert page.page.locator(".board tbody tr").count() == 10


def test_a_warm_load_receives_no_module_twice(stack, visit):
    running = stack()
    fill_cache(visit, running.https)
    page = visit(running.https)
    assert page.loaded["fromCache"] > 60
    assert_came_over_websocket(page)
    assert page.loaded["received"] == 0
    assert page.modules_over_websocket() == []


def test_a_warm_load_receives_what_has_changed(stack, visit):
    running = stack()
    fill_cache(visit, running.https)
    running.save("data/weather.json", '"air": 22', '"air": 31')
    page = visit(running.https)
    assert_came_over_websocket(page)
    assert [path for path, _ in page.modules_over_websocket()] == ["data/weather.json"]
    assert "31 °C" in page.text(".weather")


def test_several_tabs_at_once(stack, context):
    running = stack()
    pages = [Visit(context) for _ in range(4)]
    for page in pages:
        page.page.goto(running.https, wait_until="commit")
    for page in pages:
        assert_came_over_websocket(page.wait_until_ready())


def test_a_page_of_another_port(stack, visit):
    """The page comes from the dev server itself; only the script tag knows Pitlane."""
    running = stack()
    server = f"127.0.0.1:{running.pitlane_port}"
    file = running.app / "index.html"
    tag = f'src="http://{server}/@pitlane/client.js" data-server="ws://{server}"'
    file.write_text(file.read_text().replace('src="/@pitlane/client.js"', tag))
    page = visit(f"http://localhost:{running.dev_server.port}/")
    assert_came_over_websocket(page)


def test_errors_of_modules_name_their_own_url(stack, context):
    running = stack()
    running.save("cars/fuel.mjs", "const perLap", 'setTimeout(() => { throw new Error("empty") });\nconst perLap')
    page = Visit(context)
    errors = []
    page.page.on("pageerror", lambda error: errors.append(error))
    page.page.goto(running.https, wait_until="commit")
    page.wait_for(lambda: errors, "the error")
    assert f"{running.https}cars/fuel.mjs" in errors[0].stack
