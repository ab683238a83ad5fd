"""Sites of a few modules that write a log, opened through Caddy, saved and watched line by line.

All sites of a server live in folders of one root, so that one Pitlane and one Caddy serve every case.
"""

import json
import os
import signal
import time
import urllib.request
from pathlib import Path

from Harness.processes import PATIENCE, Pitlane, wait_for
from Harness.stack import Caddy, free_port

HEAD = (Path(__file__).parent / "head.js").read_text()
# Behind the client, which is to come first: it keeps its own probes from listeners that come later.
ERRORS = """<script>
addEventListener("error", ({ error, message }) => log("uncaught", error?.message ?? message));
addEventListener("unhandledrejection", ({ reason }) => log("unhandled", reason?.message ?? reason));
</script>"""
# Its update shows that everything before has been applied, and that nothing else came.
MARKER = """
import.meta.hot.accept();
if (import.meta.hot.data.shown) log("marker $v");
import.meta.hot.data.shown = true;
"""
VERSION = "$v"


class HotServer:
    """Pitlane alone on a folder, behind the example's Caddy."""

    def __init__(self, folder, storage, edit=None):
        folder.mkdir(parents=True)
        self.root = folder / "root"
        self.root.mkdir()
        self._port = free_port()
        self._children = []
        self._names = 0
        self.start_pitlane()
        self.caddy = Caddy(folder, storage, self._port, self._port, edit)
        self._children.append(self.caddy)

    def start_pitlane(self):
        self._seq = 0
        self.pitlane = Pitlane("--root", self.root, listen=f"127.0.0.1:{self._port}")
        self._children.append(self.pitlane)
        self.pitlane.wait_until_ready()

    def site(self, files, **options):
        self._names += 1
        return HotSite(self, f"site{self._names}", files, **options)

    def wait_until_told(self, path):
        """Until the watcher has told of a file: a page that comes before that would be reloaded for it."""

        def is_told():
            url = f"http://127.0.0.1:{self._port}/@pitlane/api/events?since={self._seq}"
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                told = json.load(answer)
            self._seq = told["seq"]
            return any(event.get("path") == path for event in told["events"])

        wait_for(is_told, f"the watcher to tell of {path}")

    def at_once(self, changes):
        """Makes many changes while Pitlane sleeps: it hears of all of them together."""
        self.pitlane.signal(signal.SIGSTOP)
        try:
            threads = Path(f"/proc/{self.pitlane.process.pid}/task")
            wait_for(lambda: all(is_stopped(thread) for thread in threads.iterdir()), "Pitlane to sleep")
            changes()
        finally:
            self.pitlane.signal(signal.SIGCONT)

    @property
    def url(self):
        return f"https://localhost:{self.caddy.https_port}/"

    def stop(self):
        for child in reversed(self._children):
            child.stop()


def is_stopped(thread):
    return (thread / "stat").read_text().rpartition(")")[2].split()[0] == "T"


