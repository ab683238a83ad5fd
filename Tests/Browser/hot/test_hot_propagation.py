"""Who takes a change and what runs anew, in Chromium."""

import pytest
from cases import play
from cases_propagation import CASES


@pytest.mark.parametrize("name", CASES)
def test_propagation(open_page, name):
    play(open_page, CASES[name])
