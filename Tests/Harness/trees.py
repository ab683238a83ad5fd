"""Unbundled trees of ES modules that Debian packages install, as a site to load natively and linked."""

import html
import json
import os
import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin

NAMESPACES = Path(__file__).resolve().parents[1] / "Browser" / "namespaces.js"
DEBIAN = Path(os.environ.get("PITLANE_TREES", "/usr/share/nodejs"))
# At the end of each module: tells which were evaluated, how often and in which order.
COUNTING = "\n;(globalThis.evaluated ??= []).push({name});\n"

# lodash-es has no cycles, but many modules; Leaflet's sources have cycles, and import without file extensions.
SOURCES = {"lodash-es": "lodash-es", "leaflet": "leaflet/src"}
LEAFLET_PARTS = ("core", "dom", "geometry", "geo", "control", "layer", "map")
ENTRIES = ["/lodash-es/lodash.js", *(f"/leaflet/{part}/index.js" for part in LEAFLET_PARTS)]

# Enough for these sources; what it missed would fail the comparison with what the browser loaded.
STATIC_IMPORT = re.compile(r"""(?:\bfrom|^\s*import)\s*['"](\.[^'"]+)['"]""", re.M)


class Tree:
    """A folder to serve, the URL paths of its entries and of every module they import."""

    def __init__(self, root, sources, entries, count=False):
        self.root = root
        self.entries = entries
        for prefix, source in sources.items():
            assert Path(source).is_dir(), f"there is no {source}; install the Debian package that has it"
            shutil.copytree(source, root / prefix)
        self.imports = {}
        waiting = list(entries)
        while waiting:
            url = waiting.pop()
            if url not in self.imports:
                self.imports[url] = [urljoin(url, specifier) for specifier in static_imports(find_file(root, url))]
                waiting += self.imports[url]
        if count:
            for url in self.imports:
                with find_file(root, url).open("a") as file:
                    file.write(COUNTING.format(name=json.dumps(url)))

    @property
    def modules(self):
        return sorted(self.imports)

    def cycles(self):
        """The sizes of the strongly connected components that have more than one module."""
        order, seen = [], set()
        for root in self.imports:
            stack = [(root, iter(self.imports[root]))] if root not in seen else []
            seen.add(root)
            while stack:
                url, rest = stack[-1]
                following = next((target for target in rest if target not in seen), None)
                if following is None:
                    order.append(stack.pop()[0])
                else:
                    seen.add(following)
                    stack.append((following, iter(self.imports[following])))
        importers = {url: [] for url in self.imports}
        for url, targets in self.imports.items():
            for target in targets:
                importers[target].append(url)
        sizes, assigned = [], set()
        for root in reversed(order):
            waiting, size = [root], 0
            while waiting:
                url = waiting.pop()
                if url not in assigned:
                    assigned.add(url)
                    size += 1
                    waiting += importers[url]
            sizes.append(size)
        return [size for size in sizes if size > 1]

    def write_pages(self):
        """native.html and linked.html: load the entries, then can describe every module."""
        shutil.copy(NAMESPACES, self.root / "namespaces.js")
        start = (
            '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/namespaces.js"></script>\n'
            # The default holds fewer entries than there are modules.
            "<script>performance.setResourceTimingBufferSize(100000);\n"
            "window.loaded = new Promise((done) => addEventListener('EVENT', ({ detail }) => done(detail ?? {})));</script>\n"
        )
        native = "".join(f'<script type="module" src="{html.escape(entry)}"></script>\n' for entry in self.entries)
        linked = (
            f'<script src="/@pitlane/client.js" data-entry="{html.escape(" ".join(self.entries))}" '
            'data-timeout="60000" data-reload="false"></script>\n'
        )
        (self.root / "native.html").write_text(start.replace("EVENT", "load") + native)
        (self.root / "linked.html").write_text(start.replace("EVENT", "pitlane:loaded") + linked)


def debian_tree(root, count=False):
    """lodash-es and Leaflet, as the packages node-lodash and node-leaflet ship them."""
    return Tree(root, {name: DEBIAN / folder for name, folder in SOURCES.items()}, ENTRIES, count)


def static_imports(file):
    """The relative specifiers of a module's static imports."""
    return STATIC_IMPORT.findall(re.sub(r"/\*.*?\*/|^\s*//.*?$", "", file.read_text("utf-8"), flags=re.S | re.M))


def find_file(root, url):
    """The file that a dev server with guessing of extensions answers with; the path as it is when there is none."""
    path = root / url.lstrip("/")
    return next((file for file in (path, path.with_name(path.name + ".js")) if file.is_file()), path)


class GuessingServer:
    """A dev server that answers /a/b with a/b.js. A context manager."""

    def __init__(self, root):
        class Handler(SimpleHTTPRequestHandler):
            def translate_path(self, path):
                return str(find_file(root, path.split("?")[0]))

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
        self.http = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
