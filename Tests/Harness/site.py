"""A small site of a test's own, served by Pitlane alone."""

# Modules tell that they run: `ran("name")`.
COUNTING = "<script>window.counts = {}; window.ran = (name) => { counts[name] = (counts[name] ?? 0) + 1; };</script>"
# A busy machine is not what these tests are about.
TAG = '<script src="/@pitlane/client.js" data-entry="main.mjs" data-timeout="60000"></script>'


def html(head="", tag=TAG):
    return f"<!doctype html><html><head>{COUNTING}{tag}{head}</head><body></body></html>"


class Site:
    """A folder with these files and Pitlane before it."""

    def __init__(self, folder, files, start, *arguments):
        self.folder = folder
        for name, content in {"index.html": html(), **files}.items():
            self.write(name, content)
        self.pitlane = start("--root", folder, *arguments)
        self.url = f"http://localhost:{self.pitlane.port}/"

    def write(self, name, content):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


class SiteVisit:
    """The page of a site in a tab. `window.done` is its modules' last word."""

    def __init__(self, site, visit):
        self.site = site
        self.visit = visit
        self.page = visit.page
        self.page.goto(site.url, wait_until="commit")

    def done(self, name="done"):
        """The value of that global, once a module has set it."""
        # Not wait_for_function, which a page's content policy can refuse.
        self.visit.wait_for(lambda: self.page.evaluate(f"window.{name} !== undefined"), f"window.{name}")
        return self.page.evaluate(f"window.{name}")

    @property
    def counts(self):
        return self.page.evaluate("counts")

    def over_http(self):
        """Paths of the modules that the browser fetched itself."""
        return self.visit.modules_over_http()


def native_and_linked(open_site, files):
    """What the page has to say with the module linked, and with the same module loaded by the browser."""
    linked = open_site({"native.html": html(tag='<script type="module" src="main.mjs"></script>'), **files})
    results = linked.done()
    assert linked.visit.loaded["via"] == "websocket"
    linked.page.goto(f"{linked.site.url}native.html", wait_until="commit")
    native = linked.done()
    return results, native, linked
