"""Firefox without a window, driven over WebDriver BiDi: its own profile, an ephemeral port, bounded waits."""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from websockets.sync.client import connect

from Harness import client_sources
from Harness.processes import PATIENCE, wait_for

# Nothing that asks the network or changes from one day to the next.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.max_script_run_time": 0,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


def executable():
    """The browser's path, or None when there is none."""
    return shutil.which(os.environ.get("FIREFOX", "firefox-esr"))


class Firefox:
    """A context manager; the process and all it started end with it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
        profile = Path(self._folder.name)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines) + "\n")
        path = executable()
        assert path, "there is no firefox-esr; install it, or set FIREFOX"
        self._output = []
        self._process = subprocess.Popen(
            [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()
        self._socket = None
        self._ids = itertools.count(1)
        try:
            address = wait_for(self._address, "Firefox to say where it listens")
            self._socket = connect(f"{address}/session", max_size=None, proxy=None, open_timeout=PATIENCE, ping_interval=None)
            session = self.command("session.new", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})
            self.version = session["capabilities"]["browserVersion"]
            if client_sources.wanted():
                self.command("session.subscribe", {"events": ["network.beforeRequestSent"]})
                self.command("network.addIntercept", client_sources.INTERCEPT)
        except BaseException:
            self.close()
            raise

    def _collect(self):
        for line in self._process.stderr:
            self._output.append(line.decode("utf-8", "replace"))

    def _address(self):
        text = "".join(self._output)
        assert self._process.poll() is None, f"Firefox ended with {self._process.returncode}:\n{text}"
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", text)
        return found and found.group(1)

    def _send(self, method, params):
        identifier = next(self._ids)
        self._socket.send(json.dumps({"id": identifier, "method": method, "params": params}))
        return identifier

    def command(self, method, params, patience=PATIENCE):
        """Sends a BiDi command and returns its result."""
        identifier = self._send(method, params)
        deadline = time.monotonic() + patience
        while True:
            answer = json.loads(self._socket.recv(max(0.001, deadline - time.monotonic())))
            if answer.get("method") == "network.beforeRequestSent" and answer["params"]["isBlocked"]:
                self._send("network.provideResponse", client_sources.bidi_response(answer["params"]["request"]["request"]))
            if answer.get("id") != identifier:
                continue  # an event, or the answer to a command that was given up
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
            return answer["result"]

    def new_tab(self):
        return Tab(self, self.command("browsingContext.create", {"type": "tab"})["context"])

    def close(self):
        if self._socket:
            try:
                self._socket.close()
            except Exception:
                pass  # the process ends anyway
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait(10)
        self._reader.join(10)
        self._process.stderr.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Tab:
    def __init__(self, firefox, context):
        self._firefox = firefox
        self._context = context

    def open(self, url, patience=PATIENCE):
        """Navigates; returns once the page has been loaded."""
        self._firefox.command(
            "browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"}, patience
        )

    def evaluate(self, expression, patience=PATIENCE):
        """The JSON-like value of an expression, once its promise is settled."""
        answer = self._firefox.command(
            "script.evaluate",
            {
                "expression": f"(async () => JSON.stringify((await ({expression})) ?? null))()",
                "target": {"context": self._context},
                "awaitPromise": True,
                "resultOwnership": "none",
            },
            patience,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def close(self):
        self._firefox.command("browsingContext.close", {"context": self._context})
