"""HTTP by hand, for what no well-behaved client would send."""

import base64
import os
import socket

from Harness.processes import PATIENCE


class RawConnection:
    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), PATIENCE)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, target, method="GET", host="localhost", headers=(), body=b""):
        lines = [f"{method} {target} HTTP/1.1"]
        if host is not None:
            lines.append(f"Host: {host}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body)

    def _fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"the connection ended after {self.buffer!r}")
        self.buffer += data

    def read(self, count):
        while len(self.buffer) < count:
            self._fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def head(self):
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return int(first.split(" ", 2)[1]), headers

    def answer(self, method="GET"):
        status, headers = self.head()
        has_body = method != "HEAD" and status not in (101, 204, 304)
        return status, headers, self.read(int(headers["content-length"])) if has_body else b""

    def get(self, target, method="GET", **options):
        self.send(target, method, **options)
        return self.answer(method)

    def at_end(self):
        """Whether the peer closes without sending more."""
        return self.buffer == b"" and self.socket.recv(1) == b""


def upgrade_headers(origin=None, **extra):
    headers = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", base64.b64encode(os.urandom(16)).decode()),
    ]
    if origin is not None:
        headers.append(("Origin", origin))
    return headers + list(extra.items())


def get(port, target, **options):
    """One request on a connection of its own: status, headers, body."""
    with RawConnection(port) as connection:
        return connection.get(target, **options)


def upgrade_status(port, origin=None, host="localhost", path="/ws/modules"):
    with RawConnection(port) as connection:
        connection.send(path, host=host, headers=upgrade_headers(origin))
        return connection.head()[0]


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True):
    """A WebSocket frame (RFC 6455 section 5.2)."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    mask_bit = 0x80 if masked else 0
    size = len(payload)
    if size < 126:
        head = bytes([first, mask_bit | size])
    elif size < 65536:
        head = bytes([first, mask_bit | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first, mask_bit | 127]) + size.to_bytes(8, "big")
    if not masked:
        return head + payload
    key = os.urandom(4)
    mask = (key * (size // 4 + 1))[:size]
    body = (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big") if size else b""
    return head + key + body


def read_frame(connection):
    """Opcode and payload of the server's next frame."""
    first, second = connection.read(2)
    size = second & 0x7F
    if size == 126:
        size = int.from_bytes(connection.read(2), "big")
    elif size == 127:
        size = int.from_bytes(connection.read(8), "big")
    return first & 0x0F, connection.read(size)


def close_code(connection):
    """Reads until the server's close frame and returns its code."""
    while True:
        opcode, payload = read_frame(connection)
        if opcode == 8:
            return int.from_bytes(payload[:2], "big")
