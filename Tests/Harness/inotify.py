"""The kernel's queue of file events, as short as a test wants it."""

import fcntl
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

SETTING = Path("/proc/sys/fs/inotify/max_queued_events")


@contextmanager
def event_queue(length):
    """For what is started within: a queue has the length that was set when it was made.

    The setting is the whole machine's: leave it as soon as the server listens.
    """
    with (Path(tempfile.gettempdir()) / "pitlane-event-queue.lock").open("w") as lock:
        # Of two runs at once the later one would take the other's short queue for the usual one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        usual = SETTING.read_text()
        try:
            SETTING.write_text(f"{length}")
        except OSError as error:
            pytest.skip(f"fs.inotify.max_queued_events cannot be set here: {error}")
        try:
            yield
        finally:
            SETTING.write_text(usual)
