"""Events have numbers and a history: a client that was away gets what it missed, or is told to check everything."""

import time

import pytest
from Harness.client import digest
from Harness.processes import wait_for

BURST = 200
EVENT_BYTES = 64 << 10
STATUS_INTERVAL = 0.1


def hello_of(client):
    return client.until_type("hello")


def save(site, number, name="main.mjs"):
    text = f"export default {number};\n"
    (site / name).write_text(text)
    return digest(text)


def saves(client, site, numbers, name="main.mjs"):
    """Saves one after the other, each of them seen by `client`; returns the events."""
    return [(save(site, number, name), client.update(name))[1] for number in numbers]


def events_until(client, kind):
    """Every message up to the first of type `kind`, that one excluded and returned apart."""
    seen = []
    while True:
        message = client.receive()
        if message["type"] == kind:
            return seen, message
        seen.append(message)


@pytest.fixture
def watcher(pitlane, dial):
    """A client that stays, so that a test knows when something has been broadcast."""
    client = dial(pitlane)
    hello_of(client)
    return client


# Resuming


def test_a_client_that_was_away_gets_what_it_missed_in_order(pitlane, dial, site, watcher):
    client = dial(pitlane)
    hello = hello_of(client)
    first = saves(watcher, site, [1])[0]
    assert client.update("main.mjs") == first
    client.close()
    missed = saves(watcher, site, range(2, 7))

    back = dial(pitlane)
    again = hello_of(back)
    assert again["instance"] == hello["instance"]
    assert again["session"] != hello["session"]
    assert again["seq"] >= missed[-1]["seq"]
    back.send({"type": "resume", "session": hello["session"], "seq": first["seq"], "id": "r"})
    told, resumed = events_until(back, "resumed")
    assert told == missed
    assert resumed == {"type": "resumed", "id": "r", "seq": resumed["seq"], "events": 5}
    assert resumed["seq"] >= missed[-1]["seq"]
    # From here on it goes on as if nothing had been.
    assert saves(watcher, site, [8]) == [back.update("main.mjs")]


def test_nothing_missed_is_said_as_well(pitlane, dial, watcher):
    hello = hello_of(dial(pitlane))
    back = dial(pitlane)
    hello_of(back)
    answer = back.ask("resume", session=hello["session"], seq=hello["seq"])
    assert (answer["type"], answer["events"]) == ("resumed", 0)


def test_an_event_that_overtakes_the_resume_is_told_again_in_its_place(pitlane, dial, site, watcher):
    hello = hello_of(dial(pitlane))
    missed = saves(watcher, site, [1, 2])
    back = dial(pitlane)
    hello_of(back)
    late = saves(watcher, site, [3])
    assert [back.update("main.mjs")] == late
    back.send({"type": "resume", "session": hello["session"], "seq": hello["seq"]})
    told, _ = events_until(back, "resumed")
    assert told == missed + late


def test_a_new_client_is_not_told_of_the_past(pitlane, dial, site, watcher):
    saves(watcher, site, [1, 2])
    newcomer = dial(pitlane)
    hello_of(newcomer)
    third = saves(watcher, site, [3])
    assert [newcomer.receive()] == third


@pytest.mark.parametrize("number", [0, 1])
def test_what_is_no_longer_held_is_a_resync(start, dial, site, number):
    server = start("--root", site, "--history", "3")
    watcher, client = dial(server), dial(server)
    hello_of(watcher)
    hello = hello_of(client)
    client.close()
    events = saves(watcher, site, range(1, 6))
    back = dial(server)
    hello_of(back)
    before = events[1 - number]["seq"] - 1 + number
    back.send({"type": "resume", "session": hello["session"], "seq": before, "id": 5})
    answer = back.until(lambda m: m.get("id") == 5)
    assert answer["type"] == "resync"
    assert answer["seq"] >= events[-1]["seq"]
    # And it is not cut off: later events come.
    assert saves(watcher, site, [9]) == [back.update("main.mjs")]


