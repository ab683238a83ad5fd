"""The servers and pages of the chaos test, and whether every page runs what is on disk."""

import http.client
import json
import re

from Harness.client import is_linked
from Harness.processes import PATIENCE, Pitlane, wait_for
from Harness.stack import Caddy, free_port

# Before anything else in each page. `live`: path → the instance that ran last. `loads` outlives reloads.
HEAD = """
window.live = new Map();
sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...values) {
    super(...values);
    sockets.push(this);
  }
};
window.clicks = 0;
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) {
  return attachShadow.call(this, { ...options, mode: "open" });
};
"""

# What is wrong with the page; nothing when the code that it runs, and whatever that imports, is what is on disk.
DIFFERENCES = """([stamps, acceptingThemselves]) => {
  const wrong = [];
  for (const [path, stamp] of Object.entries(stamps)) {
    const instance = live.get(path);
    if (!instance) wrong.push(`${path} has not run`);
    else if (instance.stamp !== stamp) wrong.push(`${path} runs ${instance.stamp} instead of ${stamp}`);
  }
  const seen = new Set();
  // One instance of each module, and everybody has that one.
  const look = (instance, way) => {
    if (!instance || seen.has(instance)) return;
    seen.add(instance);
    for (const { self } of instance.held) {
      // Who imports a module that accepts itself may go on using the earlier instance.
      if (self && acceptingThemselves.includes(self.path)) continue;
      const known = self && live.get(self.path);
      if (!self || stamps[self.path] !== self.stamp) wrong.push(`${way} imports ${self?.path} ${self?.stamp}`);
      else if (self !== known) wrong.push(`${way} imports another instance of ${self.path} than the last`);
      look(self, `${way} > ${self?.path}`);
    }
  };
  for (const path of Object.keys(stamps)) look(live.get(path), path);
  const overlay = document.querySelector("pitlane-overlay");
  if (overlay) wrong.push(`there is an overlay: ${overlay.shadowRoot.textContent.replace(/\\s+/g, " ").slice(0, 300)}`);
  return wrong;
}"""

STAMP = re.compile(r"^const stamp = (\d+),", re.M)


class World:
    """Pitlane on a folder, behind the example's Caddy, which also reloads."""

    def __init__(self, folder, storage, root):
        self.root = root
        self._port = free_port()
        self._admin = free_port()
        self.children = []
        try:
            self.start_pitlane()
            self.caddy = Caddy(
                folder, storage, self._port, self._port,
                lambda text: text.replace("admin off", f"admin 127.0.0.1:{self._admin}"),
            )  # fmt: skip
            self.children.append(self.caddy)
        except BaseException:
            self.stop()
            raise
        self._config = (folder / "Caddyfile").read_text()
        self.url = f"http://localhost:{self.caddy.http_port}/"

    def start_pitlane(self):
        self.pitlane = Pitlane("--root", self.root, listen=f"127.0.0.1:{self._port}")
        self.children.append(self.pitlane)
        self.pitlane.wait_until_ready()

    def stop_pitlane(self, is_crash):
        if is_crash:
            self.pitlane.kill()
        self.pitlane.stop()

    def reload_caddy(self):
        """As `caddy reload --force` does it; connections that were upgraded end."""
        connection = http.client.HTTPConnection("127.0.0.1", self._admin, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "text/caddyfile", "Cache-Control": "must-revalidate"}
            connection.request("POST", "/load", self._config.encode(), headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
        finally:
            connection.close()

    def stop(self):
        for child in reversed(self.children):
            child.stop()


def watch(socket, say):
    """What page and server tell each other of what runs, in short."""

    def tell(direction, frame):
        message = {"type": "pack"} if isinstance(frame, bytes) or is_linked(frame) else json.loads(frame)
        kind = message["type"]
        if kind == "hot:update":
            updates = [f"{u['boundary']} <- {' '.join(u['chain'])}" for u in message["updates"]]
            changed = " ".join(module["path"] for module in message["modules"])
            say(f"{direction} {kind} {changed}; {'; '.join(updates)}; prune {message['prune']}; cleared {message.get('cleared')}")
        elif kind in ("reload", "hot:error", "resync", "resume", "resumed"):
            say(f"{direction} {frame[:300]}")
        elif kind in ("hot:running", "module:graph"):
            about = message.get("modules", message.get("entries"))
            names = " ".join(about) if isinstance(about, (dict, list)) and len(about) < 40 else about
            say(f"{direction} {kind} {'reset' if message.get('reset') else ''} {names}")

    socket.on("framereceived", lambda frame: tell("<", frame))
    socket.on("framesent", lambda frame: tell(">", frame))


class ChaosPage:
    """One tab."""

    def __init__(self, context, world, graph, entry, say):
        self.graph, self.entry = graph, entry
        self.loads = 1
        self.clicks = 0
        self.is_lazy = False
        self.reloads = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        name = entry.path.removesuffix(".mjs")

        def write(text):
            if "Reloading:" in text:
                self.reloads.append(text)
            say(f"    {name}: {text}")

        self.page.on("websocket", lambda socket: watch(socket, lambda text: say(f"    {name} {text}")))
        self.page.on("console", lambda message: write(message.text))
        self.page.on("pageerror", lambda error: write(f"uncaught: {error}"))
        tag = f'<script src="/@pitlane/client.js" data-entry="/{entry.path}" data-timeout="60000"></script>'
        (graph.root / f"{name}.html").write_text(f"<!doctype html><html><head><script>{HEAD}</script>{tag}</head></html>")
        self.page.goto(f"{world.url}{name}.html", wait_until="commit")

    def evaluate(self, expression, argument=None):
        return self.page.evaluate(expression, argument)

    @property
    def modules(self):
        return self.graph.closure(self.entry, self.is_lazy)

    def differences(self):
        """What is wrong with the page, as the files are now."""
        stamps = {}
        for module in self.modules:
            stamps[module.path] = int(STAMP.search(self.graph.file(module).read_text()).group(1))
        accepting = [module.path for module in self.modules if module.accepts == "itself"]
        if self.is_lazy:
            # What was pruned while nobody mentioned it is loaded again by who mentions it.
            self.evaluate("loadLazily().catch(() => {})")
        return self.evaluate(DIFFERENCES, [stamps, accepting])

    def count_loads(self):
        return self.evaluate("Number(sessionStorage.loads)")

    def close_socket(self):
        self.evaluate("sockets.at(-1)?.close(4000, 'chaos')")

    def click(self):
        """State beside the modules, which a reload would lose."""
        self.clicks += 1
        self.evaluate("void (window.clicks += 1)")

    def born(self, paths):
        """When the data of these modules was made, for import.meta.hot.data outlives updates."""
        return self.evaluate("(paths) => Object.fromEntries(paths.map((path) => [path, live.get(path)?.data.born]))", paths)

    def wait_until_current(self):
        wrong = ["not looked at"]

        def poll():
            nonlocal wrong
            self.page.wait_for_timeout(10)
            wrong = self.differences()
            return not wrong

        try:
            wait_for(poll, f"{self.entry.path} to be current", 20)
        except AssertionError:
            raise AssertionError(f"{self.entry.path} is not what is on disk: {json.dumps(wrong, indent=1)}") from None
