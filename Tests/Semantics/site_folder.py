"""The folder that is served: test262's files, and for each case a native and a linked page."""

import html
import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent


def build_site(folder, checkout, cases, urls="auto"):
    """Returns (native page, linked page) for each case, as URL paths."""
    checkout = Path(checkout)
    pages = folder / "pages"
    pages.mkdir(parents=True)
    shutil.copytree(checkout / "test", folder / "test")
    for name in ("frame.js", "runner.js"):
        shutil.copy(HERE / name, pages / name)
    (pages / "runner.html").write_text('<!doctype html><meta charset="utf-8"><body><script src="runner.js"></script>')
    harness = {file.name: file.read_text("utf-8") for file in (checkout / "harness").rglob("*.js")}
    made = []
    for number, case in enumerate(cases):
        builder = _module_pages if case.is_module else _script_pages
        native, linked = builder(pages, number, case, harness, (checkout / "test" / case.path).read_text("utf-8"), urls)
        paths = [f"native-{number}.html", f"linked-{number}.html"]
        for path, body in zip(paths, (native, linked)):
            (pages / path).write_text(body, "utf-8")
        made.append(tuple(f"/pages/{path}" for path in paths))
    return made


def _head(case, info, harness):
    url = f"/test/{case.path}"
    info = {"url": url, "module": case.is_module, "async": case.is_async, **info}
    includes = [] if "raw" in case.flags else ["assert.js", "sta.js", *case.includes]
    if case.is_async:
        includes.insert(2, "doneprintHandle.js")
    base = url.rpartition("/")[0] + "/"
    # The same in every realm: nothing a test may ask of its host beyond print and $262.
    host = 'var $262 = { global: globalThis, AbstractModuleSource: globalThis.AbstractModuleSource };'
    scripts = "".join(f"<script>{harness[name]}</script>\n" for name in includes)
    return (
        f'<!doctype html><meta charset="utf-8"><base href="{base}"><body>\n'
        f'<script src="/pages/frame.js" data-case="{html.escape(json.dumps(info))}"></script>\n'
        f"<script>{host}</script>\n{scripts}"
    )


def _client(urls, entry=""):
    entry = f' data-entry="{entry}"' if entry else ""
    # However busy the machine is: a load that fell back to HTTP would prove nothing.
    return f'<script src="/@pitlane/client.js" data-reload="false" data-timeout="60000" data-urls="{urls}"{entry}></script>\n'


def _module_pages(pages, number, case, harness, source, urls):
    head = _head(case, {}, harness)
    native = (
        "<script>runCase(() => new Promise((resolve) => (window.ended = resolve)))</script>\n"
        f'<script type="module" src="/test/{case.path}" onload="ended()" onerror="ended()"></script>\n'
    )
    linked = (
        '<script>window.loaded = new Promise((resolve) => addEventListener("pitlane:loaded", (e) => resolve(e.detail)));'
        "runCase(() => loaded)</script>\n" + _client(urls, f"/test/{case.path}")
    )
    return head + native, head + linked


def _script_pages(pages, number, case, harness, source, urls):
    head = _head(case, {"source": '"use strict";\n' + source} if case.strict else {}, harness)
    native = "<script>runCase(() => startScript())</script>\n"
    before = ""
    if case.fixtures:
        folder = f"/test/{case.path}".rpartition("/")[0]
        # Never run: it only makes one graph of what the script imports.
        calls = [
            f"import({json.dumps(f'{folder}/{specifier}')}" + (f', {{ with: {{ type: "{kind}" }} }})' if kind else ")")
            for specifier, kind in case.fixtures
        ]
        (pages / f"fixtures-{number}.mjs").write_text(f"() => [{', '.join(calls)}];\n", "utf-8")
        before = f'() => pitlane.moduleLoader.load("/pages/fixtures-{number}.mjs")'
    linked = _client(urls) + f"<script>runCase(() => startScript({before}))</script>\n"
    return head + native, head + linked
