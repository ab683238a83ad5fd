"""The kernel's queue of file events, as short as a test wants it."""

from contextlib import contextmanager
from pathlib import Path

import pytest

SETTING = Path("/proc/sys/fs/inotify/max_queued_events")


@contextmanager
def event_queue(length):
    """For what is started within: a queue has the length that was set when it was made."""
    usual = SETTING.read_text()
    try:
        SETTING.write_text(f"{length}")
    except OSError as error:
        pytest.skip(f"fs.inotify.max_queued_events cannot be set here: {error}")
    try:
        yield
    finally:
        SETTING.write_text(usual)
