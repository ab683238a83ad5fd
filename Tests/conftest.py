"""Fixtures of both Python suites: the real binary, and sites for it to serve."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from Harness.client import connect
from Harness.processes import Pitlane, binary
from Harness.upstream import ScriptedUpstream


def pytest_configure(config):
    if not binary().is_file():
        raise pytest.UsageError(
            f"there is no binary {binary()}; build it with 'swift build', or set PITLANE_BINARY"
        )


@pytest.fixture
def site(tmp_path):
    """A folder with a few modules of every kind."""
    root = tmp_path / "site"
    (root / "lib").mkdir(parents=True)
    (root / "main.mjs").write_text('import { disk } from "./lib/disk.mjs";\nconsole.log(disk);\n')
    (root / "lib" / "disk.mjs").write_text("export const disk = 1;\n")
    (root / "lib" / "näme ✓.mjs").write_text('export default "käse ✓ \\u{1F980} 🦀";\n')
    (root / "data.json").write_text('{"answer": 42}\n')
    (root / "style.css").write_text("body { color: red }\n")
    (root / "index.html").write_text("<!doctype html><title>site</title>\n")
    (root / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (root / ".env").write_text("SECRET=inside\n")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "x.mjs").write_text("export const SECRET = 1;\n")
    (root / "server.key").write_text("SECRET KEY\n")
    (tmp_path / "outside.mjs").write_text("export const SECRET = 'outside';\n")
    (tmp_path / "site-evil").mkdir()
    (tmp_path / "site-evil" / "x.mjs").write_text("export const SECRET = 'sibling';\n")
    (root / "escape.mjs").symlink_to(tmp_path / "outside.mjs")
    (root / "sibling").symlink_to(tmp_path / "site-evil")
    return root


@pytest.fixture
def start(request):
    """Starts Pitlane with arguments; whatever was started is ended with the test."""
    started = []

    def begin(*arguments, **options):
        process = Pitlane(*arguments, **options)
        started.append(process)
        return process.wait_until_ready()

    yield begin
    for process in started:
        process.stop()


@pytest.fixture
def pitlane(start, site):
    """Pitlane on an ephemeral port, serving `site`."""
    return start("--root", site)


@pytest.fixture
def dial():
    """Opens WebSocket connections, which are closed with the test."""
    clients = []

    def open_client(server, **options):
        client = connect(server, **options)
        clients.append(client)
        return client

    yield open_client
    for client in clients:
        client.close()


@pytest.fixture
def upstream():
    """An upstream whose every answer the test writes itself."""
    with ScriptedUpstream() as server:
        yield server
