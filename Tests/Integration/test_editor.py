"""A click in the page opens a file in the developer's editor; nobody else can make anything run."""

import json
import os
import stat

import pytest
from Harness.processes import wait_for
from Harness.raw import RawConnection, get

ROUTE = "/@pitlane/api/open"
JSON = ("Content-Type", "application/json")


@pytest.fixture
def editor(tmp_path):
    """A program that writes down what it was called with, one file for each call."""
    return Editor(tmp_path / "editor")


class Editor:
    def __init__(self, folder, body=""):
        folder.mkdir()
        self.calls = folder / "calls"
        self.calls.mkdir()
        self.program = folder / "my editor"
        self.write(body)

    def write(self, body):
        self.program.write_text(
            f"""#!/bin/sh
call=$(mktemp "{self.calls}/XXXXXX")
for word; do printf '%s\\0' "$word"; done > "$call"
{body}
mv "$call" "$call.done"
"""
        )
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)

    def called_with(self):
        wait_for(lambda: list(self.calls.glob("*.done")), "the editor to be called")
        [call] = self.calls.glob("*.done")
        words = call.read_text().split("\0")[:-1]
        call.unlink()
        return words

    @property
    def was_called(self):
        return any(self.calls.iterdir())


def post(port, body, origin="same", host="localhost", headers=(JSON,), method="POST"):
    """Status and answer; by default as a page of the server itself would send it."""
    host = f"{host}:{port}"
    headers = list(headers)
    if origin is not None:
        headers.append(("Origin", f"http://{host}" if origin == "same" else origin))
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, answer_headers, answer = get(port, ROUTE, method=method, host=host, headers=headers, body=data)
    if answer_headers.get("content-type", "").startswith("application/json"):
        answer = json.loads(answer)
    return status, answer


@pytest.fixture
def server(start, site, editor):
    return start("--root", site, "--editor", f"'{editor.program}' -g {{file}}:{{line}}:{{column}}")


def test_opens_a_module(server, site, editor):
    status, answer = post(server.port, {"path": "lib/disk.mjs", "line": 12, "column": 5})
    assert (status, answer) == (200, {"path": "lib/disk.mjs", "line": 12, "column": 5})
    assert editor.called_with() == ["-g", f"{site.resolve()}/lib/disk.mjs:12:5"]


@pytest.mark.parametrize("path", ["/lib/disk.mjs", "lib/disk.mjs?t=1", "./lib/../lib/disk.mjs", "http://localhost:PORT/lib/disk.mjs"])
def test_paths_as_pages_write_them(server, site, editor, path):
    status, answer = post(server.port, {"path": path.replace("PORT", str(server.port))})
    assert status == 200, answer
    assert editor.called_with() == ["-g", f"{site.resolve()}/lib/disk.mjs:1:1"]


def test_a_name_is_one_word_whatever_it_holds(server, site, editor):
    name = "a b'\";$(touch x) `y` {line} %.mjs"
    (site / name).write_text("export {};\n")
    status, answer = post(server.port, {"path": "a%20b'\";$(touch x) `y` {line} %25.mjs", "line": 3})
    assert status == 200, answer
    assert editor.called_with() == ["-g", f"{site.resolve()}/{name}:3:1"]
    assert not (site / "x").exists()


def test_a_command_without_placeholders_gets_the_file(start, site, editor):
    server = start("--root", site, environment={"PITLANE_EDITOR": f'"{editor.program}" --wait'})
    assert post(server.port, {"path": "main.mjs"})[0] == 200
    assert editor.called_with() == ["--wait", f"{site.resolve()}/main.mjs"]


def test_a_program_is_found_by_path(start, site, editor):
    folder = editor.program.parent
    editor.program.rename(folder / "myedit")
    server = start("--root", site, "--editor", "myedit", environment={"PATH": f"{folder}:{os.environ['PATH']}"})
    assert post(server.port, {"path": "main.mjs"})[0] == 200
    assert editor.called_with() == [f"{site.resolve()}/main.mjs"]


