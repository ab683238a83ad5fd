"""Pruned modules and invalidate, in Chromium."""

import pytest
from cases import play
from cases_pruning import CASES


@pytest.mark.parametrize("name", CASES)
def test_pruning(open_page, name):
    play(open_page, CASES[name])
