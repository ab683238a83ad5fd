"""Fixtures of the browser suite: one Chromium, one certificate authority, and as many stacks as tests."""

import pytest
from Harness.browser import Visit, chromium
from Harness.firefox import Firefox
from Harness.hot import HotSite, HotTab
from Harness.site import Site, SiteVisit
from Harness.stack import Stack
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def firefox():
    with Firefox() as running:
        yield running


@pytest.fixture
def context(browser):
    """A browser profile of its own, empty caches included."""
    context = browser.new_context(ignore_https_errors=True)
    yield context
    context.close()


@pytest.fixture
def visit(context):
    """Opens tabs of one profile."""
    return lambda url: Visit(context).open(url)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """Where Caddy keeps the authority that all stacks share."""
    return tmp_path_factory.mktemp("caddy")


@pytest.fixture
def stack(tmp_path, certificates):
    started = []

    def start(**options):
        stack = Stack(tmp_path / f"stack{len(started)}", certificates, **options)
        started.append(stack)
        return stack

    yield start
    for stack in started:
        stack.stop()


@pytest.fixture
def open_site(tmp_path, context, start):
    """Starts a site with these files and opens its page; `prepare` is called with the empty tab."""

    def open_page(files, prepare=lambda visit: None, arguments=()):
        site = Site(tmp_path / "site", files, start, *arguments)
        visit = Visit(context)
        prepare(visit)
        return SiteVisit(site, visit)

    return open_page


@pytest.fixture
def hot(tmp_path, certificates, context):
    """Starts a site behind Caddy with these files, and opens its page: `site, tab = hot({...})`."""
    sites = []

    def open_page(files, *arguments):
        site = HotSite(tmp_path / f"hot{len(sites)}", certificates, files, *arguments)
        sites.append(site)
        return site, HotTab(context, site)

    yield open_page
    for site in sites:
        site.stop()
