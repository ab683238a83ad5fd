"""What scripts, agents and editors do over HTTP: publish, reload, list modules, scrape."""

import json
import re

import pytest
from Harness.client import digest
from Harness.raw import RawConnection, get

JSON = ("Content-Type", "application/json")
ROUTES = ["events", "reload"]
BODY = {"events": {"channel": "hot", "event": "x"}, "reload": {}}


def post(server, route, body, headers=(JSON,), host="localhost", method="POST"):
    """Status and answer; by default as a program on this machine sends it, without Origin."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, answer_headers, answer = get(
        server.port, f"/@pitlane/api/{route}", method=method, host=f"{host}:{server.port}", headers=list(headers), body=data
    )
    if answer_headers.get("content-type", "").startswith("application/json"):
        answer = json.loads(answer)
    return status, answer


def fetch(server, name):
    status, _, body = get(server.port, f"/@pitlane/api/{name}")
    return status, json.loads(body)


def events_of(client, kind):
    """What the client has been told of this kind until now."""
    client.ask("ping")
    found = [m for m in client._kept if isinstance(m, dict) and m["type"] == kind]
    client._kept = [m for m in client._kept if m not in found]
    return found


def test_an_event_reaches_the_channels_subscribers(start, site, dial):
    server = start("--root", site, "--publish", "build")
    subscriber, other = dial(server), dial(server)
    subscriber.ask("subscribe", channels=["build"])
    other.until_type("hello")
    status, answer = post(server, "events", {"channel": "build", "event": "done", "data": {"ms": [1, "é"]}})
    assert status == 200
    message = subscriber.until_type("event")
    assert (message["channel"], message["event"], message["data"]) == ("build", "done", {"ms": [1, "é"]})
    assert (message["session"], message["source"], message["seq"]) == (None, "api", answer["seq"])
    assert events_of(other, "event") == []
    assert fetch(server, f"events?since={answer['seq'] - 1}")[1]["events"] == [message]


@pytest.mark.parametrize("source", ["ui", "ai_agent", "api"])
def test_the_source_is_what_the_sender_says(pitlane, dial, source):
    client = dial(pitlane)
    client.ask("subscribe", channels=["hot"])
    assert post(pitlane, "events", {"channel": "hot"}, headers=[JSON, ("X-Source", source)])[0] == 200
    message = client.until_type("event")
    assert (message["source"], message["event"], message["data"]) == (source, None, None)


def test_nobody_is_the_system(pitlane):
    for headers in [("X-Source", "system")], [("X-Source", "me")], [("X-Source", "ui"), ("X-Source", "api")]:
        status, answer = post(pitlane, "events", {"channel": "hot"}, headers=[JSON, *headers])
        assert (status, answer["code"]) == (400, "bad_request") and "X-Source" in answer["message"]


def test_only_channels_that_clients_may_publish_on(pitlane):
    for channel in ("modules", "connections", "build"):
        status, answer = post(pitlane, "events", {"channel": channel})
        assert (status, answer["code"]) == (403, "forbidden") and f"--publish {channel}" in answer["message"]


@pytest.mark.parametrize("path, told", [(None, None), ("/lib/disk.mjs", "lib/disk.mjs"), ("index.html", "index.html")])
def test_a_reload_reaches_every_page(pitlane, dial, path, told):
    clients = [dial(pitlane), dial(pitlane)]
    for client in clients:
        client.until_type("hello")
    status, answer = post(pitlane, "reload", {"path": path} if path else {}, headers=[JSON, ("X-Source", "ai_agent")])
    assert status == 200
    for client in clients:
        message = client.until_type("reload")
        assert (message["path"], message["source"], message["seq"]) == (told, "ai_agent", answer["seq"])
        assert message["reason"] and message["timestamp"]


def test_a_reload_without_a_body(pitlane, dial):
    client = dial(pitlane)
    client.until_type("hello")
    assert post(pitlane, "reload", b"")[0] == 200
    assert client.until_type("reload")["path"] is None


def test_a_client_that_was_away_is_told_too(pitlane, dial):
    first = dial(pitlane)
    hello = first.until_type("hello")
    first.close()
    post(pitlane, "reload", {})
    second = dial(pitlane)
    second.until_type("hello")
    second.send({"type": "resume", "session": hello["session"], "seq": hello["seq"]})
    assert second.until(lambda m: m["type"] in ("reload", "resumed"))["type"] == "reload"


# Who may


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_of_the_same_origin_may(pitlane, route):
    for scheme in ("http", "https"):
        origin = ("Origin", f"{scheme}://localhost:{pitlane.port}")
        assert post(pitlane, route, BODY[route], headers=[JSON, origin])[0] == 200


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "origin", ["null", "https://evil.com", "http://localhost:1", "http://localhost:PORT.evil.com", "http://app.localhost:PORT", "http://127.0.0.1:PORT"]
)
def test_other_pages_may_not(start, site, dial, route, origin):
    server = start("--root", site, "--allow-origin", "https://app.test")
    client = dial(server)
    client.ask("subscribe", channels=["hot"])
    for one in (origin.replace("PORT", str(server.port)), "https://app.test"):
        assert post(server, route, BODY[route], headers=[JSON, ("Origin", one)])[0] == 403
    assert events_of(client, "event") == events_of(client, "reload") == []


@pytest.mark.parametrize("route", ROUTES)
def test_other_machines_may_not(pitlane, route):
    for address in ("192.0.2.7", "127.0.0.1, 192.0.2.7", "unknown"):
        status, answer = post(pitlane, route, BODY[route], headers=[JSON, ("X-Forwarded-For", address)])
        assert (status, answer["code"]) == (403, "forbidden") and "machine" in answer["message"]


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_form_can_send_is_refused(pitlane, route):
    for headers in [], [("Content-Type", "text/plain")], [("Content-Type", "application/x-www-form-urlencoded")], [JSON, JSON]:
        status, answer = post(pitlane, route, BODY[route], headers=headers)
        assert (status, answer["code"]) == (400, "bad_request") and "application/json" in answer["message"]


@pytest.mark.parametrize("route", ROUTES)
def test_another_host_is_misdirected(pitlane, route):
    assert post(pitlane, route, BODY[route], host="evil.com")[0] == 421


def test_other_methods_are_refused(pitlane):
    for method in ("GET", "PUT", "OPTIONS"):
        status, headers, _ = get(pitlane.port, "/@pitlane/api/reload", method=method)
        assert (status, headers["allow"]) == (405, "POST")
    assert get(pitlane.port, "/@pitlane/api/events", method="OPTIONS")[0] == 405


# What


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"channel": 1}', b'{"channel": "A"}', b"\xff"])
def test_what_is_no_event(pitlane, body):
    status, answer = post(pitlane, "events", body)
    assert (status, answer["code"]) == (400, "bad_request") and answer["message"]


@pytest.mark.parametrize("body, status", [(b"{", 400), (b'{"path": 1}', 400), (b'{"path": "../x"}', 403), (b'{"path": "https://evil.com/x"}', 403)])
def test_what_is_no_reload(pitlane, body, status):
    assert post(pitlane, "reload", body)[0] == status


def test_large_bodies(pitlane, dial):
    client = dial(pitlane)
    client.ask("subscribe", channels=["hot"])
    text = "x" * (64 * 1024 - 2)
    assert post(pitlane, "events", {"channel": "hot", "data": text})[0] == 200
    assert client.until_type("event")["data"] == text
    status, answer = post(pitlane, "events", {"channel": "hot", "data": text + "x"})
    assert (status, answer["code"]) == (413, "too_large")
    assert post(pitlane, "events", {"channel": "hot", "data": text * 2})[0] == 413
    assert post(pitlane, "reload", {"more": "x" * 20_000})[0] == 413


def test_too_many_are_refused(pitlane):
    with RawConnection(pitlane.port) as connection:
        for _ in range(1_000):
            connection.send("/@pitlane/api/events", "POST", headers=[JSON], body=b'{"channel": "hot"}')
        answers = [connection.answer() for _ in range(1_000)]
    assert answers[0][0] == 200
    assert {status for status, _, _ in answers} == {200, 429}
    assert json.loads(next(body for status, _, body in answers if status == 429))["code"] == "rate_limited"


# Reading


def test_modules(pitlane, site):
    status, answer = fetch(pitlane, "modules")
    assert (status, answer["truncated"]) == (200, False)
    paths = [module["path"] for module in answer["modules"]]
    assert paths == sorted(paths) and {"main.mjs", "lib/disk.mjs", "style.css"} <= set(paths)
    assert not {".env", "server.key", ".hidden/x.mjs"} & set(paths)
    assert fetch(pitlane, "modules?prefix=lib%2Fdisk")[1]["modules"] == [
        {"path": "lib/disk.mjs", "hash": digest((site / "lib/disk.mjs").read_bytes()), "size": 23}
    ]
    assert fetch(pitlane, "modules?limit=1")[1] == {"modules": answer["modules"][:1], "truncated": True}
    for query in ("limit=x", "limit=-1", "prefix=%ff", "prefix=%"):
        status, answer = fetch(pitlane, f"modules?{query}")
        assert (status, answer["code"]) == (400, "bad_request")


def test_metrics(pitlane, dial, site):
    client = dial(pitlane)
    client.ask("module:request", path="main.mjs")
    status, headers, body = get(pitlane.port, "/@pitlane/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = body.decode().splitlines()
    values = {}
    for help_line, type_line, sample in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, value = sample.split()
        assert help_line.startswith(f"# HELP {name} ") and re.fullmatch(f"# TYPE {name} (gauge|counter)", type_line)
        values[name] = int(value)
    assert values["pitlane_clients"] == values["pitlane_cached_modules"] == 1
    assert values["pitlane_cached_bytes"] >= (site / "main.mjs").stat().st_size
    assert values["pitlane_events_total"] == values["pitlane_events_kept"]


def test_a_client_is_known_again_by_its_token(pitlane, dial):
    first, other = dial(pitlane), dial(pitlane)
    one, two = first.ask("session-resume"), other.ask("session-resume", token="made up")
    assert one["type"] == two["type"] == "session-init"
    assert len({one["token"], two["token"], one["clientId"], two["clientId"], "made up"}) == 5
    first.close()
    again = dial(pitlane, compression="deflate").ask("session-resume", token=one["token"])
    assert (again["token"], again["clientId"]) == (one["token"], one["clientId"])
    clients = fetch(pitlane, "clients")[1]["clients"]
    assert {one["clientId"], two["clientId"]} <= {client["clientId"] for client in clients}
    assert one["token"] not in json.dumps(clients)
    assert other.ask("session-resume", token=1)["code"] == "bad_request"
