"""Headless Chromium over its own protocol. Timed visits have no session attached: instrumentation costs the HTTP
variants an event per request, and the linked ones a copy of every data: URL."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from Harness.processes import Child
from websockets.sync.client import connect

FLAGS = [
    "--headless=new", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--mute-audio", "--no-proxy-server",
    "--password-store=basic", "--use-mock-keychain",
    # The address bar's pop-ups are pages themselves: with each new window they took a second of processor time.
    "--disable-features=Translate,OptimizationHints,MediaRouter,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
]  # fmt: skip
PATIENCE = 60


class Chromium:
    name = "chromium"

    def __init__(self, certificate):
        self._profile = tempfile.mkdtemp(prefix="pitlane-chromium-")
        path = os.environ.get("CHROMIUM", "chromium")
        # Named by its key, the certificate counts as valid: with one that is merely tolerated nothing is cached.
        flags = [*FLAGS, f"--user-data-dir={self._profile}", f"--ignore-certificate-errors-spki-list={certificate.key_hash}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # it cannot be used by root
        self._child = Child([path, *flags, "about:blank"])
        self._ids = itertools.count(1)
        try:
            self._socket = connect(self._address(), max_size=None, proxy=None, compression=None, ping_interval=None)
        except BaseException:
            self.stop()
            raise
        self.version = self._call("Browser.getVersion")["product"].split("/")[1]

    def _address(self):
        file = Path(self._profile) / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while not (file.exists() and "\n" in file.read_text()):
            assert self._child.process.poll() is None, f"Chromium ended:\n{self._child.output}"
            assert time.monotonic() < deadline, f"Chromium opened no port:\n{self._child.output}"
            time.sleep(0.02)
        port, path = file.read_text().split("\n")[:2]
        return f"ws://127.0.0.1:{port}{path}"

    def _call(self, method, session=None, events=None, **parameters):
        identifier = next(self._ids)
        message = {"id": identifier, "method": method, "params": parameters}
        self._socket.send(json.dumps(message if session is None else {**message, "sessionId": session}))
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = json.loads(self._socket.recv(max(0.001, deadline - time.monotonic())))
            if answer.get("id") == identifier:
                assert "error" not in answer, f"{method}: {answer.get('error')}"
                return answer["result"]
            if events is not None and "method" in answer:
                events.append(answer)

    def context(self):
        return Context(self, self._call("Target.createBrowserContext")["browserContextId"])

    def stop(self):
        self._child.stop()
        shutil.rmtree(self._profile, ignore_errors=True)


class Context:
    """A profile of its own: nothing cached at first."""

    def __init__(self, browser, identifier):
        self._call = browser._call
        self._identifier = identifier
        self.open("about:blank")  # the window, so that what is measured opens in a tab of it

    def open(self, url):
        return self._call("Target.createTarget", url=url, browserContextId=self._identifier)["targetId"]

    def evaluate(self, tab, expression):
        """What `expression` or its promise gives, in a page that has been measured."""
        session = self._call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        answer = self._call(
            "Runtime.evaluate", session, expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, f"{expression}: {answer}"
        self._call("Target.detachFromTarget", sessionId=session)
        return answer["result"].get("value")

    def watch(self, url, done):
        """Opens `url` with the network recorded until `done()`. Returns what went over the wire."""
        tab = self.open("about:blank")
        session = self._call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        events = []
        self._call("Network.enable", session)
        self._call("Page.navigate", session, events, url=url)
        while not done():
            self._call("Runtime.evaluate", session, events, expression="1")
            time.sleep(0.05)
        # Finished requests are told late.
        time.sleep(0.3)
        self._call("Runtime.evaluate", session, events, expression="1")
        self.close_tab(tab)
        return Wire(events)

    def close_tab(self, tab):
        self._call("Target.closeTarget", targetId=tab)

    def close(self):
        self._call("Target.disposeBrowserContext", browserContextId=self._identifier)


class Wire:
    """HTTP requests with their bytes, and WebSocket frames, of one visit."""

    def __init__(self, events):
        urls, self.http, self.frames = {}, [], []
        for event in events:
            parameters = event["params"]
            if event["method"] == "Network.requestWillBeSent" and parameters["request"]["url"].startswith("http"):
                urls[parameters["requestId"]] = parameters["request"]["url"]
            elif event["method"] == "Network.loadingFinished" and parameters["requestId"] in urls:
                path = urlsplit(urls[parameters["requestId"]]).path
                self.http.append((path, int(parameters["encodedDataLength"])))
            elif event["method"] == "Network.webSocketFrameReceived":
                frame = parameters["response"]
                text = frame["payloadData"]
                self.frames.append(base64.b64decode(text) if frame["opcode"] == 2 else text)


def version_line(command):
    """The first line of what `command` prints; None when there is no such program."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip().split("\n")[0]
    except OSError:
        return None
