"""Whatever is wrong with Pitlane, the page loads as it would without, and runs no module twice."""

import pytest
from Harness.browser import Visit
from Harness.stack import ERROR_ROUTE
from Harness.upstream import HANG, ScriptedUpstream, whole

ROUTES = "@pitlane path /@pitlane/* /ws/modules"


def test_never_started(stack, visit):
    page = visit(stack(pitlane=False).https)
    page.assert_ran_once()
    assert page.text("#transport") == "over HTTP"
    assert page.text("#connection") == "no Pitlane"
    assert "/main.mjs" in page.modules_over_http()


def test_never_started_and_no_error_route(stack, visit):
    """The tag's onerror does it alone."""
    running = stack(pitlane=False, edit=lambda text: text.replace(ERROR_ROUTE, "handle /never {"))
    visit(running.https).assert_ran_once()


def test_never_started_and_no_caddy(stack, visit):
    """The dev server answers 404 for the client."""
    visit(stack(pitlane=False).dev_server.http).assert_ran_once()


def test_the_websocket_is_refused(stack, visit):
    blocked = f"@socket path /ws/modules /@pitlane/ws\n\thandle @socket {{\n\t\trespond 403\n\t}}\n\t{ROUTES}"
    page = visit(stack(edit=lambda text: text.replace(ROUTES, blocked)).https)
    assert page.loaded["via"] == "http"
    page.assert_ran_once()
    assert page.text("#transport") == "over HTTP"


def test_the_websocket_never_answers(stack, visit):
    with ScriptedUpstream() as silent:
        silent.answers["/@pitlane/ws"] = silent.answers["/ws/modules"] = [HANG]
        blocked = (
            f"@socket path /ws/modules /@pitlane/ws\n\thandle @socket {{\n\t\treverse_proxy 127.0.0.1:{silent.port}\n\t}}\n"
            f"\t{ROUTES}"
        )
        page = visit(stack(edit=lambda text: text.replace(ROUTES, blocked), timeout=500).https)
        assert page.loaded["via"] == "http"
        page.assert_ran_once()


def test_something_else_listens_on_pitlanes_port(stack, visit):
    with ScriptedUpstream() as other:
        other.answers["/@pitlane/client.js"] = [whole("nothing", "text/plain", "500 Oops")]
        visit(stack(pitlane=False, pitlane_port=other.port).https).assert_ran_once()


def test_pitlane_dies_while_the_page_loads(stack, context):
    """Wherever the load is when it happens, every module runs once."""
    running = stack()
    for _ in range(3):
        page = Visit(context)
        page.page.goto(running.https, wait_until="commit")
        page.wait_for(lambda: page.frames, "the first frame")
        running.pitlane.kill()
        page.wait_until_ready().assert_ran_once()
        page.close()
        running.start_pitlane()


def test_another_server_that_is_not_there(stack, visit):
    running = stack(pitlane=False)
    server = f"127.0.0.1:{running.pitlane_port}"
    file = running.app / "index.html"
    tag = f'src="http://{server}/@pitlane/client.js" data-server="ws://{server}"'
    file.write_text(file.read_text().replace('src="/@pitlane/client.js"', tag))
    visit(f"http://localhost:{running.dev_server.port}/").assert_ran_once()


@pytest.mark.parametrize("missing", ["track/speed.mjs", "cars/entries/44.mjs"])
def test_a_module_that_is_nowhere_fails_as_it_does_natively(stack, context, missing):
    running = stack()
    (running.app / missing).unlink()
    for url in (running.https, f"{running.https}plain.html"):
        page = Visit(context)
        page.page.goto(url, wait_until="commit")
        page.page.wait_for_function("window.__failed")
        counts = page.page.evaluate("[...(window.__ran?.values() ?? [])]")
        assert all(count == 1 for count in counts)
        page.close()
