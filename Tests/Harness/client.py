"""A foreign WebSocket client: the Python package websockets, with answers matched by id."""

import hashlib
import itertools
import json
import time
from urllib.parse import unquote_to_bytes

from websockets.sync.client import connect as websockets_connect

from Harness.processes import PATIENCE


def digest(content):
    """A module's hash as protocol.md defines it."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:16]


def connect(server, compression=None, path="/ws/modules", **options):
    url = server if isinstance(server, str) else f"ws://127.0.0.1:{server.port}{path}"
    options.setdefault("open_timeout", PATIENCE)
    options.setdefault("close_timeout", 10)
    options.setdefault("ping_interval", None)
    return Client(websockets_connect(url, compression=compression, max_size=None, proxy=None, **options))


class Client:
    def __init__(self, connection):
        self.connection = connection
        self._ids = itertools.count(1)
        self._kept = []

    def send(self, message):
        self.connection.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    def receive(self, timeout=PATIENCE):
        """The next frame: a message as a dictionary, or a pack as bytes."""
        frame = self.connection.recv(timeout)
        return json.loads(frame) if isinstance(frame, str) else frame

    def until(self, wanted, timeout=PATIENCE):
        """The first message that `wanted` accepts; the others are kept for later calls."""
        for index, message in enumerate(self._kept):
            if wanted(message):
                return self._kept.pop(index)
        deadline = time.monotonic() + timeout
        while True:
            message = self.receive(max(0.001, deadline - time.monotonic()))
            if wanted(message):
                return message
            self._kept.append(message)

    def until_type(self, name, timeout=PATIENCE):
        return self.until(lambda m: isinstance(m, dict) and m["type"] == name, timeout)

    def ask(self, kind, **fields):
        """Sends a request with an id of its own and returns its answer."""
        identifier = f"t{next(self._ids)}"
        self.send({"type": kind, "id": identifier, **fields})
        return self.until(
            lambda m: m.get("id") == identifier if isinstance(m, dict) else unpack(m)[0].get("id") == identifier
        )

    def update(self, path, timeout=PATIENCE):
        """The next module:updated for `path`; those for other paths are kept."""
        return self.until(
            lambda m: isinstance(m, dict) and m["type"] == "module:updated" and m["path"] == path, timeout
        )

    def close(self):
        self.connection.close()


def unpack(frame):
    """A pack's header and the bytes of each of its modules."""
    assert frame[:4] == b"PLP1"
    length = int.from_bytes(frame[4:8], "big")
    header = json.loads(frame[8 : 8 + length])
    rest = frame[8 + length :]
    modules = []
    for module in header["modules"]:
        modules.append(rest[: module["length"]])
        rest = rest[module["length"] :]
    assert rest == b""
    return header, modules


def is_linked(frame):
    """Whether a frame is the one text message that is not JSON."""
    return isinstance(frame, str) and '"type":"module:linked"' in frame[:80]


def unpack_linked(frame):
    """Path and own bytes of each module of a module:linked."""
    head, text, detail = map(json.loads, frame.split("\n"))
    modules = []
    for path, address, changes in zip(head["paths"], text["imports"].values(), detail["changes"]):
        linked = unquote_to_bytes(address.split(",", 1)[1])
        own, start = b"", 0
        for offset, length, original in changes:
            own += linked[start:offset] + original.encode()
            start = offset + length
        modules.append((path, own + linked[start:]))
    return modules