def test_the_editor_gets_none_of_our_files_and_signals(server, site, editor, dial):
    """It would keep ports and connections open."""
    editor.write(f"ls -l /proc/$$/fd > '{editor.program.parent}/files'; grep Sig /proc/$$/status > '{editor.program.parent}/signals'")
    dial(server).ask("module:request", path="main.mjs")
    with RawConnection(server.port) as kept:
        kept.get("/main.mjs")
        assert post(server.port, {"path": "main.mjs"})[0] == 200
    editor.called_with()
    files = (editor.program.parent / "files").read_text()
    for word in ("socket", "inotify", "eventpoll", "eventfd", "timerfd", str(site)):
        assert word not in files
    assert files.count("/dev/null") >= 2
    signals = dict(line.split() for line in (editor.program.parent / "signals").read_text().splitlines())
    # The C library keeps signals 32 and 33 for itself.
    assert int(signals["SigIgn:"], 16) & 0x7FFFFFFF == 0
    assert int(signals["SigBlk:"], 16) == 0


# Who may


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "http://evil.com", "http://localhost", "http://localhost:1", "http://127.0.0.1:PORT",
     "http://app.localhost:PORT", "http://localhost:PORT/", "http://localhost:PORT.evil.com", "http://localhost:PORT@evil.com"],
)  # fmt: skip
def test_only_a_page_of_the_same_origin_may(server, editor, origin):
    origin = origin.replace("PORT", str(server.port)) if origin else origin
    status, _ = post(server.port, {"path": "main.mjs"}, origin=origin)
    assert status == 403
    assert post(server.port, {"path": "main.mjs"})[0] == 200
    editor.called_with()
    assert not editor.was_called


def test_an_origin_that_is_allowed_to_read_may_not_open(start, site, editor):
    server = start("--root", site, "--allow-origin", "https://app.test", "--editor", f"'{editor.program}'")
    status, answer = post(server.port, {"path": "main.mjs"}, origin="https://app.test")
    assert (status, answer["code"]) == (403, "forbidden")
    assert not editor.was_called


def test_a_page_behind_a_proxy_that_speaks_tls_may(server, editor):
    status, answer = post(server.port, {"path": "main.mjs"}, origin=f"https://localhost:{server.port}")
    assert status == 200, answer
    editor.called_with()


def test_a_page_on_another_machine_may_not(server, editor):
    """A colleague's click must not open windows here; a proxy says where the client is."""
    for address in ("192.0.2.7", "2001:db8::1", "127.0.0.1, 192.0.2.7", "unknown"):
        status, answer = post(server.port, {"path": "main.mjs"}, headers=[JSON, ("X-Forwarded-For", address)])
        assert (status, answer["code"]) == (403, "forbidden")
        assert "machine" in answer["message"]
    assert not editor.was_called
    for address in ("127.0.0.1", "::1"):
        assert post(server.port, {"path": "main.mjs"}, headers=[JSON, ("X-Forwarded-For", address)])[0] == 200
        editor.called_with()


def test_two_origins_are_none(server, editor):
    own = f"http://localhost:{server.port}"
    status, _ = post(server.port, {"path": "main.mjs"}, origin=None, headers=[JSON, ("Origin", own), ("Origin", own)])
    assert status == 403
    assert not editor.was_called


def test_another_host_is_misdirected(server, editor):
    status, _ = post(server.port, {"path": "main.mjs"}, host="evil.com", origin="http://evil.com")
    assert status == 421
    assert not editor.was_called


@pytest.mark.parametrize(
    "headers",
    [[], [("Content-Type", "text/plain")], [("Content-Type", "application/x-www-form-urlencoded")],
     [("Content-Type", "multipart/form-data; boundary=x")], [("Content-Type", "text/plain; application/json")],
     [("Content-Type", "application/jsonx")], [JSON, ("Content-Type", "text/plain")]],
    ids=lambda headers: ",".join(value for _, value in headers) or "none",
)  # fmt: skip
def test_what_a_form_can_send_is_refused(server, editor, headers):
    status, answer = post(server.port, {"path": "main.mjs"}, headers=headers)
    assert (status, answer["code"]) == (400, "bad_request")
    assert "application/json" in answer["message"]
    assert not editor.was_called


