"""An upstream that answers exactly what a test tells it to, byte by byte, truncation included."""

import socket
import threading


def whole(body, content_type="text/javascript", status="200 OK", **headers):
    """A correct answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


def cut(body, kept):
    """An answer that ends before its Content-Length."""
    answer = whole(body)
    return answer[: len(answer) - len(body) + kept]


def broken_chunks(body, kept):
    """A chunked answer that ends inside a chunk."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + f"{len(body):x}\r\n{body[:kept]}".encode()


def chunks(body, size):
    """A correct chunked answer."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nTransfer-Encoding: chunked\r\n\r\n"
    data = body.encode()
    parts = [data[i : i + size] for i in range(0, len(data), size)]
    return head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


HANG = object()


class ScriptedUpstream:
    """`answers[path]` is a list of answers, the last of which repeats; `requests` is what was asked.

    An answer is its bytes, HANG (accepts, never answers), or a function from the request's head to either.
    The connection ends after each.
    """

    def __init__(self):
        self.answers = {}
        self.requests = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"

    def count(self, path):
        with self._lock:
            return sum(1 for asked, _ in self.requests if asked == path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        # shutdown wakes the thread that is in accept; close alone would not.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65536)
                if not data:
                    return connection.close()
                head += data
            text = head.decode("latin-1")
            path = text.split(" ")[1]
            with self._lock:
                self.requests.append((path, text))
                script = self.answers.get(path) or [whole("not here\n", "text/plain", "404 Not Found")]
                answer = script.pop(0) if len(script) > 1 else script[0]
            if callable(answer):
                answer = answer(text)
            if answer is HANG:
                return None
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
            connection.close()
        except OSError:
            connection.close()
