"""Processes under test: started, waited for by what they print, and always ended."""

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# Generous: a loaded machine must not fail a test.
PATIENCE = 60


def binary():
    return (REPOSITORY / os.environ.get("PITLANE_BINARY", ".build/debug/pitlane")).resolve()


def wait_for(condition, what, timeout=PATIENCE):
    """Polls until `condition()` is true and returns what it returned."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s in vain for {what}")
        time.sleep(0.02)


class Child:
    """A process whose output is collected while it runs."""

    def __init__(self, command, environment=None, cwd=None):
        variables = {k: v for k, v in os.environ.items() if not k.startswith("PITLANE_")}
        variables.update(environment or {})
        self.command = [str(part) for part in command]
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables,
            cwd=cwd,
        )
        self.stdout, self.stderr = [], []
        self._readers = [
            threading.Thread(target=self._collect, args=(stream, into), daemon=True)
            for stream, into in [(self.process.stdout, self.stdout), (self.process.stderr, self.stderr)]
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _collect(stream, into):
        for line in stream:
            into.append(line.decode("utf-8", "replace"))

    @property
    def output(self):
        return "".join(self.stdout) + "".join(self.stderr)

    def wait_for_output(self, pattern, timeout=PATIENCE):
        """The first match of `pattern` in what the process printed to stdout."""

        def found():
            match = re.search(pattern, "".join(self.stdout))
            if not match and self.process.poll() is not None:
                self._join()
                match = re.search(pattern, "".join(self.stdout))
                if not match:
                    raise AssertionError(f"{self.command} ended with {self.process.returncode}:\n{self.output}")
            return match

        return wait_for(found, f"{pattern!r} from {self.command}; it printed:\n{self.output}", timeout)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout=PATIENCE):
        """The exit code."""
        code = self.process.wait(timeout)
        self._join()
        return code

    def _join(self):
        for reader in self._readers:
            reader.join(5)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._join()
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()


class Pitlane(Child):
    """The binary under test on an ephemeral port, unless `listen` says otherwise."""

    def __init__(self, *arguments, listen="127.0.0.1:0", environment=None, cwd=None):
        self.port = None
        listening = ["--listen", listen] if listen else []
        super().__init__([binary(), *arguments, *listening], environment, cwd)

    def wait_until_ready(self):
        self.port = int(self.wait_for_output(r"https?://127\.0\.0\.1:(\d+)").group(1))
        return self

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket(self):
        return f"ws://127.0.0.1:{self.port}/ws/modules"

    def kill(self):
        """Ends it without notice, as a crash would."""
        self.signal(signal.SIGKILL)
        self.process.wait()


class DevServer(Child):
    """The example's dev server on an ephemeral port."""

    def __init__(self, flaky=0, seed=1, slow=0, root=None, port=0):
        script = REPOSITORY / "examples" / "caddy-stack" / "dev-server.mjs"
        options = ["--port", port, "--flaky", flaky, "--seed", seed, "--slow", slow, "--quiet"]
        if root:
            options += ["--root", root]
        super().__init__([os.environ.get("NODE", "node"), script, *options])
        self.port = int(self.wait_for_output(r"http://127\.0\.0\.1:(\d+)").group(1))

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"