def test_a_preflight_is_not_granted(server):
    status, _ = post(server.port, b"", origin="http://localhost:1", method="OPTIONS")
    assert status in (403, 405)
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        status, headers, _ = get(server.port, ROUTE, method=method)
        assert status == 405
        assert headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path, status",
    [("../outside.mjs", 403), ("..%2foutside.mjs", 403), ("%2e%2e/outside.mjs", 403), ("/etc/passwd", 404), ("escape.mjs", 403),
     ("sibling/x.mjs", 403), (".env", 403), (".hidden/x.mjs", 403), ("server.key", 403), ("lib\\..\\main.mjs", 403),
     ("main.mjs\0", 403), ("file:///etc/passwd", 403), ("http://evil.com/main.mjs", 403), ("gone.mjs", 404), ("lib", 404),
     ("lib/", 404), ("", 404), ("-rf", 404), ("--help", 404)],
)  # fmt: skip
def test_only_what_is_served_is_opened(server, editor, path, status):
    got, answer = post(server.port, {"path": path})
    assert got in (status, 400), answer
    assert answer["code"] in ("forbidden", "not_found", "bad_request") and answer["message"]
    assert not editor.was_called


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"path": 1}', b'{"path": "main.mjs", "line": "1; rm"}', b"\xff"])
def test_other_bodies_are_bad_requests(server, editor, body):
    status, answer = post(server.port, body)
    assert (status, answer["code"]) == (400, "bad_request")
    assert not editor.was_called


def test_a_large_body_is_refused(server, editor):
    status, _ = post(server.port, {"path": "main.mjs", "more": "x" * 20_000})
    assert status == 413
    assert not editor.was_called


# When it does not work


def test_without_an_editor_it_says_how_to_configure_one(pitlane):
    status, answer = post(pitlane.port, {"path": "main.mjs"})
    assert (status, answer["code"]) == (404, "not_found")
    assert "--editor" in answer["message"]
    assert json.loads(get(pitlane.port, "/@pitlane/api/status")[2])["editor"] is False


def test_the_status_tells_that_there_is_one(server):
    assert json.loads(get(server.port, "/@pitlane/api/status")[2])["editor"] is True


def test_a_program_that_is_not_there(start, site):
    server = start("--root", site, "--editor", "no-such-editor-anywhere -g {file}")
    status, answer = post(server.port, {"path": "main.mjs"})
    assert (status, answer["code"]) == (500, "internal")
    assert "no-such-editor-anywhere" in answer["message"] and "--editor" in answer["message"]
    # And the next one is not locked out.
    assert post(server.port, {"path": "main.mjs"})[0] == 500


def test_a_program_that_fails(server, editor):
    editor.write("exit 3")
    status, answer = post(server.port, {"path": "main.mjs"})
    assert (status, answer["code"]) == (500, "internal")
    assert "3" in answer["message"]


def test_one_at_a_time_and_one_that_stays_open_is_no_failure(server, editor):
    go_on = editor.program.parent / "go on"
    editor.write(f"while [ ! -e '{go_on}' ]; do sleep 0.05; done")
    own = f"localhost:{server.port}"
    body = json.dumps({"path": "main.mjs"}).encode()
    with RawConnection(server.port) as first:
        first.send(ROUTE, "POST", host=own, headers=[JSON, ("Origin", f"http://{own}")], body=body)
        wait_for(lambda: editor.was_called, "the editor to run")
        status, answer = post(server.port, {"path": "main.mjs"})
        assert (status, answer["code"]) == (429, "rate_limited")
        # An editor that has been up for a while has been opened.
        assert first.answer()[0] == 200
    assert not list(editor.calls.glob("*.done"))
    go_on.touch()
    editor.called_with()
    editor.write("")
    assert post(server.port, {"path": "main.mjs"})[0] == 200
    editor.called_with()


def test_an_editor_outlives_the_server(server, editor):
    go_on = editor.program.parent / "go on"
    editor.write(f"while [ ! -e '{go_on}' ]; do sleep 0.05; done")
    assert post(server.port, {"path": "main.mjs"})[0] == 200
    server.stop()
    go_on.touch()
    editor.called_with()


def test_a_configuration_file_cannot_name_a_command(site, editor, tmp_path):
    """It may have come with somebody else's repository."""
    from Harness.processes import Pitlane

    (site / "pitlane.toml").write_text(f'editor = "{editor.program}"\n')
    process = Pitlane(cwd=site)
    try:
        assert process.wait() == 64
        assert "--editor" in process.output
    finally:
        process.stop()
