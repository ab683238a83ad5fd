"""The HTTP side: files as any static server would send them, and upgrades on any request."""

import json

import pytest
from Harness.client import digest
from Harness.raw import RawConnection, frame, get, read_frame, upgrade_headers


def test_a_file_whole_with_its_length_and_tag(pitlane, site):
    status, headers, body = get(pitlane.port, "/lib/disk.mjs")
    content = (site / "lib" / "disk.mjs").read_bytes()
    assert (status, body) == (200, content)
    assert headers["content-length"] == str(len(content))
    assert headers["etag"] == f'"{digest(content)}"'
    assert headers["cache-control"] == "no-cache"
    assert "transfer-encoding" not in headers


@pytest.mark.parametrize(
    "name, media",
    [
        ("a.mjs", "text/javascript"),
        ("a.js", "text/javascript"),
        ("a.json", "application/json"),
        ("a.map", "application/json"),
        ("a.css", "text/css"),
        ("a.html", "text/html"),
        ("a.wasm", "application/wasm"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.woff2", "font/woff2"),
        ("a.txt", "text/plain"),
        ("A.MJS", "text/javascript"),
    ],
)
def test_media_types(pitlane, site, name, media):
    (site / name).write_text("x")
    assert get(pitlane.port, f"/{name}")[1]["content-type"].split(";")[0] == media


def test_not_modified(pitlane, site):
    tag = get(pitlane.port, "/main.mjs")[1]["etag"]
    for value in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        status, headers, body = get(pitlane.port, "/main.mjs", headers=[("If-None-Match", value)])
        assert (status, body) == (304, b"")
        assert headers["etag"] == tag
    assert get(pitlane.port, "/main.mjs", headers=[("If-None-Match", '"other"')])[0] == 200
    (site / "main.mjs").write_text("export default 2;\n")
    status, _, body = get(pitlane.port, "/main.mjs", headers=[("If-None-Match", tag)])
    assert (status, body) == (200, b"export default 2;\n")


def test_head(pitlane, site):
    status, headers, body = get(pitlane.port, "/main.mjs", method="HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == str((site / "main.mjs").stat().st_size)
    assert headers["etag"] == get(pitlane.port, "/main.mjs")[1]["etag"]


@pytest.mark.parametrize(
    "asked, status, span",
    [
        ("bytes=0-3", 206, (0, 4)),
        ("bytes=5-5", 206, (5, 6)),
        ("bytes=4-", 206, (4, 264)),
        ("bytes=-6", 206, (258, 264)),
        ("bytes=-9999", 206, (0, 264)),
        ("bytes=0-9999", 206, (0, 264)),
        ("bytes=264-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-3", 200, (0, 264)),
        ("bytes=x", 200, (0, 264)),
        ("lines=0-1", 200, (0, 264)),
    ],
)
def test_ranges(pitlane, site, asked, status, span):
    content = (site / "picture.png").read_bytes()
    assert len(content) == 264
    got, headers, body = get(pitlane.port, "/picture.png", headers=[("Range", asked)])
    assert got == status
    if status == 416:
        assert headers["content-range"] == "bytes */264"
        return
    assert body == content[span[0] : span[1]]
    if status == 206:
        assert headers["content-range"] == f"bytes {span[0]}-{span[1] - 1}/264"


def test_a_range_of_another_version_gives_the_whole(pitlane):
    headers = [("Range", "bytes=0-3"), ("If-Range", '"other"')]
    assert get(pitlane.port, "/picture.png", headers=headers)[0] == 200


def test_folders_have_an_index(pitlane, site):
    assert get(pitlane.port, "/")[2] == (site / "index.html").read_bytes()
    (site / "lib" / "index.html").write_text("lib")
    assert get(pitlane.port, "/lib/")[2] == b"lib"
    # Without the slash the page's relative URLs would be wrong.
    status, headers, body = get(pitlane.port, "/lib")
    assert (status in (301, 302, 307, 308) and headers["location"].endswith("/lib/")) or body == b"lib"


def test_not_found_says_where_it_looked(pitlane, site):
    status, headers, body = get(pitlane.port, "/lib/gone.mjs")
    assert status == 404
    assert headers["content-type"].startswith("text/plain")
    assert b"lib/gone.mjs" in body
    assert str(site.parent).encode() not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods(pitlane, method):
    with RawConnection(pitlane.port) as connection:
        status, headers, _ = connection.get("/main.mjs", method=method, body=b"x" * 10)
        assert status == 405
        assert "GET" in headers["allow"]


def test_names_beyond_ascii(pitlane, site):
    status, _, body = get(pitlane.port, "/lib/n%C3%A4me%20%E2%9C%93.mjs?query")
    assert (status, body) == (200, (site / "lib" / "näme ✓.mjs").read_bytes())


def test_a_large_file(pitlane, site):
    content = bytes(range(256)) * (20 << 12)
    (site / "large.bin").write_bytes(content)
    assert get(pitlane.port, "/large.bin")[2] == content


def test_an_empty_file(pitlane, site):
    (site / "empty.mjs").write_text("")
    status, headers, body = get(pitlane.port, "/empty.mjs")
    assert (status, headers["content-length"], body) == (200, "0", b"")


def test_many_requests_on_one_connection(pitlane, site):
    with RawConnection(pitlane.port) as connection:
        for _ in range(50):
            assert connection.get("/main.mjs")[2] == (site / "main.mjs").read_bytes()
        for _ in range(20):
            connection.send("/lib/disk.mjs")
        for _ in range(20):
            assert connection.answer()[2] == (site / "lib" / "disk.mjs").read_bytes()


def test_an_upgrade_on_a_later_request_of_a_connection(pitlane):
    """Reverse proxies re-use connections: the upgrade need not be the first request."""
    with RawConnection(pitlane.port) as connection:
        assert connection.get("/main.mjs")[0] == 200
        assert connection.get("/gone.mjs")[0] == 404
        connection.send("/ws/modules", headers=upgrade_headers("https://localhost:8443"))
        assert connection.head()[0] == 101
        assert json.loads(read_frame(connection)[1])["type"] == "hello"
        connection.socket.sendall(frame(1, b'{"type":"ping","id":1}'))
        assert json.loads(read_frame(connection)[1]) == {"type": "pong", "id": 1}


def test_a_frame_right_behind_the_upgrade_is_not_lost(pitlane):
    with RawConnection(pitlane.port) as connection:
        head = [f"{name}: {value}" for name, value in [("Host", "localhost"), *upgrade_headers()]]
        request = "\r\n".join(["GET /ws/modules HTTP/1.1", *head, "", ""]).encode()
        connection.socket.sendall(request + frame(1, b'{"type":"ping","id":1}'))
        assert connection.head()[0] == 101
        types = [json.loads(read_frame(connection)[1])["type"] for _ in range(2)]
        assert types == ["hello", "pong"]


@pytest.mark.parametrize(
    "change, status",
    [
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Version": None}, 426),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Sec-WebSocket-Key": None}, 400),
        ({"Upgrade": None}, 426),
        ({"Connection": "keep-alive"}, 426),
    ],
)
def test_bad_handshakes(pitlane, change, status):
    headers = [(n, change.get(n, v)) for n, v in upgrade_headers()]
    with RawConnection(pitlane.port) as connection:
        connection.send("/ws/modules", headers=[(n, v) for n, v in headers if v is not None])
        assert connection.head()[0] in (status, 400)


def test_the_client_script(pitlane):
    status, headers, body = get(pitlane.port, "/@pitlane/client.js")
    assert status == 200
    assert headers["content-type"].startswith("text/javascript")
    assert b"importmap" in body
    again = get(pitlane.port, "/@pitlane/client.js", headers=[("If-None-Match", headers["etag"])])
    assert again[0] == 304


def test_nothing_else_under_our_own_prefix(pitlane):
    assert get(pitlane.port, "/@pitlane/nothing")[0] == 404


@pytest.mark.parametrize("sent", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50, b"GET /" + b"a" * 200_000])
def test_garbage_does_not_harm(pitlane, sent):
    with RawConnection(pitlane.port) as connection:
        try:
            connection.socket.sendall(sent)
            connection.socket.settimeout(1)
            connection.socket.recv(65536)
        except OSError:
            pass
    assert get(pitlane.port, "/main.mjs")[0] == 200
