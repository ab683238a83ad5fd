"""Counts page loads with a broken upstream, through Pitlane and through the plain chain.

As a program it prints the counts: python loads.py [LOADS] [FLAKY]
"""

import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from Harness.browser import Visit, chromium
from Harness.stack import Stack
from playwright.sync_api import TimeoutError as TimeIsUp
from playwright.sync_api import sync_playwright

# A truncated module can also leave a page that waits for ever without an error.
COMPLETE_SECONDS = 30


def count_failures(browser, url, loads):
    """Loads `url` in that many fresh profiles. Returns the reasons of those that failed."""
    failures = []
    for _ in range(loads):
        context = browser.new_context(ignore_https_errors=True)
        page = Visit(context)
        page.page.set_default_timeout(COMPLETE_SECONDS * 1000)
        try:
            page.open(url)
            page.assert_ran_once()
        except AssertionError as error:
            failures.append(str(error).splitlines()[0])
        except TimeIsUp:
            failures.append(f"the page was not complete after {COMPLETE_SECONDS} s")
        finally:
            context.close()
    return failures


def main(loads=50, flaky=0.3):
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium(playwright)
        # Pitlane's own folder is empty: every module comes from the flaky upstream.
        stack = Stack(Path(folder) / "stack", Path(folder) / "caddy", flaky=flaky, seed=1, empty_root=True)
        try:
            print(f"The dev server breaks {flaky:.0%} of its module responses; a page of 81 modules, {loads} loads:")
            for name, path in [("through Pitlane", ""), ("the plain chain", "plain.html")]:
                failures = count_failures(browser, stack.https + path, loads)
                print(f"  {name}: {len(failures)} failures of {loads}" + (f", such as: {failures[0]}" if failures else ""))
        finally:
            stack.stop()
            browser.close()


if __name__ == "__main__":
    main(*(kind(value) for kind, value in zip((int, float), sys.argv[1:])))
