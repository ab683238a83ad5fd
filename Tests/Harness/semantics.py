"""The project's own semantics cases as pages: each one native and through the linker, on one origin."""

import html
import json
import shutil
from contextlib import contextmanager
from difflib import unified_diff
from fnmatch import fnmatch
from pathlib import Path

import pytest

from Harness.processes import Pitlane

CASES = Path(__file__).resolve().parents[1] / "Browser" / "semantics"

# Text that an editor or git would change; from the name in the case's folder.
RAW_FILES = {
    "source-text/crlf.mjs": b"export const template = `a\r\nb`;\r\nexport const raw = String.raw`a\r\n\\r`;\r\n"
    b"import { \xc3\xbc } from './\xc3\xbcn\xc3\xafcode.mjs';\r\nexport const lines = ['x', \xc3\xbc].length;\r\n"
    b"export const continued = 'a\\\r\nb';\r\n",
    "source-text/byte-order-mark.mjs": b"\xef\xbb\xbfimport './empty.mjs'; export const first = '\xef\xbb\xbf'.length;",
    "source-text/separators.mjs": "export const template = `\u2028\u2029\u0000\u0085\u00a0\ufeff`, keys = 'a\u2028b'.length;\u2028"
    "import './empty.mjs';\n".encode(),
    "source-text/invalid-utf-8.mjs": b"export { default as again } from './empty-default.mjs'; /* \xff\xfe */ export default 'a\xff\xc3(\xf0\x9f';"
    b" import './empty.mjs';\n",
    "source-text/empty-default.mjs": b"export default 0;",
    "source-text/cr.mjs": b"// a comment that ends with CR\rexport default `line\rline`;\r",
    "source-text/large.mjs": b"import './empty.mjs';\nexport const text = `" + b"0123456789 %41 # \xc3\xa9\n" * 2000 + b"`;\nexport default text;\n",
    "attributes-misused/picture.png": b"\x89PNG\r\n\x1a\n",
}

# What the browser may fetch itself, by case; everything else must come over the WebSocket. "*": also the entry.
OVER_HTTP = {
    # A module that the lexer cannot read is left to the browser, to report.
    "entry-does-not-parse": ["*"],
    "entry-misses-a-module": ["nowhere.mjs"],
    "errors": ["syntax.mjs", "imports-missing.mjs", "missing.mjs", "not-there-either.mjs", "notes.txt"],
    # Loaded with attributes that are known only at run time.
    "attributes": ["late.css", "late.json"],
    # Imported with the wrong type, or with url(…) inside.
    "attributes-misused": ["data.json", "picture.png", "pictured.css", "plain.mjs", "style.css", "untyped.json", "invalid.json"],
    # Loaded with attributes that are known only at run time.
    "dynamic-forms": ["data.json"],
    # Named in a scope of the page's import map.
    "page-import-map": ["lib/scoped-bare.mjs", "lib/deeper-bare.mjs", "lib/only.mjs"],
    # The page's own module scripts have fetched them.
    "page-scripts": ["by-tag.mjs", "shared.mjs"],
    "run-time-code": ["nested/target.mjs"],
    "shadowed-names": ["data.json"],
    # With a fragment they are modules of their own.
    "urls": ["counted.mjs*"],
    "workers": ["classic.js", "worker.mjs*", "shared-worker.mjs", "shared.mjs", "deep/*", "lazy.mjs", "throws.mjs", "missing.mjs"],
    "workers-json": ["worker.mjs", "data.json"],
}

# Firefox takes one import map: what is loaded later comes over HTTP, and pages that have one or module scripts do as a whole.
OVER_HTTP_IN_FIREFOX = {
    **OVER_HTTP,
    "circular-re-exports": ["loop-*.mjs"],
    "dynamic-forms": ["data.json", "target.mjs?next"],
    "dynamic-import": ["nested/*"],
    "export-star": ["*-import.mjs", "default-through-star.mjs", "star-cycle-missing.mjs"],
    "page-import-map": ["*"],
    "page-scripts": ["*"],
    "shadowed-globals": ["target.mjs"],
    "shadowed-names": ["data.json", "target.mjs"],
}

# Cases that are known to differ, and why.
DIFFERENT = {
    "eval": "code made from text has the data: or blob: URL as its base",
}
DIFFERENT_IN_FIREFOX = {
    **DIFFERENT,
    "error-locations": "Firefox's error events name the blob: URL; stacks name the module",
    "errors": "Firefox's link errors name the blob: URL",
    "export-star": "Firefox's link errors name the blob: URL",
}


def parameters(different):
    """Every case's name; one that is known to differ must still do so, else the list is out of date."""
    names = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=different[name], strict=True, raises=AssertionError))
        if name in different
        else name
        for name in names
    ]


@contextmanager
def served(folder):
    """The cases on a server of their own; yields its origin."""
    build_site(folder / "site")
    server = Pitlane("--root", folder / "site").wait_until_ready()
    try:
        yield server.http
    finally:
        server.stop()


def compare(name, native, linked, over_http):
    """Fails unless the linked page did what the native one did, with modules from the WebSocket."""
    assert native["lines"] or native["ends"] != ["evaluated"], "the case shows nothing"
    both = [[*result["lines"], *(f"the entry: {end}" for end in result["ends"])] for result in (native, linked)]
    assert both[0] == both[1], "\n".join(unified_diff(*both, "native", "linked", lineterm=""))
    allowed = over_http.get(name, [])
    assert linked["via"] == ("http" if "*" in allowed else "websocket"), linked["via"]
    strangers = [path for path in linked["fetched"] if not any(fnmatch(path, f"/{name}/{pattern}") for pattern in allowed)]
    assert strangers == [], f"these came over HTTP: {strangers}"


def build_site(root):
    """Copies the cases and writes `native.html` and `linked.html` into each one's folder."""
    shutil.copytree(CASES, root)
    for path, content in RAW_FILES.items():
        (root / path).write_bytes(content)
    for folder in [path for path in root.iterdir() if path.is_dir()]:
        name = folder.name
        entries = [f"/{name}/{file}" for file in ("main.mjs", "first.mjs", "second.mjs") if (folder / file).exists()]
        for linked in (False, True):
            page = _page(folder, entries, linked)
            (folder / ("linked.html" if linked else "native.html")).write_text(page, "utf-8")


def _page(folder, entries, linked):
    case = html.escape(json.dumps({"entries": entries, "linked": linked}))
    extra = {name: (folder / name).read_text("utf-8") if (folder / name).exists() else "" for name in ("head.html", "tail.html")}
    if linked:
        # However busy the machine is: a load that fell back to HTTP would prove nothing.
        start = f'<script src="/@pitlane/client.js" data-entry="{" ".join(entries)}" data-timeout="60000" data-reload="false"></script>\n'
    else:
        start = "".join(f'<script type="module" src="{entry}"></script>\n' for entry in entries)
    return (
        f'<!doctype html>\n<meta charset="utf-8">\n<base href="/"><link rel="icon" href="data:,">\n'
        f'<script src="/page.js" data-case="{case}"></script>\n{extra["head.html"]}{start}<body>\n{extra["tail.html"]}'
    )
