"""The command: what it prints, how it ends, and what it says when it cannot start."""

import json
import signal
import socket
import time

import pytest
from Harness.processes import Child, Pitlane, binary, wait_for
from Harness.raw import RawConnection, get
from Harness.upstream import HANG
from websockets.exceptions import ConnectionClosed


@pytest.fixture
def run():
    """Runs the binary to its end: exit code and output."""
    started = []

    def begin(*arguments, **options):
        child = Child([binary(), *arguments], **options)
        started.append(child)
        return child.wait(), child.output

    yield begin
    for child in started:
        child.stop()


def assert_one_clear_line(output, *words):
    lines = [line for line in output.splitlines() if line.strip()]
    assert len(lines) == 1, output
    for word in words:
        assert word in lines[0], lines[0]


def test_help_documents_every_flag_with_its_default(run):
    code, output = run("--help")
    assert code == 0
    for flag in ["--root", "--mount", "--listen", "--upstream", "--allow-origin", "--allow-host", "--ignore",
                 "--compress", "--cache-size", "--tls-cert", "--tls-key", "--log-level", "--log-format"]:  # fmt: skip
        assert flag in output
    assert "8889" in output


def test_version(run):
    code, output = run("--version")
    assert code == 0
    assert output.strip()[0].isdigit() or output.startswith("pitlane ")


def test_start_up_says_what_is_served(start, site, upstream):
    server = start("--root", site, "--upstream", upstream.http)
    wait_for(lambda: "client.js" in "".join(server.stdout), "the script tag")
    printed = "".join(server.stdout)
    assert str(site) in printed
    assert upstream.http in printed
    assert '<script src="' in printed and "data-entry=" in printed


def test_serve_is_the_default_command(start, site):
    assert get(start("serve", "--root", site).port, "/main.mjs")[0] == 200


def test_the_current_folder_is_the_default_root(start, site):
    assert get(start(cwd=site).port, "/main.mjs")[0] == 200


def test_a_busy_port(run, site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = run("--root", site, "--listen", f"127.0.0.1:{port}")
    assert code == 1
    assert_one_clear_line(output, str(port), "--listen")


def test_a_missing_root(run, tmp_path):
    code, output = run("--root", tmp_path / "nowhere", "--listen", "127.0.0.1:0")
    assert code in (1, 64)
    assert_one_clear_line(output, "nowhere", "root")


def test_a_root_that_is_a_file(run, site):
    code, output = run("--root", site / "main.mjs", "--listen", "127.0.0.1:0")
    assert code in (1, 64)
    assert_one_clear_line(output, "main.mjs")


@pytest.mark.parametrize("url", ["nonsense", "ftp://localhost", "http://", "file:///etc", "http://a:99999"])
def test_a_bad_upstream(run, site, url):
    code, output = run("--root", site, "--listen", "127.0.0.1:0", "--upstream", url)
    assert code in (1, 64)
    assert url in output
    assert len(output.strip().splitlines()) <= 4


@pytest.mark.parametrize("listen", ["nonsense:", "127.0.0.1:99999", "127.0.0.1:x", "300.0.0.1:1"])
def test_a_bad_address(run, site, listen):
    code, output = run("--root", site, "--listen", listen)
    assert code in (1, 64)
    assert listen in output
    assert len(output.strip().splitlines()) <= 4


def test_an_unknown_flag(run):
    code, output = run("--teleport")
    assert code == 64
    assert "--teleport" in output


def test_a_current_folder_that_has_been_removed(tmp_path):
    (tmp_path / "gone").mkdir()
    child = Child(["sh", "-c", 'rmdir "$PWD" && exec "$0"', binary()], cwd=tmp_path / "gone")
    try:
        code = child.wait()
    finally:
        child.stop()
    assert code == 1
    assert_one_clear_line(child.output, "current folder has been removed")


def test_an_unreadable_configuration(run, site):
    (site / "pitlane.toml").write_text("root = [unclosed\n")
    code, output = run("--listen", "127.0.0.1:0", cwd=site)
    assert code in (1, 64)
    assert_one_clear_line(output, "pitlane.toml")


def test_flag_over_variable_over_file(start, site, tmp_path):
    for name in ("flag", "variable", "file"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which.txt").write_text(name)
    folder = tmp_path / "project" / "below"
    folder.mkdir(parents=True)
    (folder.parent / "pitlane.toml").write_text(f'root = "{tmp_path / "file"}"\n')
    variable = {"PITLANE_ROOT": str(tmp_path / "variable")}
    everything = start("--root", tmp_path / "flag", environment=variable, cwd=folder)
    assert get(everything.port, "/which.txt")[2] == b"flag"
    assert get(start(environment=variable, cwd=folder).port, "/which.txt")[2] == b"variable"
    assert get(start(cwd=folder).port, "/which.txt")[2] == b"file"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_orderly_end(start, site, dial, number):
    server = start("--root", site)
    clients = [dial(server), dial(server, compression="deflate")]
    idle = RawConnection(server.port)
    for client in clients:
        client.until_type("hello")
    begun = time.monotonic()
    server.signal(number)
    for client in clients:
        with pytest.raises(ConnectionClosed) as closed:
            client.receive()
        assert closed.value.rcvd.code == 1001
    assert server.wait() == 0
    # The promise itself, not a figure of speed: a hung shutdown is a bug.
    assert time.monotonic() - begun < 5
    idle.socket.close()
    with pytest.raises(OSError):
        RawConnection(server.port)


def test_it_ends_although_a_client_does_not_read(start, site):
    (site / "big.mjs").write_text("//" + "x" * (8 << 20))
    server = start("--root", site)
    with RawConnection(server.port) as connection:
        for _ in range(4):
            connection.send("/big.mjs")
        server.signal(signal.SIGTERM)
        assert server.wait() == 0


def test_it_ends_while_the_upstream_hangs(start, site, upstream, dial):
    upstream.answers["/slow.mjs"] = [HANG]
    server = start("--root", site, "--upstream", upstream.http)
    client = dial(server)
    client.send({"type": "module:request", "path": "slow.mjs"})
    wait_for(lambda: upstream.count("/slow.mjs"), "the upstream to be asked")
    server.signal(signal.SIGTERM)
    assert server.wait() == 0


def test_the_port_is_free_again_at_once(start, site):
    server = start("--root", site)
    port = server.port
    client_socket = RawConnection(port)
    assert client_socket.get("/main.mjs")[0] == 200
    server.signal(signal.SIGTERM)
    server.wait()
    assert start("--root", site, listen=f"127.0.0.1:{port}").port == port


def test_both_loopback_addresses(site):
    """Browsers try ::1 first for localhost."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    server = Pitlane("--root", site, "--listen", "[::1]:0")
    try:
        port = int(server.wait_for_output(r"http://\[::1\]:(\d+)").group(1))
        with RawConnection(port, "::1") as connection:
            assert connection.get("/main.mjs", host=f"[::1]:{port}")[0] == 200
    finally:
        server.stop()


def test_logs_as_json(start, site):
    server = start("--root", site, "--log-format", "json", "--log-level", "debug")
    get(server.port, "/main.mjs", host="evil.com")
    lines = wait_for(lambda: [line for line in server.stderr if "evil.com" in line], "a log line")
    assert "evil.com" in json.dumps(json.loads(lines[0]))
