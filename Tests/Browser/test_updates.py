"""A save reaches the page, also one that it missed."""

import pytest


@pytest.mark.parametrize(
    "path, old, new, shown",
    [
        ("data/weather.json", '"air": 22', '"air": 31', "31 °C"),
        ("track/weather.mjs", "export const isWet = rain > 0.2", "export const isWet = rain < 0.2", "wet"),
        ("ui/weather-panel.mjs", '["Wind", `${weather.wind} km/h`]', '["Wind", "calm"]', "calm"),
    ],
)
def test_a_save_is_told_and_shown(stack, visit, path, old, new, shown):
    running = stack()
    page = visit(running.https)
    page.event("loaded")
    assert shown not in page.text(".weather")
    running.save(path, old, new)
    update = page.event("updated", lambda detail: detail["path"] == path)
    assert update["kind"] == "changed"
    assert update["action"] == "reload"
    page.page.wait_for_function("text => document.querySelector('.weather')?.innerText.includes(text)", arg=shown)
    page.wait_until_ready().assert_ran_once()
    assert page.text("#update") == path


def test_a_file_the_page_does_not_use_reloads_nothing(stack, visit):
    running = stack()
    page = visit(running.https)
    page.event("loaded")
    page.page.evaluate("window.__same = true")
    (running.app / "unused.mjs").write_text("export {};\n")
    update = page.event("updated", lambda detail: detail["path"] == "unused.mjs")
    assert (update["used"], update["action"]) == (False, "none")
    assert page.page.evaluate("window.__same") is True


def test_the_page_can_take_the_update_itself(stack, visit):
    running = stack()
    page = visit(running.https)
    page.event("loaded")
    page.page.evaluate("window.__same = true; window.pitlane.onUpdate = () => false")
    running.save("data/weather.json", '"air": 22', '"air": 31')
    assert page.event("updated")["action"] == "none"
    assert page.page.evaluate("window.__same") is True


def test_a_reload_that_was_asked_for_over_http(stack, visit):
    running = stack()
    page = visit(running.https)
    page.event("loaded")
    page.page.evaluate("window.__same = true")
    post = "(body) => fetch('/@pitlane/api/reload', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).then(({ status }) => status)"
    # The page may refuse, as it may any reload.
    page.page.evaluate(
        "addEventListener('pitlane:beforeFullReload', (event) => { event.preventDefault(); window.__asked = true; }, { once: true })"
    )
    assert page.page.evaluate(post, '{"path": "main.mjs"}') == 200
    page.page.wait_for_function("window.__asked")
    assert page.page.evaluate("window.__same") is True
    assert page.page.evaluate(post, "{}") == 200
    page.page.wait_for_function("window.__same === undefined")
    page.wait_until_ready().assert_ran_once()


def test_killed_and_restarted(stack, visit):
    running = stack()
    page = visit(running.https)
    page.event("loaded")
    page.page.evaluate("window.__same = true")
    running.pitlane.kill()
    page.event("disconnected")
    # The page goes on as if nothing had happened.
    before = page.text(".lap"), page.page.evaluate("document.querySelector('.map g').getAttribute('transform')")
    page.page.wait_for_function(
        "old => document.querySelector('.map g').getAttribute('transform') !== old", arg=before[1]
    )
    assert page.page.evaluate("window.__same") is True
    page.assert_ran_once()

    # An update that nobody could tell it of.
    running.save("data/weather.json", '"air": 22', '"air": 31')
    seen = len(page.events)
    running.start_pitlane()
    assert page.event("connected", after=seen)["again"] is True
    assert page.event("updated", after=seen)["path"] == "data/weather.json"
    page.page.wait_for_function("document.querySelector('.weather')?.innerText.includes('31 °C')")
    page.wait_until_ready().assert_ran_once()
    assert page.event("loaded", after=seen)["via"] == "websocket"


def test_restarted_with_nothing_changed(stack, visit):
    running = stack()
    page = visit(running.https)
    page.event("loaded")
    page.page.evaluate("window.__same = true")
    running.pitlane.kill()
    page.event("disconnected")
    seen = len(page.events)
    running.start_pitlane()
    page.event("connected", after=seen)
    # The next save is the first thing the page hears of.
    running.save("data/weather.json", '"air": 22', '"air": 31')
    assert page.event("updated", after=seen)["path"] == "data/weather.json"
    assert [detail["path"] for name, detail in page.events[seen:] if name == "updated"] == ["data/weather.json"]
    # A tab that is closed while it reloads can keep the browser from answering.
    page.event("loaded", after=seen)
    page.wait_until_ready()
