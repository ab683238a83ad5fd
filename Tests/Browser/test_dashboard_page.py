"""The dashboard in a browser: facts, clients and events, live, and again after a restart."""

import json

import pytest
from Harness.client import digest
from Harness.processes import PATIENCE, wait_for
from Harness.raw import get
from Harness.stack import free_port


class Board:
    """The page in a tab of its own, with whatever went wrong in it."""

    def __init__(self, context, url):
        self.problems = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.problems.append(message.text))
        self.page.goto(url)
        self.wait_until("good")

    def wait_until(self, state):
        self.page.wait_for_selector(f"#state[data-state={state}]")

    def wait_for_first_event(self, text):
        def shown():
            first = self.page.inner_text("#events tr:first-child")
            return first if text in first else None

        return wait_for(shown, f"{text!r} as the newest event")

    def numbers(self):
        return [int(text) for text in self.page.locator("#events td:first-child").all_inner_texts()]


@pytest.fixture
def board(context, pitlane):
    board = Board(context, f"http://localhost:{pitlane.port}/@pitlane")
    yield board
    assert board.problems == []


def test_facts_and_clients(board, pitlane, site, dial):
    facts = board.page.inner_text("#facts")
    status = json.loads(get(pitlane.port, "/@pitlane/api/status")[2])
    for value in (str(site), status["server"], status["instance"], "not configured"):
        assert value in facts
    assert board.page.locator("#clients tr").count() == 1
    other = dial(pitlane)
    other.until_type("hello")
    wait_for(lambda: board.page.locator("#clients tr").count() == 2, "the page to show the second client")
    other.close()
    wait_for(lambda: board.page.locator("#clients tr").count() == 1, "the page to see it go")


def test_events_come_live_and_in_order(board, pitlane, site, dial):
    (site / "main.mjs").write_text("export default 9;\n")
    assert digest("export default 9;\n") in board.wait_for_first_event("main.mjs")
    client = dial(pitlane)
    client.send({"type": "event", "channel": "hot", "event": "from a page", "data": {"text": "<b>bold</b>"}})
    board.wait_for_first_event("<b>bold</b>")
    numbers = board.numbers()
    assert numbers == list(range(numbers[0], 0, -1))


def test_text_of_others_stays_text(board, site):
    name = "<img src=x onerror=window.bad=1>.mjs"
    (site / name).write_text("export {};\n")
    board.wait_for_first_event("onerror")
    assert board.page.locator("#events img").count() == 0
    assert board.page.evaluate("window.bad") is None


def test_what_came_before_the_page_is_there(context, pitlane, dial, site):
    client = dial(pitlane)
    client.until_type("hello")
    for number in range(3):
        (site / "main.mjs").write_text(f"export default {number};\n")
        client.update("main.mjs")
    board = Board(context, f"http://localhost:{pitlane.port}/@pitlane/")
    numbers = board.numbers()
    assert len(numbers) >= 4 and numbers == list(range(numbers[0], 0, -1))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_both_colour_schemes(context, pitlane, scheme):
    board = Board(context, f"http://localhost:{pitlane.port}/@pitlane/")
    board.page.emulate_media(color_scheme=scheme)
    background, text = board.page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
    brightness = [sum(map(int, value[4:-1].split(","))) for value in (background, text)]
    assert (brightness[0] < brightness[1]) == (scheme == "dark")
    assert abs(brightness[0] - brightness[1]) > 450


def test_a_restarted_server_is_shown_again(context, start, site):
    listen = f"127.0.0.1:{free_port()}"
    first = start("--root", site, listen=listen)
    board = Board(context, f"http://127.0.0.1:{first.port}/@pitlane/")
    instance = json.loads(get(first.port, "/@pitlane/api/status")[2])["instance"]
    assert instance in board.page.inner_text("#facts")
    first.stop()
    board.wait_until("bad")
    second = start("--root", site, listen=listen)
    board.wait_until("good")
    instance = json.loads(get(second.port, "/@pitlane/api/status")[2])["instance"]
    assert instance in board.page.inner_text("#facts")
    (site / "main.mjs").write_text("export default 9;\n")
    board.wait_for_first_event("main.mjs")
