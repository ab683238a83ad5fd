"""The example as a user runs it: a browser's way through a real Caddy to Pitlane and the dev server."""

import os
import shutil
import socket

from Harness.processes import REPOSITORY, Child, DevServer, Pitlane, wait_for

EXAMPLE = REPOSITORY / "examples" / "caddy-stack"
# Modules that count themselves in window.__ran.
MODULES = 81
ERROR_ROUTE = "handle @client {"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class CaddyServer(Child):
    """Caddy with a Caddyfile of this text and these variables in it; it answers on all `ports`."""

    def __init__(self, folder, text, ports, variables):
        config = folder / "Caddyfile"
        config.write_text(text)
        environment = {"XDG_CONFIG_HOME": folder / "config", "XDG_DATA_HOME": folder / "data", **variables}
        command = [os.environ.get("CADDY", "caddy"), "run", "--config", config, "--adapter", "caddyfile"]
        super().__init__(command, {name: str(value) for name, value in environment.items()})

        def ready():
            assert self.process.poll() is None, f"Caddy ended:\n{self.output}"
            return all(answers(port) for port in ports)

        wait_for(ready, "Caddy to listen")


class Caddy(CaddyServer):
    """Caddy with the example's Caddyfile, on free ports unless `ports` has two; `edit` changes the file's text."""

    def __init__(self, folder, storage, dev_port, pitlane_port, edit=None, ports=None):
        text = (EXAMPLE / "Caddyfile").read_text()
        if edit:
            edited = edit(text)
            assert edited != text, "the edit of the Caddyfile changed nothing"
            text = edited
        self.https_port, self.http_port = ports or (free_port(), free_port())
        variables = {
            "HTTPS_PORT": self.https_port,
            "HTTP_PORT": self.http_port,
            "DEV_PORT": dev_port,
            "PITLANE_PORT": pitlane_port,
            "CADDY_STORAGE": storage,
        }
        super().__init__(folder, text, (self.https_port, self.http_port), variables)


class Stack:
    """Dev server, Caddy and, unless told otherwise, Pitlane over a copy of the example's app.

    `timeout` is the page's data-timeout: on a busy machine the default would leave pages to HTTP.
    """

    def __init__(self, folder, storage, flaky=0, seed=1, pitlane=True, empty_root=False, edit=None, pitlane_port=None, timeout=20_000):
        folder.mkdir(parents=True, exist_ok=True)
        self.app = folder / "app"
        shutil.copytree(EXAMPLE / "app", self.app)
        page = (self.app / "index.html").read_text()
        start, end = page.index("    <script"), page.index("</script>") + len("</script>")
        plain = '    <script type="module" src="/main.mjs"></script>'
        (self.app / "plain.html").write_text(page[:start] + plain + page[end:])
        patient = page.replace(" data-entry=", f' data-timeout="{timeout}" data-entry=')
        assert patient != page
        (self.app / "index.html").write_text(patient)
        self.root = self.app
        if empty_root:
            self.root = folder / "empty"
            self.root.mkdir()
        self.pitlane = None
        self.pitlane_port = pitlane_port or free_port()
        self._children = []
        try:
            self.dev_server = self._own(DevServer(flaky=flaky, seed=seed, root=self.app))
            if pitlane:
                self.start_pitlane()
            self.caddy = self._own(Caddy(folder, storage, self.dev_server.port, self.pitlane_port, edit))
        except BaseException:
            self.stop()
            raise

    def _own(self, child):
        self._children.append(child)
        return child

    def start_pitlane(self, *arguments):
        self.pitlane = self._own(
            Pitlane(
                "--root", self.root, "--upstream", self.dev_server.http, *arguments,
                listen=f"127.0.0.1:{self.pitlane_port}",
            )  # fmt: skip
        ).wait_until_ready()

    @property
    def https(self):
        return f"https://localhost:{self.caddy.https_port}/"

    @property
    def http(self):
        return f"http://localhost:{self.caddy.http_port}/"

    def save(self, path, old, new):
        """Edits a module of the app as an editor would."""
        file = self.app / path
        text = file.read_text()
        assert old in text, f"{path} does not hold {old!r}"
        temporary = file.with_name(file.name + "~")
        temporary.write_text(text.replace(old, new))
        os.replace(temporary, file)

    def stop(self):
        for child in reversed(self._children):
            child.stop()
