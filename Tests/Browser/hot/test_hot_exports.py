"""acceptExports, in Chromium."""

import pytest
from cases import play
from cases_exports import CASES


@pytest.mark.parametrize("name", CASES)
def test_exports(open_page, name):
    play(open_page, CASES[name])
