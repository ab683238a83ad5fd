"""Events and their payloads, in Chromium."""

import pytest
from cases import play
from cases_events import CASES


@pytest.mark.parametrize("name", CASES)
def test_events(open_page, name):
    play(open_page, CASES[name])
