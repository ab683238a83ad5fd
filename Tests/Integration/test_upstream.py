"""What is not on disk comes from the upstream, whole or not at all."""

import gzip
import socket

import pytest
from Harness.client import digest, unpack
from Harness.processes import DevServer
from Harness.raw import get
from Harness.upstream import HANG, ScriptedUpstream, broken_chunks, chunks, cut, whole

MODULE = "export const upstream = 'whole';\n" * 20


@pytest.fixture
def server(start, site, upstream):
    return start("--root", site, "--upstream", upstream.http)


@pytest.fixture
def client(server, dial):
    return dial(server)


def test_a_miss_on_disk_goes_upstream(client, upstream):
    upstream.answers["/generated/a.mjs?v=1"] = [whole(MODULE)]
    answer = client.ask("module:request", path="generated/a.mjs?v=1")
    assert answer["content"] == MODULE
    assert answer["hash"] == digest(MODULE)
    assert answer["source"] == "upstream"
    assert answer["path"] == "generated/a.mjs?v=1"


def test_disk_comes_first(client, upstream, site):
    upstream.answers["/main.mjs"] = [whole("export default 'upstream';")]
    assert client.ask("module:request", path="main.mjs")["content"] == (site / "main.mjs").read_text()
    assert upstream.count("/main.mjs") == 0


@pytest.mark.parametrize(
    "answer",
    [chunks(MODULE, 7), whole(gzip.compress(MODULE.encode()), Content_Encoding="gzip")],
    ids=["chunked", "gzip"],
)
def test_every_correct_form_of_answer(client, upstream, answer):
    upstream.answers["/x.mjs"] = [answer]
    assert client.ask("module:request", path="x.mjs")["content"] == MODULE


TRUNCATED = [
    cut(MODULE, 0),
    cut(MODULE, 1),
    cut(MODULE, len(MODULE) - 1),
    broken_chunks(MODULE, 0),
    broken_chunks(MODULE, 30),
    broken_chunks(MODULE, len(MODULE)),
    whole(gzip.compress(MODULE.encode())[:-9], Content_Encoding="gzip"),
    b"",
    b"HTTP/1.1 200 OK\r\nContent-Le",
]
TRUNCATED_IDS = [
    "no byte", "one byte", "one byte short", "no chunk", "mid-chunk", "no last chunk", "gzip", "no answer", "half a head",
]  # fmt: skip


@pytest.mark.parametrize("broken", TRUNCATED, ids=TRUNCATED_IDS)
def test_a_truncated_answer_is_asked_for_again(client, upstream, broken):
    upstream.answers["/x.mjs"] = [broken, broken, whole(MODULE)]
    assert client.ask("module:request", path="x.mjs")["content"] == MODULE
    assert upstream.count("/x.mjs") == 3


@pytest.mark.parametrize("broken", TRUNCATED[:-2], ids=TRUNCATED_IDS[:-2])
def test_a_truncated_answer_is_never_passed_on(client, server, upstream, broken):
    upstream.answers["/x.mjs"] = [broken]
    answer = client.ask("module:request", path="x.mjs")
    assert (answer["type"], answer["code"]) == ("module:error", "upstream_truncated")
    assert "x.mjs" in answer["message"]
    status, _, body = get(server.port, "/x.mjs")
    assert status in (502, 504)
    assert b"export" not in body


def test_errors_of_the_upstream_have_codes(client, server, upstream):
    upstream.answers["/broken.mjs"] = [whole("oops\n", "text/plain", "500 Internal Server Error")]
    assert client.ask("module:request", path="broken.mjs")["code"] == "upstream_status"
    assert client.ask("module:request", path="missing.mjs")["code"] == "not_found"
    assert get(server.port, "/missing.mjs")[0] == 404


def test_an_upstream_that_is_not_there(start, site, dial):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = dial(start("--root", site, "--upstream", f"http://127.0.0.1:{port}"))
    answer = client.ask("module:request", path="x.mjs")
    assert answer["code"] == "upstream_refused"
    assert client.ask("module:request", path="main.mjs")["type"] == "module:response"


def test_an_upstream_that_hangs_does_not_hold_up_the_rest(client, upstream):
    upstream.answers["/slow.mjs"] = [HANG]
    client.send({"type": "module:request", "path": "slow.mjs", "id": "slow"})
    assert client.ask("module:request", path="main.mjs")["type"] == "module:response"
    answer = client.until(lambda message: message.get("id") == "slow", timeout=120)
    assert answer["code"] == "upstream_timeout"


