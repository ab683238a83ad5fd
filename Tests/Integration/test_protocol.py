"""The wire contract as a foreign client sees it, with and without permessage-deflate."""

import json
import re

import pytest
from Harness.client import digest, unpack


@pytest.fixture(params=[None, "deflate"], ids=["plain", "deflate"])
def client(request, pitlane, dial):
    return dial(pitlane, compression=request.param)


def text_of(site, path):
    return (site / path).read_text()


def test_hello_comes_first_and_states_the_limits(client):
    hello = client.receive()
    assert hello["type"] == "hello"
    assert hello["protocol"] == 1
    assert hello["server"].startswith("pitlane")
    assert hello["heartbeat"] == 15_000
    # That this client is there is an event, which it is not subscribed to.
    assert hello["seq"] == 1
    assert hello["clients"] == 1
    assert hello["instance"] and hello["session"]
    assert 1 << 20 in hello["limits"].values()
    assert 32 << 20 in hello["limits"].values()


def test_instance_is_the_process_and_session_is_the_connection(pitlane, dial):
    first, second = (dial(pitlane).receive() for _ in range(2))
    assert first["instance"] == second["instance"]
    assert first["session"] != second["session"]
    assert second["clients"] == 2


def test_request_gives_content_hash_and_type(client, site):
    answer = client.ask("module:request", path="lib/disk.mjs")
    content = text_of(site, "lib/disk.mjs")
    assert answer["type"] == "module:response"
    assert answer["path"] == "lib/disk.mjs"
    assert answer["content"] == content
    assert answer["hash"] == digest(content)
    assert answer["size"] == len(content.encode())
    assert answer["source"] == "disk"
    assert answer["contentType"].startswith("text/javascript")


@pytest.mark.parametrize("path, media", [("data.json", "application/json"), ("style.css", "text/css")])
def test_json_and_css_are_modules(client, site, path, media):
    answer = client.ask("module:request", path=path)
    assert answer["content"] == text_of(site, path)
    assert answer["contentType"].startswith(media)


@pytest.mark.parametrize(
    "asked",
    [
        "lib/disk.mjs",
        "/lib/disk.mjs",
        "lib/./disk.mjs",
        "lib/../lib/disk.mjs",
        "lib/%64isk.mjs",
        "lib/disk.mjs?v=1",
    ],
)
def test_paths_are_normalised(client, site, asked):
    assert client.ask("module:request", path=asked)["content"] == text_of(site, "lib/disk.mjs")


def test_a_full_url_of_the_site_is_a_path(client, pitlane, site):
    answer = client.ask("module:request", path=f"{pitlane.http}/lib/disk.mjs")
    assert answer["path"] == "lib/disk.mjs"
    assert answer["content"] == text_of(site, "lib/disk.mjs")


@pytest.mark.parametrize("asked", ["lib/näme ✓.mjs", "lib/n%C3%A4me%20%E2%9C%93.mjs"])
def test_names_and_contents_beyond_ascii(client, site, asked):
    answer = client.ask("module:request", path=asked)
    assert answer["content"] == text_of(site, "lib/näme ✓.mjs")
    assert answer["hash"] == digest((site / "lib" / "näme ✓.mjs").read_bytes())


def test_every_character_json_must_escape_arrives(client, site):
    content = "".join(map(chr, range(1, 128))) + '"\\\u2028\u2029\ufeff\U0010ffff'
    (site / "odd.mjs").write_bytes(content.encode())
    assert client.ask("module:request", path="odd.mjs")["content"] == content


def test_binary_request_gives_a_pack_of_one(client, site):
    header, modules = unpack(client.ask("module:request", path="main.mjs", binary=True))
    content = (site / "main.mjs").read_bytes()
    assert header["last"] is True
    assert modules == [content]
    (module,) = header["modules"]
    assert module["path"] == "main.mjs"
    assert module["hash"] == digest(content)
    (found,) = [i for i in module["imports"] if i.get("specifier") == "./lib/disk.mjs"]
    assert found["kind"] == "static"
    assert found["path"] == "lib/disk.mjs"
    assert content[found["start"] : found["end"]] == b'"./lib/disk.mjs"'


