"""The connection is lost and comes back, with and without changes meanwhile; reloads that cannot be avoided."""

import subprocess
from pathlib import Path

import pytest
from hotsite import HotServer
from Harness.processes import PATIENCE
from Harness.stack import free_port

ACCEPT = "import.meta.hot.accept();"
FILES = {
    "main.mjs": "import './dep.mjs'; import './plain.mjs'; window.same = 'same page';",
    "dep.mjs": f"import {{ v }} from './leaf.mjs'; log('dep $v sees', v); {ACCEPT}",
    "leaf.mjs": "export const v = $v;",
    "plain.mjs": "log('plain $v');",
}
START = ["dep 1 sees 1", "plain 1"]
DOWN, UP = "pitlane:ws:disconnect", "pitlane:ws:connect"


class ReloadableServer(HotServer):
    """Its Caddy can be told to read its file again, which closes every WebSocket."""

    def __init__(self, folder, storage):
        self._admin = f"localhost:{free_port()}"
        super().__init__(folder, storage, lambda text: text.replace("admin off", f"admin {self._admin}"))
        self._config = folder / "Caddyfile"
        self._open = self._config.read_text()

    def reload_caddy(self, lets_in=True):
        """`lets_in`: whether Pitlane can be reached from then on."""
        refusing = self._open.replace("reverse_proxy 127.0.0.1:{$PITLANE_PORT:8889}", 'respond "away" 503')
        assert refusing != self._open
        self._config.write_text(self._open if lets_in else refusing)
        variables = Path(f"/proc/{self.caddy.process.pid}/environ").read_text().split("\0")
        environment = dict(variable.split("=", 1) for variable in variables if variable)
        command = [self.caddy.command[0], "reload", "--config", self._config, "--adapter", "caddyfile", "--address", self._admin, "--force"]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE, env=environment)


@pytest.fixture(scope="module")
def server(tmp_path_factory, certificates):
    server = ReloadableServer(tmp_path_factory.mktemp("reconnect") / "server", certificates)
    yield server
    server.stop()


@pytest.fixture
def page(open_page):
    """Runs FILES, and keeps its state over everything but a reload."""
    return open_page(FILES, watch=["events"]).start(UP, *START)


def update(path, *lines):
    return [f"pitlane:beforeUpdate {path}", *lines, f"pitlane:afterUpdate {path}"]


def assert_same(page):
    assert page.run("same") == "same page"


def test_caddy_reads_its_file_again(page, server):
    server.reload_caddy()
    page.expect(DOWN, UP).reported()
    page.save("leaf.mjs").expect(*update("/dep.mjs", "dep 1 sees 2")).mark()
    assert_same(page)


def test_saves_while_caddy_lets_nobody_in(page, server):
    server.reload_caddy(lets_in=False)
    page.expect(DOWN)
    page.save("leaf.mjs")
    page.save("leaf.mjs")
    page.save("dep.mjs")
    server.reload_caddy()
    page.expect(UP, *update("/dep.mjs", "dep 2 sees 3")).reported().mark()
    assert_same(page)


def test_a_save_that_nothing_accepts_while_caddy_lets_nobody_in(page, server):
    server.reload_caddy(lets_in=False)
    page.expect(DOWN)
    page.save("plain.mjs")
    server.reload_caddy()
    page.expect(UP, "pitlane:beforeFullReload /plain.mjs", "page", UP, "dep 1 sees 1", "plain 2").reported().mark()


def test_pitlane_is_restarted(page, server):
    server.pitlane.kill()
    page.expect(DOWN)
    server.start_pitlane()
    page.expect(UP).reported().mark()
    page.save("leaf.mjs").expect(*update("/dep.mjs", "dep 1 sees 2")).mark()
    assert_same(page)


def test_pitlane_is_restarted_with_changes(page, server):
    server.pitlane.kill()
    page.expect(DOWN)
    page.site.write("leaf.mjs")
    page.site.write("dep.mjs")
    server.start_pitlane()
    page.expect(UP, *update("/dep.mjs", "dep 2 sees 2")).reported().mark()
    assert_same(page)


def test_pitlane_is_restarted_with_a_change_that_nothing_accepts(page, server):
    server.pitlane.kill()
    page.expect(DOWN)
    page.site.write("leaf.mjs")
    page.site.write("plain.mjs")
    server.start_pitlane()
    page.expect(UP, "pitlane:beforeFullReload /plain.mjs", "page", UP, "dep 1 sees 2", "plain 2").reported().mark()


def test_pitlane_is_restarted_while_a_module_is_broken(page, server):
    page.write({"leaf.mjs": "export const v = ;"})
    page.expect(*update("/dep.mjs"), "problem leaf.mjs:1:18 SyntaxError: Unexpected token ';'")
    server.pitlane.kill()
    page.expect(DOWN)
    server.start_pitlane()
    page.expect(UP).reported().mark()
    assert page.run("overlay().length") == 1
    page.write({"leaf.mjs": FILES["leaf.mjs"]}).expect(*update("/dep.mjs", "dep 1 sees 3")).mark()
    assert page.run("overlay()") is None
    assert_same(page)


def test_a_file_is_deleted_and_restored_while_pitlane_is_away(page, server):
    server.pitlane.kill()
    page.expect(DOWN)
    file = page.site.folder / "leaf.mjs"
    before = file.read_bytes()
    file.unlink()
    file.write_bytes(before)
    server.start_pitlane()
    page.expect(UP).reported().mark()
    assert_same(page)


def test_what_is_sent_while_pitlane_is_away(open_page, server):
    files = {"main.mjs": "import.meta.hot.on('my:event', (data) => log('heard', data)); window.send = (data) => import.meta.hot.send('my:event', data);"}
    page = open_page(files, watch=["events"]).start(UP)
    server.pitlane.kill()
    page.expect(DOWN)
    page.run("send('one'); send('two')")
    server.start_pitlane()
    page.expect(UP, "heard one", "heard two").reported().mark()


def test_a_reload_keeps_the_scroll_position(open_page):
    body = "<div style='height: 5000px'></div>"
    page = open_page({"main.mjs": "log('main $v');"}, body=body).start("main 1")
    page.run("scrollTo(0, 1234)")
    page.save("main.mjs").expect("page", "main 2")
    page.until("scrollY === 1234")


def test_the_page_itself_is_saved(open_page):
    page = open_page({"main.mjs": "log('main');"}, watch=["events"]).start(UP, "main")
    page.save("index.html").expect("pitlane:beforeFullReload /index.html", "page", UP, "main").reported().mark()