def test_a_restarted_upstream_is_found_again(start, site, dial):
    first = ScriptedUpstream()
    first.answers["/a.mjs"] = [whole(MODULE)]
    client = dial(start("--root", site, "--upstream", first.http))
    assert client.ask("module:request", path="a.mjs")["type"] == "module:response"
    first.stop()
    assert client.ask("module:request", path="b.mjs")["type"] == "module:error"


def test_redirects_stay_within_the_upstream(client, upstream):
    with ScriptedUpstream() as elsewhere:
        elsewhere.answers["/secret.mjs"] = [whole("export const SECRET = 1;")]
        upstream.answers["/inside.mjs"] = [whole("", status="302 Found", Location="/target.mjs")]
        upstream.answers["/target.mjs"] = [whole(MODULE)]
        upstream.answers["/outside.mjs"] = [
            whole("", status="302 Found", Location=f"{elsewhere.http}/secret.mjs")
        ]
        upstream.answers["/file.mjs"] = [whole("", status="302 Found", Location="file:///etc/passwd")]
        upstream.answers["/loop.mjs"] = [whole("", status="302 Found", Location="/loop.mjs")]
        assert client.ask("module:request", path="inside.mjs")["content"] == MODULE
        for path in ("outside.mjs", "file.mjs", "loop.mjs"):
            assert client.ask("module:request", path=path)["type"] == "module:error"
        assert elsewhere.requests == []


def test_a_held_tag_is_revalidated(client, upstream):
    def answer(head):
        if 'if-none-match: "v1"' in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        return whole(MODULE, ETag='"v1"')

    upstream.answers["/x.mjs"] = [answer]
    for _ in range(3):
        assert client.ask("module:request", path="x.mjs")["content"] == MODULE
    assert sum("if-none-match" not in head.lower() for _, head in upstream.requests) == 1


def test_a_change_upstream_is_seen_at_the_next_request(client, upstream):
    upstream.answers["/x.mjs"] = [whole("export default 1;"), whole("export default 2;")]
    assert client.ask("module:request", path="x.mjs")["content"] == "export default 1;"
    assert client.ask("module:request", path="x.mjs")["content"] == "export default 2;"


def test_the_media_type_is_the_upstreams(client, upstream):
    upstream.answers["/style"] = [whole("body {}", "text/css; charset=utf-8")]
    assert client.ask("module:request", path="style")["contentType"].startswith("text/css")
    upstream.answers["/image"] = [whole(b"\x89PNG\xff", "image/png")]
    assert client.ask("module:request", path="image")["code"] == "not_text"
    _, modules = unpack(client.ask("module:request", path="image", binary=True))
    assert modules == [b"\x89PNG\xff"]


def test_http_falls_back_to_the_upstream(server, upstream):
    upstream.answers["/page?a=1"] = [whole("<p>page</p>", "text/html; charset=utf-8")]
    status, headers, body = get(server.port, "/page?a=1")
    assert (status, body) == (200, b"<p>page</p>")
    assert headers["content-type"].startswith("text/html")
    assert headers["content-length"] == "11"


@pytest.mark.parametrize("flaky", [0.3, 0.6])
def test_the_example_dev_server_at_its_worst(start, tmp_path, dial, flaky):
    """Everything comes from a server that breaks its answers; everything arrives whole."""
    root = tmp_path / "empty"
    root.mkdir()
    dev_server = DevServer(flaky=flaky, seed=7)
    try:
        client = dial(start("--root", root, "--upstream", dev_server.http), compression="deflate")
        rounds = [f"generated/round-{number}.mjs" for number in range(1, 9)]
        paths = [*rounds, "generated/season.mjs", "main.mjs", "ui/app.mjs", "data/teams.json", "ui/board.css"]
        for _ in range(10):
            for path in paths:
                client.send({"type": "module:request", "path": path, "id": path})
            for path in paths:
                answer = client.until(lambda message, path=path: message.get("id") == path)
                assert answer["type"] == "module:response", answer
                assert answer["hash"] == digest(answer["content"])
                assert answer["content"].endswith("\n")
    finally:
        dev_server.stop()
