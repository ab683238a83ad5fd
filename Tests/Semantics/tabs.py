"""Tabs of the browser under test, which open a page and evaluate an expression in it."""

from contextlib import contextmanager

from Harness.browser import chromium


@contextmanager
def open_tabs(browser, count):
    """Yields the tabs and the browser's name with its version."""
    if browser == "firefox":
        from Harness.firefox import Firefox

        with Firefox() as firefox:
            yield [firefox.new_tab() for _ in range(count)], f"Firefox {firefox.version}"
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = chromium(playwright)
        try:
            tabs = [ChromiumTab(running.new_context().new_page()) for _ in range(count)]
            yield tabs, f"Chromium {running.version}"
        finally:
            running.close()


class ChromiumTab:
    def __init__(self, page):
        self._page = page

    def open(self, url):
        self._page.goto(url, wait_until="load")

    def evaluate(self, expression):
        """The expression's value, once its promise is settled."""
        return self._page.evaluate(expression)
