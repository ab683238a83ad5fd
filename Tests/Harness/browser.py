"""A page in headless Chromium, with what Pitlane tells it, what its WebSockets carry and what it asks over HTTP."""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from Harness import client_sources
from Harness.client import is_linked, unpack, unpack_linked
from Harness.processes import PATIENCE, wait_for
from Harness.stack import MODULES

# Tells Python of every event of Pitlane, and keeps what made the page fail.
RECORD = """
for (const name of ["connected", "disconnected", "failed", "loaded", "update", "updated", "error", "progress"]) {
  window.addEventListener(`pitlane:${name}`, ({ detail }) => window.__tell(name, JSON.stringify(detail)));
}
window.addEventListener("error", ({ target, message }) => {
  // The client itself may be missing: that is what the tag's onerror is for.
  if (!target.src?.includes("/@pitlane/")) window.__failed ??= message ?? `no ${target.src ?? target.href}`;
}, true);
window.addEventListener("unhandledrejection", ({ reason }) => (window.__failed ??= String(reason)));
"""


def chromium(playwright):
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    assert Path(path).exists(), f"there is no {path}; set CHROMIUM"
    # Chromium's sandbox cannot be used by root.
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
    return client_sources.put_into(browser) if client_sources.wanted() else browser


class Visit:
    """One tab. A context that is passed in keeps its caches between visits."""

    def __init__(self, context):
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.events = []
        self.frames = []
        self.sent = []
        self.requests = []
        self.console = []
        self.page.expose_binding("__tell", lambda _, name, detail: self.events.append((name, json.loads(detail))))
        self.page.add_init_script(RECORD)
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("websocket", self._watch)

    def _watch(self, socket):
        socket.on("framereceived", lambda payload: self.frames.append(payload))
        socket.on("framesent", lambda payload: self.sent.append(json.loads(payload)))

    def open(self, url):
        self.page.goto(url, wait_until="commit")
        return self.wait_until_ready()

    def wait_until_ready(self):
        """Waits for every module to have run."""
        self.page.wait_for_function(
            f"document.documentElement?.dataset.ready === 'yes' && window.__ran.size >= {MODULES} || window.__failed"
        )
        failed = self.page.evaluate("window.__failed")
        assert failed is None, f"the page failed: {failed}\n" + "\n".join(self.console)
        return self

    def wait_for(self, condition, what):
        """Polls while the browser's events come in."""

        def poll():
            self.page.wait_for_timeout(10)
            return condition()

        return wait_for(poll, f"{what}; events: {self.events}; console: {self.console[-5:]}")

    def event(self, name, which=lambda detail: True, after=0):
        """The first event of that name, counted from `after`."""
        found = self.wait_for(
            lambda: [detail for n, detail in self.events[after:] if n == name and which(detail)], f"pitlane:{name}"
        )
        return found[0]

    @property
    def loaded(self):
        return self.event("loaded")

    def text(self, selector):
        return self.page.inner_text(selector)

    def modules_over_http(self):
        """Paths of the module requests that the browser made itself."""
        paths = [urlsplit(request.url).path for request in self.requests]
        return [path for path in paths if path.endswith((".mjs", ".json", ".css")) and path != "/page.css"]

    def modules_over_websocket(self):
        """Path and bytes of every module that came, in a pack or linked."""
        modules = []
        for frame in self.frames:
            if isinstance(frame, bytes):
                header, contents = unpack(frame)
                modules += [(entry["path"], content) for entry, content in zip(header["modules"], contents)]
            elif is_linked(frame):
                modules += unpack_linked(frame)
        return modules

    def graphs_asked_for(self):
        return [message for message in self.sent if message["type"] == "module:graph" and "digest" not in message]

    def assert_ran_once(self):
        """Every module ran exactly once, under its own URL."""
        counts = dict(self.page.evaluate("[...window.__ran]"))
        assert {name: count for name, count in counts.items() if count != 1} == {}
        assert len(counts) == MODULES, sorted(counts)
        assert "/main.mjs" in counts and "/generated/round-8.mjs" in counts

    def close(self):
        self.page.close()
