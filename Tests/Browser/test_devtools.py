"""What a developer sees of linked modules: addresses, lines and columns, breakpoints, source maps, errors by name."""

import json

import pytest
from Harness.site import TAG, html, native_and_linked

# Errors that reach the page, as it sees them; the last event ends the test.
REPORTS = """<script>
const reports = [];
const tell = (...report) => { reports.push(report); };
addEventListener("error", (event) => {
    if (event.target !== window) return;
    const { message, filename, lineno, colno, error } = event;
    tell(message, filename, lineno, colno, error?.name, error?.stack);
});
addEventListener("unhandledrejection", ({ reason }) => tell("rejection", reason?.name, reason?.message, reason?.stack));
addEventListener("load", () => setTimeout(() => { window.done = reports; }, 200));
</script>"""

# The module that fails, by the way it does.
FAILURES = {
    "thrown": "import './fine.mjs';\n\n  throw new Error('thrown');\n",
    "thrown later": "import './fine.mjs';\nfunction later() {\n  null.x;\n}\nsetTimeout(later);\n",
    "after an import on the line": "\n/* é */ await import('./fine.mjs'); setTimeout(() => { throw 1; });\n",
    "beside import.meta": "import './fine.mjs';\nexport const meta = import.meta;\n  throw new Error(typeof meta);\n",
    "rejected": "import './fine.mjs';\nPromise.reject(new TypeError('rejected'));\n",
    "no such name": "import './fine.mjs';\nexport const x = nothing;\n",
    "used too early": "import './cycle.mjs';\nexport const x = 1;\n",
    "syntax": "import './fine.mjs';\n\nlet x = ;\n",
    "syntax, unfinished": "import './fine.mjs';\nexport const x = `${'\n",
    "no such export": "import './fine.mjs';\nimport { nothing } from './fine.mjs';\n",
    "ambiguous export": "import './fine.mjs';\nimport { both } from './stars.mjs';\n",
    "no such module": "import './fine.mjs';\nimport './missing.mjs';\n",
    "bare specifier": "import './fine.mjs';\nimport 'nothing';\n",
    "json": "import './fine.mjs';\nimport './broken.json' with { type: 'json' };\n",
    "attribute missing": "import './fine.mjs';\nimport './broken.json';\n",
    "computed, no such module": "import './fine.mjs';\nawait import('./miss' + 'ing.mjs');\n",
    "computed, syntax": "import './fine.mjs';\nawait import('./bro' + 'ken.mjs');\n",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_errors_are_as_those_of_native_modules(open_site, failure):
    files = {
        "index.html": html(REPORTS),
        "native.html": html(tag=REPORTS + '<script type="module" src="main.mjs"></script>'),
        "main.mjs": "import './lib/failing.mjs';\n",
        "lib/failing.mjs": FAILURES[failure],
        "lib/fine.mjs": "export {};\n",
        "lib/cycle.mjs": "import { x } from './failing.mjs';\nexport default x;\n",
        "lib/stars.mjs": "export * from './a.mjs';\nexport * from './b.mjs';\n",
        "lib/a.mjs": "export const both = 1;\n",
        "lib/b.mjs": "export const both = 2;\n",
        "lib/broken.json": '{"a": }',
        "lib/broken.mjs": "let x = ;\n",
    }
    linked, native, page = native_and_linked(open_site, files)
    # A linked module names others by their URL.
    url = page.site.url
    text = json.dumps(native).replace("native.html", "")
    for name in ("fine", "stars"):
        text = text.replace(f"'./{name}.mjs'", f"'{url}lib/{name}.mjs'")
    named = json.loads(text)
    if failure == "after an import on the line":
        # What follows an import on its line moves by what its address is longer.
        assert linked[0][3] - named[0][3] == len(f"__pitlane__.current({url}lib/)") - len("./")
        linked[0][3] = named[0][3]
    if failure.startswith("computed"):
        # Computed imports go through the client, which is seen in the stack.
        linked[0][-1] = linked[0][-1].split("\n")[0]
    assert linked == named
    if failure not in ("no such module", "attribute missing"):
        assert native, "the browser reports nothing"


class Debugger:
    """Chromium's debugger, through its own protocol."""

    def __init__(self, visit):
        self.scripts = {}
        self.paused = []
        self.session = visit.context.new_cdp_session(visit.page)
        self.session.on("Debugger.scriptParsed", lambda script: self.scripts.__setitem__(script["url"], script))
        self.session.on("Debugger.paused", self._paused)
        self.session.send("Debugger.enable")

    def _paused(self, event):
        top = event["callFrames"][0]
        place = top["location"]
        url = next(url for url, script in self.scripts.items() if script["scriptId"] == place["scriptId"])
        self.paused.append((url, place["lineNumber"], top["functionName"]))
        self.session.send("Debugger.resume")


@pytest.mark.parametrize("size", [10, 20_000], ids=["data URL", "blob URL"])
def test_breakpoints_by_url_hit(open_site, size):
    debuggers = []

    def prepare(visit):
        debuggers.append(Debugger(visit))
        by = {"urlRegex": "^http://localhost:\\d+/lib/a[.]mjs$", "lineNumber": 3}
        debuggers[0].session.send("Debugger.setBreakpointByUrl", by)

    page = open_site(
        {
            "main.mjs": "import { f } from './lib/a.mjs';\nwindow.done = f(1);\n",
            "lib/a.mjs": "import './b.mjs';\nexport function f(x) {\n  const y = x + 1;\n  return y;\n}\n"
            f"/*{'x' * size}*/\n",
            "lib/b.mjs": "",
        },
        prepare,
    )
    assert page.done() == 2
    assert page.over_http() == [], page.visit.console
    assert debuggers[0].paused == [(f"{page.site.url}lib/a.mjs", 3, "f")]


def test_source_maps(open_site):
    inline = "data:application/json,%7B%22version%22:3,%22sources%22:[%22a.ts%22],%22mappings%22:%22%22%7D"
    names = ["external", "root", "inline", "none"]
    debuggers = []
    page = open_site(
        {
            "main.mjs": "".join(f"import './lib/{name}.mjs';\n" for name in names) + "window.done = 1;\n",
            "lib/external.mjs": "export {};\n//# sourceMappingURL=maps/external.mjs.map\n",
            "lib/root.mjs": "export {};\r\n//# sourceMappingURL=/maps/root.mjs.map",
            "lib/inline.mjs": f"export {{}};\n//# sourceMappingURL={inline}\n",
            "lib/none.mjs": "export const s = '//# sourceMappingURL=none.map';\n",
        },
        lambda visit: debuggers.append(Debugger(visit)),
    )
    page.done()
    url = page.site.url
    scripts = debuggers[0].scripts
    page.visit.wait_for(lambda: f"{url}lib/none.mjs" in scripts, "the modules at the debugger")
    assert {name: scripts[f"{url}lib/{name}.mjs"]["sourceMapURL"] for name in names} == {
        "external": f"{url}lib/maps/external.mjs.map",
        "root": f"{url}maps/root.mjs.map",
        "inline": inline,
        "none": "",
    }


# What the page's content policy allows.

POLICIES = {
    "nonce": ("script-src 'nonce-n' data: blob:", 'nonce="n"', "websocket"),
    "nonce, no data:": ("script-src 'nonce-n' blob:", 'nonce="n"', "websocket"),
    "nonce, no blob:": ("script-src 'nonce-n' data:", 'nonce="n"', "websocket"),
    "nonce, strict-dynamic": ("script-src 'nonce-n' 'strict-dynamic'", 'nonce="n"', "websocket"),
    "no nonce at the tag": ("script-src 'self' data: blob:", "", "http"),
    "neither data: nor blob:": ("script-src 'self' 'unsafe-inline'", "", "http"),
    "data: alone": ("script-src 'unsafe-inline' 'self' data:", "", "websocket"),
    "blob: alone": ("script-src 'unsafe-inline' 'self' blob:", "", "websocket"),
    "trusted types": ("require-trusted-types-for 'script'", "", "http"),
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("named", [False, True], ids=["no map", "import map"])
def test_the_pages_content_policy(open_site, policy, named):
    text, nonce, via = POLICIES[policy]
    head = f'<meta http-equiv="Content-Security-Policy" content="{text}">'
    own = '<script type="importmap" nonce="n">{"imports": {"named": "/lib/named.mjs"}}</script>' if named else ""
    takes_map = "nonce" in text or "inline" in text or "script-src" not in text
    specifier = "named" if named and takes_map else "./lib/named.mjs"
    tag = TAG.replace("<script", f"<script {nonce}")
    page = open_site(
        {
            "index.html": html(own, tag=f"{head}{tag}"),
            "main.mjs": f"import * as one from {specifier!r}; import * as two from './lib/named.mjs';"
            "import data from './data.json' with { type: 'json' }; ran('main'); window.done = one === two && data.a;",
            "lib/named.mjs": "export default import.meta.url; ran('named');",
            "data.json": '{"a": 7}',
        }
    )
    assert page.done() == 7
    assert page.counts == {"main": 1, "named": 1}
    assert page.visit.loaded["via"] == via
    lines = [line for line in page.visit.console if "Modules come over HTTP" in line]
    assert len(lines) == (via == "http")
    if via == "http":
        assert "Content-Security-Policy" in lines[0]
    elif not named:
        assert page.over_http() == []