def test_what_is_not_text_comes_in_binary_only(client, site):
    answer = client.ask("module:request", path="picture.png")
    assert (answer["type"], answer["code"]) == ("module:error", "not_text")
    _, modules = unpack(client.ask("module:request", path="picture.png", binary=True))
    assert modules == [(site / "picture.png").read_bytes()]


def test_invalid_utf8_is_not_text(client, site):
    (site / "latin.mjs").write_bytes(b'export default "\xe4";\n')
    assert client.ask("module:request", path="latin.mjs")["code"] == "not_text"


@pytest.mark.parametrize("binary", [False, True])
def test_a_held_hash_saves_the_content(client, site, binary):
    known = digest(text_of(site, "main.mjs"))
    answer = client.ask("module:request", path="main.mjs", hash=known, binary=binary)
    assert answer["type"] == "module:status"
    assert (answer["changed"], answer["hash"]) == (False, known)
    other = client.ask("module:request", path="main.mjs", hash="0" * 16)
    assert other["content"] == text_of(site, "main.mjs")


def test_check(client, site):
    known = digest(text_of(site, "main.mjs"))
    same = client.ask("module:check", path="main.mjs", hash=known)
    assert (same["type"], same["path"], same["changed"], same["hash"]) == (
        "module:status",
        "main.mjs",
        False,
        known,
    )
    changed = client.ask("module:check", path="main.mjs", hash="0" * 16)
    assert (changed["changed"], changed["hash"]) == (True, known)
    gone = client.ask("module:check", path="gone.mjs", hash=known)
    assert (gone["type"], gone["changed"], gone["hash"]) == ("module:status", True, None)


def test_list(client, site):
    answer = client.ask("module:list")
    assert answer["type"] == "module:list"
    listed = {module["path"]: module for module in answer["modules"]}
    assert {"main.mjs", "lib/disk.mjs", "data.json", "style.css", "lib/näme ✓.mjs"} <= set(listed)
    assert answer["truncated"] is False
    assert listed["main.mjs"]["hash"] == digest(text_of(site, "main.mjs"))
    assert listed["main.mjs"]["size"] == len(text_of(site, "main.mjs"))
    assert not any(re.search(r"env|hidden|key|escape|sibling|\.\.", path) for path in listed)


def test_list_with_prefix_and_limit(client):
    answer = client.ask("module:list", prefix="lib/")
    assert {module["path"] for module in answer["modules"]} == {"lib/disk.mjs", "lib/näme ✓.mjs"}
    answer = client.ask("module:list", limit=1)
    assert len(answer["modules"]) == 1
    assert answer["truncated"] is True


@pytest.mark.parametrize("identifier", ["a", "", "ü\n\"", 0, 7, -1, 1.5, 9007199254740991])
def test_ids_come_back_as_they_were(client, identifier):
    client.until_type("hello")
    client.send({"type": "ping", "id": identifier})
    assert client.until_type("pong")["id"] == identifier
    for path in ["main.mjs", "gone.mjs"]:
        client.send({"type": "module:request", "path": path, "id": identifier})
        answer = client.receive()
        assert (answer["path"], answer["id"]) == (path, identifier)


def test_an_answer_to_a_request_without_id_has_none(client):
    client.send({"type": "ping"})
    assert "id" not in client.until_type("pong")


def test_unknown_fields_are_ignored(client, site):
    answer = client.ask("module:request", path="main.mjs", extra={"nested": [1, {"a": None}]}, other=True)
    assert answer["content"] == text_of(site, "main.mjs")


