"""Who may connect, and what may be read."""

import pytest
from Harness.raw import RawConnection, get, upgrade_headers, upgrade_status

ALLOWED_ORIGINS = [
    "http://localhost",
    "https://localhost",
    "http://localhost:3000",
    "https://localhost:8443",
    "https://app.localhost",
    "http://a.b.localhost:1234",
    "http://127.0.0.1:8080",
    "https://127.0.0.1",
    "http://[::1]:5173",
    "https://[::1]",
    "http://LOCALHOST:3000",
]
REFUSED_ORIGINS = [
    "https://evil.com",
    "http://localhost.evil.com",
    "http://evil-localhost",
    "http://evillocalhost",
    "http://localhost@evil.com",
    "http://evil.com@localhost",
    "http://localhost:80@evil.com",
    "http://evil.com#localhost",
    "http://evil.com/localhost",
    "http://evil.com?localhost",
    "http://127.0.0.1.evil.com",
    "http://127.0.0.1.nip.io",
    "http://1270.0.0.1",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
    "http://[::1].evil.com",
    "http://localhost:99999",
    "http://localhost:",
    "http://localhost:80:80",
    "http://localhost.",
    "http://local host",
    "http://localhost%2eevil.com",
    "http://localhost\\.evil.com",
    "ftp://localhost",
    "file://",
    "chrome-extension://abcdefgh",
    "localhost",
    "//localhost",
    "null",
    "",
    "http://",
    "http://.localhost",
    "http://xn--lcalhost-ks0b",
    "http://lоcalhost",
]


@pytest.mark.parametrize("origin", ALLOWED_ORIGINS)
def test_pages_of_this_machine_may_connect(pitlane, origin):
    assert upgrade_status(pitlane.port, origin) == 101


@pytest.mark.parametrize("origin", REFUSED_ORIGINS, ids=lambda origin: origin or "empty")
def test_all_other_pages_are_refused(pitlane, origin):
    assert upgrade_status(pitlane.port, origin) == 403
    assert get(pitlane.port, "/@pitlane/healthz")[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.com", "null", "http://localhost.evil.com"])
def test_their_http_requests_are_refused_too(pitlane, origin):
    status, headers, body = get(pitlane.port, "/main.mjs", headers=[("Origin", origin)])
    assert status == 403
    assert b"import" not in body
    assert "access-control-allow-origin" not in headers


def test_a_client_without_origin_is_allowed_from_loopback(pitlane):
    assert upgrade_status(pitlane.port) == 101


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8443", "app.localhost", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:9", "LocalHost"]
)
def test_hosts_of_this_machine_are_answered(pitlane, host):
    assert get(pitlane.port, "/main.mjs", host=host)[0] == 200
    assert upgrade_status(pitlane.port, host=host) == 101


@pytest.mark.parametrize(
    "host",
    ["evil.com", "localhost.evil.com", "evil-localhost", "127.0.0.1.evil.com", "localhost@evil.com",
     "localhost:80:80", "localhost:x", "[::1", "192.168.0.1", "0.0.0.0", "a b", "localhost, evil.com"],
)  # fmt: skip
def test_other_hosts_are_misdirected(pitlane, host):
    status, _, body = get(pitlane.port, "/main.mjs", host=host)
    assert status in (400, 421)
    assert b"import" not in body
    assert upgrade_status(pitlane.port, host=host) in (400, 403, 421)


def test_no_host_and_two_hosts_are_bad_requests(pitlane):
    assert get(pitlane.port, "/main.mjs", host=None)[0] in (400, 421)
    assert get(pitlane.port, "/main.mjs", headers=[("Host", "evil.com")])[0] in (400, 421)


def test_flags_allow_more(start, site):
    server = start(
        "--root", site, "--allow-host", "dev.example.test", "--allow-origin", "https://other.example.test:8443"
    )
    assert get(server.port, "/main.mjs", host="dev.example.test")[0] == 200
    assert get(server.port, "/main.mjs", host="dev.example.test.evil.com")[0] == 421
    assert upgrade_status(server.port, "https://other.example.test:8443") == 101
    assert upgrade_status(server.port, "https://other.example.test") == 403
    assert upgrade_status(server.port, "http://other.example.test:8443") == 403


TRAVERSALS = [
    "/../outside.mjs",
    "/lib/../../outside.mjs",
    "/%2e%2e/outside.mjs",
    "/..%2foutside.mjs",
    "/%2e%2e%2foutside.mjs",
    "/lib/..%5c..%5coutside.mjs",
    "/..\\outside.mjs",
    "/../site-evil/x.mjs",
    "//outside.mjs",
    "/%252e%252e/outside.mjs",
    "/lib/%00/../../outside.mjs",
    "/main.mjs%00.png",
    "/escape.mjs",
    "/sibling/x.mjs",
    "/.env",
    "/%2eenv",
    "/lib/../.env",
    "/.env?raw",
    "/.hidden/x.mjs",
    "/server.key",
    "/server%2ekey",
    "/.ENV",
    "/etc/passwd",
    "/@fs/etc/passwd",
    "/lib/....//....//outside.mjs",
    "/main.mjs/../../outside.mjs",
    "/main.mjs#/../.env",
    "/%c0%ae%c0%ae/outside.mjs",
    "/%ff",
    "/%",
    "/%zz",
]


@pytest.mark.parametrize("target", TRAVERSALS)
def test_nothing_outside_and_nothing_secret_over_http(pitlane, target):
    status, _, body = get(pitlane.port, target)
    assert status in (400, 403, 404)
    assert b"SECRET" not in body and b"root:" not in body


@pytest.mark.parametrize("target", TRAVERSALS)
def test_nothing_outside_and_nothing_secret_over_the_websocket(pitlane, dial, target):
    client = dial(pitlane)
    for path in (target, target.removeprefix("/")):
        for binary in (False, True):
            answer = client.ask("module:request", path=path, binary=binary)
            assert answer["type"] in ("module:error", "error")
            assert answer["code"] in ("forbidden", "not_found", "bad_request")
            assert "SECRET" not in str(answer)
        check = client.ask("module:check", path=path, hash="0" * 16)
        assert check.get("hash") is None


@pytest.mark.parametrize("target", TRAVERSALS)
def test_the_upstream_is_not_asked_for_it_either(start, site, upstream, target):
    server = start("--root", site, "--upstream", upstream.http)
    get(server.port, target)
    asked = [path for path, _ in upstream.requests]
    assert not any(".." in path or "\\" in path or "%2e%2e" in path.lower() for path in asked)
    assert not any(".env" in path.lower() or ".key" in path or "hidden" in path for path in asked)


def test_other_sites_may_not_embed_what_is_served(pitlane):
    headers = get(pitlane.port, "/main.mjs")[1]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers.get("access-control-allow-origin") != "*"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_refused_upgrade_leaves_the_connection_usable(pitlane):
    with RawConnection(pitlane.port) as connection:
        connection.send("/ws/modules", headers=upgrade_headers("https://evil.com"))
        status, headers, _ = connection.answer()
        assert status == 403
        if headers.get("connection", "").lower() != "close":
            assert connection.get("/main.mjs")[0] == 200
