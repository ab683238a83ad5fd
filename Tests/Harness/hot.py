"""A site of a test's own behind the real Caddy, and a tab on it whose modules write what happens into one log."""

import os

from playwright.sync_api import Error

from Harness.browser import Visit
from Harness.processes import DevServer, Pitlane
from Harness.stack import Caddy, free_port

# `log("x")` in modules. The page's own events, and problems, are there for the tests to wait for.
LOG = """<script>
window.lines = []; window.log = (...words) => void lines.push(words.join(" "));
window.problems = []; addEventListener("pitlane:error", ({ detail }) => problems.push(detail));
window.updates = []; addEventListener("pitlane:updated", ({ detail }) => updates.push(detail));
window.same = true;
</script>"""


def page(head="", attributes='data-entry="main.mjs"'):
    tag = f'<script src="/@pitlane/client.js" data-timeout="60000" {attributes}></script>'
    return f"<!doctype html><html><head>{LOG}{tag}{head}</head><body></body></html>"


class HotSite:
    """A folder with these files, and dev server, Pitlane and Caddy before it."""

    def __init__(self, folder, certificates, files, *arguments):
        self.root = folder / "site"
        self.arguments = arguments
        self._children = []
        for name, content in {"index.html": page(), **files}.items():
            self._put(self.root / name, content)
        self.pitlane_port = free_port()
        try:
            self.dev_server = self._own(DevServer(root=self.root))
            self.start_pitlane()
            ports = free_port(), free_port()
            self._start_caddy = lambda: Caddy(folder, certificates, self.dev_server.port, self.pitlane_port, ports=ports)
            self.start_caddy()
        except BaseException:
            self.stop()
            raise
        self.url = f"https://localhost:{self.caddy.https_port}/"

    def _own(self, child):
        self._children.append(child)
        return child

    def start_pitlane(self):
        """The first, or the next after `pitlane.kill()`."""
        self.pitlane = self._own(
            Pitlane(
                "--root", self.root, "--upstream", self.dev_server.http, *self.arguments,
                listen=f"127.0.0.1:{self.pitlane_port}",
            )  # fmt: skip
        ).wait_until_ready()

    def start_caddy(self):
        """The first, or the next after `caddy.stop()`, on the same ports."""
        self.caddy = self._own(self._start_caddy())

    @staticmethod
    def _put(file, content):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(file.name + "~")
        temporary.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.replace(temporary, file)

    def write(self, name, content):
        """Saves a file as an editor would."""
        self._put(self.root / name, content)

    def edit(self, name, old, new):
        text = (self.root / name).read_text()
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new))

    def remove(self, name):
        (self.root / name).unlink()

    def stop(self):
        for child in reversed(self._children):
            child.stop()


class HotTab:
    """A tab on a `HotSite`; ready once the server knows what it runs."""

    def __init__(self, context, site):
        self.visit = Visit(context)
        self.page = self.visit.page
        self.page.goto(site.url, wait_until="commit")
        self.ready()

    def reports(self):
        """How many reports of what the page runs have been answered."""
        return sum(1 for frame in self.visit.frames if isinstance(frame, str) and '"type":"hot:running"' in frame)

    def ready(self, reports=1):
        self.visit.wait_for(lambda: self.reports() >= reports, f"{reports} answers to hot:running")

    @property
    def lines(self):
        try:
            return self.page.evaluate("window.lines ?? []")
        except Error:
            return []  # the page is being reloaded

    def wait(self, *lines):
        """Waits until the log ends with `lines`, and returns all of it."""
        wanted = list(lines)
        self.visit.wait_for(lambda: self.lines[-len(wanted) :] == wanted, f"{wanted}")
        return self.lines

    def since(self, count, *lines):
        """Waits for exactly these lines after the first `count`."""
        wanted = list(lines)
        try:
            self.visit.wait_for(lambda: len(self.lines) >= count + len(wanted), f"{wanted}")
        finally:
            assert self.lines[count:] == wanted
        return count + len(wanted)

    def mark(self):
        """How many lines there are now."""
        return len(self.lines)

    def problem(self, number):
        """The `number`th problem that the page was told of, from 1."""
        self.visit.wait_for(lambda: self.page.evaluate("problems.length") >= number, f"problem {number}")
        return self.page.evaluate(f"problems[{number - 1}]")

    def assert_not_reloaded(self):
        assert self.page.evaluate("window.same") is True
        assert [name for name, _ in self.visit.events].count("loaded") <= 1