def test_an_unknown_type_is_an_error_and_not_the_end(client):
    answer = client.ask("module:teleport", path="main.mjs")
    assert (answer["type"], answer["code"]) == ("error", "unknown_type")
    assert client.ask("ping")["type"] == "pong"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        "null",
        "{",
        '{"type"}',
        '{"type": 1}',
        "{}",
        '{"type": "module:request"}',
        '{"type": "module:request", "path": 3}',
        '{"type": "module:check", "path": "main.mjs"}',
        '{"type": "module:request", "path": "a%zz.mjs"}',
        "[" * 100_000,
        '{"a":' * 50_000 + "1" + "}" * 50_000,
    ],
    ids=lambda text: text[:40] or "empty",
)
def test_malformed_messages_are_bad_requests_and_not_the_end(client, text):
    client.until_type("hello")
    client.send(text)
    answer = client.receive()
    assert answer["type"] in ("error", "module:error")
    assert answer["code"] == "bad_request"
    assert answer["message"]
    assert client.ask("ping")["type"] == "pong"


def test_a_binary_message_from_a_client_is_answered_not_fatal(client):
    client.until_type("hello")
    client.send(b"\x00\x01")
    assert client.receive()["code"] == "bad_request"
    assert client.ask("ping")["type"] == "pong"


def test_not_found_names_the_path_and_nothing_outside_the_root(client, site):
    answer = client.ask("module:request", path="lib/gone.mjs")
    assert (answer["type"], answer["path"], answer["code"]) == ("module:error", "lib/gone.mjs", "not_found")
    assert "lib/gone.mjs" in answer["message"]
    assert str(site.parent) not in answer["message"]


def test_a_folder_is_not_a_module(client):
    assert client.ask("module:request", path="lib")["code"] == "not_found"


def test_too_large(client, site):
    with open(site / "huge.mjs", "wb") as file:
        file.truncate((32 << 20) + 1)
    for binary in (False, True):
        answer = client.ask("module:request", path="huge.mjs", binary=binary)
        assert (answer["type"], answer["code"]) == ("module:error", "too_large")


def test_a_module_of_several_megabytes(client, site):
    content = "// " + "x" * (6 << 20) + "\nexport const é = 1;\n"
    (site / "big.mjs").write_text(content)
    assert client.ask("module:request", path="big.mjs")["content"] == content


def test_an_empty_module(client, site):
    (site / "empty.mjs").write_text("")
    answer = client.ask("module:request", path="empty.mjs")
    assert (answer["content"], answer["size"], answer["hash"]) == ("", 0, digest(""))


def test_requests_are_answered_in_full_when_pipelined(client, site):
    for number in range(200):
        (site / f"m{number}.mjs").write_text(f"export default {number};\n")
    client.until_type("hello")
    for number in range(200):
        client.send({"type": "module:request", "path": f"m{number}.mjs", "id": number})
    answers = {}
    while len(answers) < 200:
        message = client.receive()
        if message["type"] == "module:response":
            answers[message["id"]] = message["content"]
    assert answers == {number: f"export default {number};\n" for number in range(200)}


def test_the_alias_and_the_subprotocol(pitlane, dial):
    client = dial(pitlane, path="/@pitlane/ws", subprotocols=["other", "pitlane.1"])
    assert client.connection.subprotocol == "pitlane.1"
    assert client.receive()["type"] == "hello"


def test_a_seed_client_needs_no_more_than_three_types(pitlane, dial, site):
    """One that sends no id, no subprotocol, and ignores what it does not know."""
    client = dial(pitlane)
    client.send(json.dumps({"type": "module:request", "path": "main.mjs"}))
    answer = client.until_type("module:response")
    client.send(json.dumps({"type": "module:check", "path": "main.mjs", "hash": answer["hash"]}))
    assert client.until_type("module:status")["changed"] is False
    (site / "main.mjs").write_text("export default 2;\n")
    assert client.until_type("module:updated")["path"] == "main.mjs"


def test_websocket_pings_are_answered(client):
    assert client.connection.ping(b"hello").wait(30)
