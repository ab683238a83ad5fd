"""The chains to compare: a static dev server behind Caddy, and Pitlane, direct and behind Caddy."""

import base64
import hashlib
import http.server
import json
import subprocess
import threading
import time

from Harness.processes import DevServer, Pitlane
from Harness.stack import CaddyServer, free_port

CADDYFILE = """\
{
	admin off
	auto_https off
	storage file_system {$FOLDER}/caddy
	log {
		level ERROR
	}
	servers :{$H1_PORT} {
		protocols h1
	}
	servers :{$H2_PORT} {
		protocols h1 h2
	}
	servers :{$PITLANE_HTTPS_PORT} {
		protocols h1 h2
	}
}
http://127.0.0.1:{$H1_PORT} {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:{$DEV_PORT}
}
https://127.0.0.1:{$H2_PORT} {
	bind 127.0.0.1
	tls {$CERTIFICATE} {$KEY}
	reverse_proxy 127.0.0.1:{$DEV_PORT}
}
https://127.0.0.1:{$PITLANE_HTTPS_PORT} {
	bind 127.0.0.1
	tls {$CERTIFICATE} {$KEY}
	@pitlane path /@pitlane/* /ws/modules
	handle @pitlane {
		reverse_proxy 127.0.0.1:{$PITLANE_PORT}
	}
	handle {
		reverse_proxy 127.0.0.1:{$DEV_PORT}
	}
}
"""


class Certificate:
    """A self-signed one for 127.0.0.1, and the hash of its key."""

    def __init__(self, folder):
        self.file, self.key = folder / "certificate.pem", folder / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        run(*command, "-keyout", self.key, "-out", self.file)
        public = run("openssl", "x509", "-in", self.file, "-pubkey", "-noout")
        body = b"".join(line for line in public.splitlines() if not line.startswith(b"-----"))
        self.key_hash = base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, timeout=120)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr.decode()}"
    return done.stdout


class Servers:
    """All of them, over one folder."""

    def __init__(self, root, folder, certificate):
        self._children = []
        try:
            self.dev_server = self._own(DevServer(root=root))
            self.pitlane = self._own(Pitlane("--root", root, "--log-level", "error")).wait_until_ready()
            h1, h2, https = free_port(), free_port(), free_port()
            names = {"FOLDER": folder, "CERTIFICATE": certificate.file, "KEY": certificate.key, "H1_PORT": h1}
            names |= {"H2_PORT": h2, "PITLANE_HTTPS_PORT": https, "DEV_PORT": self.dev_server.port}
            names |= {"PITLANE_PORT": self.pitlane.port}
            self._own(CaddyServer(folder, CADDYFILE, (h1, h2, https), names))
        except BaseException:
            self.stop()
            raise
        self.h1, self.h2 = f"http://127.0.0.1:{h1}", f"https://127.0.0.1:{h2}"
        self.direct, self.https = self.pitlane.http, f"https://127.0.0.1:{https}"

    def _own(self, child):
        self._children.append(child)
        return child

    def stop(self):
        for child in reversed(self._children):
            child.stop()


class Reports:
    """Receives what the entries send at the end of their evaluation."""

    def __init__(self):
        self._received = {}
        self._changed = threading.Condition()
        reports = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with reports._changed:
                    reports._received[self.path] = body
                    reports._changed.notify_all()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._count = 0

    def expect(self):
        """The address for the next report."""
        self._count += 1
        return f"http://127.0.0.1:{self._server.server_address[1]}/{self._count}"

    def arrived(self, address):
        return address[address.rindex("/") :] in self._received

    def take(self, address, what, patience=60):
        path = address[address.rindex("/") :]
        deadline = time.monotonic() + patience
        with self._changed:
            while path not in self._received:
                left = deadline - time.monotonic()
                assert left > 0, f"{what}: the entry did not run within {patience} s"
                self._changed.wait(left)
            return self._received.pop(path)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
