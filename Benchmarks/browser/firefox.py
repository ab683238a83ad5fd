"""Headless Firefox over WebDriver BiDi, as the benchmark uses it: no event is subscribed to while a page loads."""

from Harness.firefox import Firefox as Driven
from Harness.firefox import Tab, executable


class Firefox:
    name = "firefox"
    executable = staticmethod(executable)

    def __init__(self, _certificate):
        self._driven = Driven()
        self.version = self._driven.version

    def context(self):
        return Context(self._driven)

    def stop(self):
        self._driven.close()


class Context:
    """A container with its own HTTP cache and storage: nothing cached at first. Records no network."""

    def __init__(self, driven):
        self._driven = driven
        self._identifier = driven.command("browser.createUserContext", {})["userContext"]

    def open(self, url):
        tab = self._driven.command("browsingContext.create", {"type": "tab", "userContext": self._identifier})["context"]
        self._driven.command("browsingContext.navigate", {"context": tab, "url": url, "wait": "none"})
        return tab

    def evaluate(self, tab, expression):
        return Tab(self._driven, tab).evaluate(expression)

    def close_tab(self, tab):
        self._driven.command("browsingContext.close", {"context": tab})

    def close(self):
        self._driven.command("browser.removeUserContext", {"userContext": self._identifier})