class HotSite:
    """A folder with modules; `$v` in a text is the number of its version."""

    def __init__(self, server, name, files, entries="main.mjs", head="", body="", watch=(), tag=None):
        self.server = server
        self.folder = server.root / name
        self.url = f"{server.url}{name}/"
        self._texts = {}
        self._versions = {}
        for path, text in {"marker.mjs": MARKER, **files}.items():
            self.write(path, text)
        # However busy the machine is: a page that fell back to HTTP has no hot updates.
        tag = tag or f'<script src="/@pitlane/client.js" data-entry="marker.mjs {entries}" data-timeout="60000"></script>'
        script = f"<script>(watched => {{\n{HEAD}}})({json.dumps(list(watch))});</script>"
        page = f"<!doctype html><html><head>{script}{tag}{ERRORS}{head}</head><body>{body}</body></html>"
        self.write("index.html", page)
        server.wait_until_told(f"{name}/index.html")

    def write(self, path, text=None, by_rename=False):
        """Saves a file, with `text` or as it was, under the next version's number."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            self._texts[path] = text
        self._versions[path] = self._versions.get(path, 0) + 1
        content = self._texts[path]
        if isinstance(content, str):
            number = self._versions[path]
            # The same bytes would be no change.
            content = (content.replace(VERSION, str(number)) if VERSION in content else content + "\n" * number).encode()
        target = file.with_name(f".{file.name}~") if by_rename else file
        target.write_bytes(content)
        if by_rename:
            os.replace(target, file)

    def touch(self, path):
        """Writes the same bytes again."""
        file = self.folder / path
        file.write_bytes(file.read_bytes())

    def remove(self, path):
        (self.folder / path).unlink()


class ChromiumTab:
    def __init__(self, context):
        self.page = context.new_page()

    def open(self, url):
        self.page.goto(url, wait_until="commit")

    def evaluate(self, expression):
        return self.page.evaluate(expression)

    def pause(self):
        self.page.wait_for_timeout(5)

    def close(self):
        self.page.close()


class FirefoxTab:
    def __init__(self, tab):
        self._tab = tab

    def open(self, url):
        self._tab.open(url)

    def evaluate(self, expression):
        return self._tab.evaluate(expression)

    def pause(self):
        time.sleep(0.01)


class HotPage:
    """A tab with a site's page: what it has logged has to be what was expected, line by line."""

    def __init__(self, tab, site):
        self.tab = tab
        self.site = site
        self.expected = []
        self._marks = 1
        tab.open(site.url)

    def state(self):
        """The log, kept over reloads, and how often the server has answered."""
        try:
            return self.tab.evaluate("({log: lines(), reports, graphs})")
        except Exception as error:  # the page may be going away
            if "unresponsive" in str(error):
                raise
            return {"log": None, "reports": 0, "graphs": 0}

    def wait(self, condition, what):
        """Polls the page's state; fails at once when its log is not what is expected."""
        deadline = time.monotonic() + PATIENCE
        while True:
            state = self.state()
            log = state["log"]
            if log is not None:
                assert log == self.expected[: len(log)], self._difference(log, "another line was expected")
                if condition(state):
                    return state
            assert time.monotonic() < deadline, self._difference(log, f"waited {PATIENCE} s in vain for {what}")
            self.tab.pause()

    def _difference(self, log, what):
        shown = [f"  {line}" for line in log or ["(no page)"]]
        wanted = [f"  {line}" for line in self.expected[len(log or []) :]]
        return "\n".join([f"{what}; the log:", *shown, "expected after that, or instead of the last:", *wanted])

    def expect(self, *lines):
        """Waits until exactly these lines have been logged since the last ones."""
        self.expected += lines
        self.wait(lambda state: len(state["log"]) == len(self.expected), "more lines")
        return self

    def start(self, *lines):
        """The page runs, logs these lines, and the server knows what it runs."""
        self.expect("page", *lines)
        return self.reported()

    def reported(self):
        """Waits until the server knows what the page runs."""
        self.wait(lambda state: state["reports"] > 0, "the server to take note of what runs")
        return self

    def renewed(self, graphs):
        """Waits until the page has newer texts of what it does not run; `graphs`: how often it had got some before."""
        self.wait(lambda state: state["graphs"] > graphs, "the newer texts")
        return self

    def save(self, *paths):
        """Saves modules as they are, under the next version's number; several are changed at once."""
        return self.write(dict.fromkeys(paths))

    def write(self, files):
        """Saves modules with these texts; several are changed at once."""

        def write():
            for path, text in files.items():
                self.site.write(path, text)

        if len(files) > 1:
            self.site.server.at_once(write)
        else:
            write()
        return self

    def mark(self):
        """Shows that nothing else came: a later save's update is the next line."""
        self._marks += 1
        self.site.write("marker.mjs")
        return self.expect(f"marker {self._marks}")

    def until(self, expression):
        """Waits until the page says so."""
        self.wait(lambda _: self.tab.evaluate(f"!!({expression})"), expression)
        return self

    def run(self, expression):
        """Evaluates an expression in the page."""
        return self.tab.evaluate(expression)
