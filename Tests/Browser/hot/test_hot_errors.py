"""Updates that fail, in Chromium."""

import pytest
from cases import play
from cases_errors import CASES


@pytest.mark.parametrize("name", CASES)
def test_errors(open_page, name):
    play(open_page, CASES[name])
