"""The dashboard, and the JSON it is made of."""

import json
import re
import time

import pytest
from Harness.raw import get


def fetch(server, name):
    status, headers, body = get(server.port, f"/@pitlane/api/{name}")
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-store"
    return status, json.loads(body)


def test_the_page_may_run_nothing_but_its_own(pitlane):
    status, headers, body = get(pitlane.port, "/@pitlane/")
    page = body.decode()
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    [nonce] = re.findall(r"'nonce-([0-9a-f]{32})'", policy["script-src"])
    assert policy["style-src"] == policy["script-src"] == f"'nonce-{nonce}'"
    assert re.findall(r"<(script|style) nonce=\"([^\"]*)\">", page) == [("style", nonce), ("script", nonce)]
    assert "@@" not in page
    # From nowhere else, and nothing made of text that somebody sent.
    assert not re.findall(r"https?://|\ssrc=|\shref=|<link|<img|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", page)
    other = get(pitlane.port, "/@pitlane/")[1]["content-security-policy"]
    assert nonce not in other


def test_the_address_without_slash_leads_there(pitlane):
    status, headers, _ = get(pitlane.port, "/@pitlane")
    assert (status, headers["location"]) == (302, "/@pitlane/")
    assert get(pitlane.port, "/@pitlane/", method="POST")[0] == 405


def test_status(start, site, dial, upstream):
    server = start("--root", site, "--upstream", upstream.http, "--publish", "build")
    client = dial(server)
    hello = client.until_type("hello")
    client.ask("module:request", path="main.mjs")
    _, status = fetch(server, "status")
    assert status["server"] == hello["server"]
    assert status["instance"] == hello["instance"]
    assert status["protocol"] == 1
    assert status["clients"] == 1
    assert status["root"] == str(site)
    assert status["upstream"] == upstream.http
    assert status["publish"] == ["build", "hot"]
    assert status["modules"]["count"] == 1
    assert status["modules"]["bytes"] >= (site / "main.mjs").stat().st_size
    assert status["modules"]["maximumBytes"] == 256 << 20
    assert status["editor"] is False
    before = status["events"]
    assert before["seq"] == before["kept"] > 0 and before["keptBytes"] > 0
    (site / "main.mjs").write_text("export default 5;\n")
    client.update("main.mjs")
    _, later = fetch(server, "status")
    assert later["events"]["seq"] == before["seq"] + 1
    assert later["events"]["keptBytes"] > before["keptBytes"]
    assert later["uptime"] >= status["uptime"] >= 0


def test_clients(pitlane, dial):
    assert fetch(pitlane, "clients") == (200, {"clients": []})
    before = time.time() * 1000
    sessions = []
    for number in range(5):
        client = dial(
            pitlane,
            origin=f"http://localhost:{3000 + number}",
            user_agent_header=f'browser "{number}" ' + "x" * 1_000,
            compression="deflate" if number else None,
        )
        sessions.append(client.until_type("hello")["session"])
        if number == 3:
            client.ask("subscribe", channels=["hot"])
    status, answer = fetch(pitlane, "clients")
    told = answer["clients"]
    assert status == 200
    assert [client["session"] for client in told] == sessions
    for number, client in enumerate(told):
        assert client["origin"] == f"http://localhost:{3000 + number}"
        assert client["userAgent"].startswith(f'browser "{number}" x') and len(client["userAgent"]) == 256
        assert client["address"] == "127.0.0.1"
        assert before - 120_000 < client["connected"] < time.time() * 1000 + 120_000
        assert client["channels"] == (["hot", "modules"] if number == 3 else ["modules"])


def test_clients_behind_a_proxy(pitlane, dial):
    client = dial(pitlane, additional_headers={"X-Forwarded-For": "192.0.2.7, 127.0.0.1"})
    client.until_type("hello")
    assert fetch(pitlane, "clients")[1]["clients"][0]["address"].startswith("192.0.2.7")


def test_events(start, site, dial):
    server = start("--root", site, "--history", "4")
    client = dial(server)
    first = client.until_type("hello")["seq"]
    assert fetch(server, f"events?since={first}") == (200, {"events": [], "seq": first, "complete": True, "more": False})
    seen = []
    for number in range(3):
        (site / "main.mjs").write_text(f"export default {number};\n")
        seen.append(client.update("main.mjs"))
    _, answer = fetch(server, f"events?since={first}&x=1")
    assert answer == {"events": seen, "seq": seen[-1]["seq"], "complete": True, "more": False}
    assert fetch(server, f"events?since={seen[0]['seq']}")[1]["events"] == seen[1:]
    # One more than is kept, the first of which is the connection's.
    for number in range(3, 6):
        (site / "main.mjs").write_text(f"export default {number};\n")
        seen.append(client.update("main.mjs"))
    _, answer = fetch(server, "events?since=0")
    assert answer == {"events": seen[-4:], "seq": seen[-1]["seq"], "complete": False, "more": False}
    assert fetch(server, "events")[1] == answer
    # What has not been yet is no history.
    assert fetch(server, "events?since=999999")[1]["complete"] is False


def test_many_events_come_in_parts(start, site, dial):
    server = start("--root", site, "--history", "5000")
    senders = [dial(server) for _ in range(8)]
    for sender in senders:
        for number in range(190):
            sender.send({"type": "event", "channel": "hot", "data": number})
        sender.ask("ping")
    since, told = 0, []
    while True:
        answer = fetch(server, f"events?since={since}")[1]
        assert answer["complete"] and len(answer["events"]) <= 1_000
        told += [event["seq"] for event in answer["events"]]
        since = answer["seq"]
        if not answer["more"]:
            break
    assert told == list(range(1, len(told) + 1))
    assert len(told) >= 8 * 190


@pytest.mark.parametrize("since", ["x", "-1", "", "1.5", "99999999999999999999"])
def test_a_number_that_is_none(pitlane, since):
    status, answer = fetch(pitlane, f"events?since={since}")
    assert (status, answer["code"]) == (400, "bad_request")


@pytest.mark.parametrize("target", ["", "api/status", "api/clients", "api/events"])
def test_other_sites_may_neither_read_nor_embed(pitlane, target):
    target = f"/@pitlane/{target}"
    for headers, host in (([("Origin", "https://evil.com")], "localhost"), ([("Origin", "null")], "localhost"), ([], "evil.com")):
        status, _, body = get(pitlane.port, target, headers=headers, host=host)
        assert status in (403, 421)
        assert b"instance" not in body
    headers = get(pitlane.port, target)[1]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert get(pitlane.port, target, method="DELETE")[0] == 405


@pytest.mark.parametrize("target", ["api", "api/", "api/nothing", "api/status/", "dashboard.html"])
def test_other_addresses_are_not_found(pitlane, target):
    assert get(pitlane.port, f"/@pitlane/{target}")[0] == 404