def test_history_in_the_variable_and_in_the_file(start, dial, site, tmp_path):
    folder = tmp_path / "configured"
    folder.mkdir()
    (folder / "pitlane.toml").write_text(f'root = "{site}"\nhistory = 0\n')
    for server in (start("--root", site, environment={"PITLANE_HISTORY": "0"}), start(cwd=folder)):
        watcher = dial(server)
        hello = hello_of(watcher)
        saves(watcher, site, [time.time_ns()])
        answer = watcher.ask("resume", session=hello["session"], seq=hello["seq"])
        assert answer["type"] == "resync"


def test_the_history_is_bounded_by_bytes(start, dial, site):
    server = start("--root", site, "--history", "100000")
    client = dial(server)
    hello = hello_of(client)
    # 300 events of 62 KB are more than 16 MB; a session may not publish them all at once.
    senders = [dial(server) for _ in range(2)]
    data = "x" * 62_000
    for number in range(300):
        senders[number // (BURST - 10)].send({"type": "event", "channel": "hot", "data": data})
    for sender in senders:
        assert sender.ask("ping")["type"] == "pong"
    reader = dial(server)
    hello_of(reader)
    assert reader.ask("subscribe", channels=["hot"])["type"] == "subscribed"
    assert reader.ask("resume", session=hello["session"], seq=hello["seq"])["type"] == "resync"
    last = hello_of(dial(server))["seq"]
    reader.send({"type": "resume", "session": hello["session"], "seq": last - 200})
    told, _ = events_until(reader, "resumed")
    assert len([m for m in told if m["type"] == "event"]) >= 180


@pytest.mark.parametrize("session", ["", "nonsense", "0123456789abcdef0123456789abcdef-x"])
def test_another_instances_session_is_a_resync(pitlane, dial, watcher, session):
    answer = watcher.ask("resume", session=session, seq=0)
    assert answer["type"] == "resync"


def test_a_restarted_server_is_another_instance(start, dial, site):
    first = start("--root", site)
    hello = hello_of(dial(first))
    first.stop()
    second = dial(start("--root", site))
    assert hello_of(second)["instance"] != hello["instance"]
    assert second.ask("resume", session=hello["session"], seq=hello["seq"])["type"] == "resync"


def test_a_number_from_the_future_is_a_resync(watcher, dial, pitlane):
    hello = hello_of(dial(pitlane))
    assert watcher.ask("resume", session=hello["session"], seq=hello["seq"] + 1_000)["type"] == "resync"


@pytest.mark.parametrize("fields", [{}, {"session": "s"}, {"seq": 1}, {"session": "s", "seq": -1}, {"session": 1, "seq": 1}])
def test_a_resume_without_what_it_needs_is_a_bad_request(watcher, fields):
    answer = watcher.ask("resume", **fields)
    assert (answer["type"], answer["code"]) == ("error", "bad_request")


def test_resumes_are_logged(start, dial, site):
    server = start("--root", site, "--log-level", "debug")
    client = dial(server)
    hello = hello_of(client)
    client.ask("resume", session=hello["session"], seq=hello["seq"])
    client.ask("resume", session="other", seq=0)
    wait_for(lambda: "session resumed" in server.output, "the log to tell of the resume")
    wait_for(lambda: "session must check everything" in server.output, "the log to tell of the resync")


# Channels


def test_a_session_is_subscribed_to_modules_from_the_start(watcher):
    answer = watcher.ask("subscribe", channels=["modules"])
    assert answer["channels"] == ["modules"]
    assert watcher.ask("subscribe", channels=["hot", "connections"])["channels"] == ["connections", "hot", "modules"]
    assert watcher.ask("subscribe", channel="a:b_c-1")["channels"] == ["a:b_c-1", "connections", "hot", "modules"]
    assert watcher.ask("unsubscribe", channels=["hot", "never"])["channels"] == ["a:b_c-1", "connections", "modules"]


def test_without_modules_no_updates_come(pitlane, dial, site, watcher):
    client = dial(pitlane)
    hello_of(client)
    assert client.ask("unsubscribe", channels=["modules"])["channels"] == []
    saves(watcher, site, [1])
    assert client.ask("ping")["type"] == "pong"
    assert not client._kept
    client.ask("subscribe", channels=["modules"])
    assert saves(watcher, site, [2]) == [client.receive()]


@pytest.mark.parametrize("name", ["", "Hot", "a b", "ä", "a.b", "a/b", "x" * 65, 5, None, ["hot"]])
def test_names_are_checked(watcher, name):
    for fields in ({"channels": [name]}, {"channel": name}):
        answer = watcher.ask("subscribe", **fields)
        assert (answer["type"], answer["code"]) == ("error", "bad_request")


def test_a_session_may_not_subscribe_without_end(watcher):
    for number in range(63):
        watcher.ask("subscribe", channels=[f"c{number}"])
    answer = watcher.ask("subscribe", channels=["one-more"])
    assert (answer["type"], answer["code"]) == ("error", "bad_request")
    assert "64" in answer["message"]
    assert len(watcher.ask("unsubscribe", channels=["c0"])["channels"]) == 63
    assert watcher.ask("subscribe", channels=["one-more"])["type"] == "subscribed"


def test_a_subscriber_of_all_channels_sees_no_gap(pitlane, dial, site):
    client = dial(pitlane)
    seq = hello_of(client)["seq"]
    client.ask("subscribe", channels=["connections", "hot"])
    numbers = []
    for round_ in range(5):
        dial(pitlane).send({"type": "event", "channel": "hot", "event": "x", "data": round_})
        save(site, round_)
        (site / "style.css").write_text(f"body {{ margin: {round_}px }}\n")
        (site / "picture.png").write_bytes(b"\x89PNG" + bytes([round_]))
        wanted = {"event", "module:updated", "css:updated", "asset:updated"}
        while wanted:
            message = client.receive()
            numbers.append(message["seq"])
            wanted.discard(message["type"])
    assert numbers == sorted(set(numbers))
    # Since the subscription began; what came before it is not of this list.
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[0] >= seq


def test_what_a_session_was_subscribed_to_is_known_when_it_comes_back(pitlane, dial, site, watcher):
    client = dial(pitlane)
    hello = hello_of(client)
    client.ask("subscribe", channels=["hot"])
    client.ask("unsubscribe", channels=["modules"])
    client.close()
    saves(watcher, site, [1])
    watcher.send({"type": "event", "channel": "hot", "event": "missed"})
    watcher.ask("ping")
    back = dial(pitlane)
    hello_of(back)
    back.send({"type": "resume", "session": hello["session"], "seq": hello["seq"]})
    told, _ = events_until(back, "resumed")
    assert [m["type"] for m in told] == ["subscribed", "event"]
    assert told[0]["channels"] == ["hot"]
    assert told[1]["event"] == "missed"


# connection_status


def test_subscribers_are_told_how_many_there_are(pitlane, dial, watcher):
    watcher.ask("subscribe", channels=["connections"])
    second = dial(pitlane)
    hello_of(second)
    status = watcher.until(lambda m: m["type"] == "connection_status" and m["clients"] == 2)
    assert status["source"] == "system"
    assert abs(status["timestamp"] - time.time() * 1000) < 120_000
    second.close()
    assert watcher.until(lambda m: m["type"] == "connection_status" and m["clients"] == 1)["seq"] > status["seq"]


def test_many_that_come_and_go_are_told_of_rarely(pitlane, dial, watcher):
    watcher.ask("subscribe", channels=["connections"])
    begin = time.monotonic()
    for _ in range(60):
        client = dial(pitlane)
        hello_of(client)
        client.close()
    extra = [dial(pitlane) for _ in range(3)]
    hello_of(extra[-1])
    told = []
    while not told or told[-1]["clients"] != 4:
        told.append(watcher.until_type("connection_status"))
    spent = time.monotonic() - begin
    assert len(told) <= spent / STATUS_INTERVAL + 2
    assert all(one["clients"] != other["clients"] for one, other in zip(told, told[1:]))


# event


def test_an_event_reaches_the_subscribers_of_its_channel(pitlane, dial, watcher):
    sender, listener = dial(pitlane), dial(pitlane)
    session = hello_of(sender)["session"]
    for client in (sender, listener):
        client.ask("subscribe", channels=["hot"])
    data = {"text": "é✓🦀\n", "numbers": [1, 2.5, None, True], "deep": {"a": []}}
    sender.send({"type": "event", "channel": "hot", "event": "my:event", "data": data, "id": 1})
    event = listener.until_type("event")
    assert {k: event[k] for k in ("channel", "event", "data", "source", "session")} == {
        "channel": "hot", "event": "my:event", "data": data, "source": "ui", "session": session
    }  # fmt: skip
    assert event["seq"] > 0 and "id" not in event
    # The sender as well: a subscriber of all channels sees every number.
    assert sender.until_type("event") == event
    assert watcher.ask("ping")["type"] == "pong"
    assert not any(m["type"] == "event" for m in watcher._kept)


def test_events_without_a_name_or_data(watcher):
    watcher.ask("subscribe", channels=["hot"])
    watcher.send({"type": "event", "channel": "hot"})
    event = watcher.until_type("event")
    assert (event["event"], event["data"]) == (None, None)


def test_other_channels_need_leave(start, dial, site):
    server = start("--root", site, "--publish", "build", "--publish", "my:app")
    client = dial(server)
    client.ask("subscribe", channels=["build", "my:app", "secret"])
    for channel in ("build", "my:app", "hot"):
        client.send({"type": "event", "channel": channel, "data": channel})
    for channel in ("build", "my:app"):
        assert client.until_type("event")["channel"] == channel
    for channel in ("secret", "modules", "connections"):
        answer = client.ask("event", channel=channel, data=1)
        assert (answer["type"], answer["code"]) == ("error", "forbidden")
        assert channel in answer["message"] and "--publish" in answer["message"]


def test_an_event_may_not_be_too_large(watcher):
    watcher.ask("subscribe", channels=["hot"])
    watcher.send({"type": "event", "channel": "hot", "data": "x" * (EVENT_BYTES - 2)})
    assert len(watcher.until_type("event")["data"]) == EVENT_BYTES - 2
    answer = watcher.ask("event", channel="hot", data="x" * EVENT_BYTES)
    assert (answer["type"], answer["code"]) == ("error", "too_large")


def test_events_may_not_come_too_fast(watcher):
    watcher.ask("subscribe", channels=["hot"])
    for number in range(4 * BURST):
        watcher.send({"type": "event", "channel": "hot", "data": number, "id": number})
    # Each is either told or refused.
    answers = [watcher.until(lambda m: m["type"] in ("event", "error")) for _ in range(4 * BURST)]
    passed = [m for m in answers if m["type"] == "event"]
    refused = [m for m in answers if m["type"] == "error"]
    assert len(passed) >= BURST
    assert refused and {m["code"] for m in refused} == {"rate_limited"}
    assert [m["data"] for m in passed] == sorted(m["data"] for m in passed)

    def is_admitted():
        watcher.send({"type": "event", "channel": "hot", "data": "again", "id": "again"})
        return watcher.until(lambda m: m.get("id") == "again" or m.get("data") == "again")["type"] == "event"

    wait_for(is_admitted, "events to be admitted again")


# css:updated and asset:updated


@pytest.mark.parametrize(
    "name, kind",
    [("style.css", "css:updated"), ("picture.png", "asset:updated"), ("a.svg", "asset:updated"),
     ("f.woff2", "asset:updated"), ("film.mp4", "asset:updated"), ("sound.MP3", "asset:updated")],
)  # fmt: skip
def test_style_sheets_and_assets_are_told_besides(watcher, site, name, kind):
    for content in (b"first", b"second", None):
        path = site / name
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        module = watcher.update(name)
        event = watcher.receive()
        assert event == {**module, "type": kind, "seq": module["seq"] + 1}
        assert event["hash"] == (None if content is None else digest(content))


@pytest.mark.parametrize("name", ["main.mjs", "data.json", "index.html", "notes.txt"])
def test_other_files_are_told_once(watcher, site, name):
    (site / name).write_text("changed")
    watcher.update(name)
    save(site, 5, "last.mjs")
    assert watcher.receive()["path"] == "last.mjs"
