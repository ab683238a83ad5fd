"""With an upstream that breaks three of ten responses, the page loads every time through Pitlane."""

from loads import count_failures

LOADS = 10


def test_every_load_succeeds_through_pitlane_and_none_through_the_plain_chain(stack, browser):
    running = stack(flaky=0.3, empty_root=True)
    assert count_failures(browser, running.https, LOADS) == []
    # 81 modules, each with a chance of 0.7: fewer than one load in 10¹² can succeed.
    assert len(count_failures(browser, f"{running.https}plain.html", LOADS)) == LOADS


def test_with_the_files_on_disk_too(stack, browser):
    """As the demo runs: only the generated modules come from the upstream."""
    assert count_failures(browser, stack(flaky=0.3, seed=5).https, 5) == []
