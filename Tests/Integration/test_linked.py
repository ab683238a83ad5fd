"""module:linked: what the server links is what the client would have linked, and only where that is certain."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest
from Harness.client import digest, is_linked, unpack, unpack_linked

ORIGIN = "https://app.test"
NODE = os.environ.get("NODE", "node")

# Text of modules, by what is special about them; every one is linked by both.
MODULES = {
    "static": 'import a from "./static.mjs";\nexport * from "../lib/static.mjs";import "./deep/er/leaf.mjs"\n',
    "escapes": "import './deep/\\u0065r/leaf.mjs'; export { a as \"b c\" } from '/lib/meta.mjs'; export const a = 1",
    "up": 'import "../../../main.mjs"; import("./deep/er/leaf.mjs").then(() => import("/main.mjs"))',
    "doubledSlashes": 'import ".//deep//er/leaf.mjs"; import "..//lib/static.mjs"; import "/lib//hot.mjs"',
    "bare": 'if (0) import("node:fs/promises"); if (0) import("node:fs")',
    "computed": "const f = (x) => import(x); g = (x) => import(x, {}); h = (x) => import((await0(import(x)), './a' + x))",
    "source": "import.source; ",
    "meta": "export const a = [import.meta.url, import.meta.url.length, `${import.meta.url}`, import.meta.resolve('x')]",
    "metaOther": "f(import.meta); export const u = import.meta.url",
    "metaPattern": "let a, x = []; [import.meta.url] = x; ({ a, b: import.meta.url } = x)",
    "metaDefault": "({ a: import.meta.url = 1 } = {})",
    "metaSpread": "[...import.meta.url] = []",
    "metaDelete": "delete import.meta.url",
    "metaDeletes": "undelete (import.meta.url)",
    "metaIncrement": "++ (import.meta.url)",
    "metaDecrement": "--\n( import.meta.url)",
    "metaFor": "for (import.meta.url of []);",
    "metaForIn": "for (import.meta.url\u00a0in {});",
    "metaOften": "f(import.meta.url often)",
    "metaArgument": "new URL('x', import.meta.url)",
    "metaObject": "f({ url: import.meta.url })",
    "metaTemplate": "`${import.meta.url}`; a = `{${[import.meta.url]}`",
    "metaSpaces": "[\u2003\ufeff import.meta.url\u2028] = []; import.meta\n.  env; import.meta ?. x",
    "metaUrls": "import.meta.urls; import.meta\n.\turl; import.meta.$url; import.meta['url']",
    "hot": "if (import.meta.hot) import.meta.hot.accept()",
    "hotOther": "import.meta.hotter; shot",
    "hotAside": "import.meta.env; a.hot()",
    "hashbang": "#!/usr/bin/env node\nimport './hot.mjs'",
    "mark": "\ufeffimport './hot.mjs'; '\ufeff'",
    "markHashbang": "\ufeff#!x",
    "characters": "'" + "".join(chr(c) for c in range(32, 127) if chr(c) not in "'\\") + "\\\\'; `\t\r\n\0\x7f\x1f` // ü 漢 😀 \u2028 %41",
    "empty": "",
    "newlines": "\r\n\n\r\n",
    "space": "1 ",
    "map": "x\n//# sourceMappingURL=map.mjs.map",
    "mapFolder": "x\n//# sourceMappingURL=./maps/a.map\r\n\r\n// end\n",
    "mapUp": "ü\n//@ sourceMappingURL=../a.map \t\n\n",
    "mapDoubledSlash": "x\n//# sourceMappingURL=.//maps//a.map",
    "mapRoot": "ü\n//# sourceMappingURL=/a.map",
    "mapData": "x\n//# sourceMappingURL=data:application/json,%7B%7D",
    "mapNone": "x\n//# sourceMappingURL=",
    "mapShort": "sourceMappingURL=x",
    "mapTemplate": "`\n//# sourceMappingURL=a.map\n`",
    "mapString": 's = "//# sourceMappingURL=a.map"',
    "mapEarly": "//# sourceMappingURL=a.map\nf()",
    "mapTwo": "//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map\n",
    "mapFar": f"//# sourceMappingURL=a.map\n//{' ' * 1000}",
    "mapSplit": f"//# sourceMappingURL=a.map\n//{' ' * 994}",
    "limit": "//" + "x" * (65_536 - 2 - len(f"\n//# sourceURL={ORIGIN}/lib/limit.mjs")),
    "large": "//" + "x" * (65_536 - 1 - len(f"\n//# sourceURL={ORIGIN}/lib/large.mjs")),
    "larger": "import './hot.mjs';//" + "ü?\\\n//" * 30_000,
}

# Modules of which the browser's URL parser, its import maps or its kinds of modules have the last word.
OTHERS = {
    "query": 'import "./a.mjs?v=1"',
    "fragment": 'import "./a.mjs#x"',
    "percent": 'import "./%61.mjs"',
    "space in a name": 'import "./a b.mjs"',
    "another host": 'import "//cdn.test/a.mjs"',
    "folder": 'if (0) import("./x/")',
    "dots": 'import "./x/../a.mjs"',
    "bare": 'import "a"',
    "full URL": 'import("https://cdn.test/a.mjs")',
    "own URL": f'import "{ORIGIN}/a.mjs"',
    "JSON": 'import a from "./a.json" with { type: "json" }',
    "attribute": 'import a from "./a.mjs" with { type: "json" }',
    "syntax error": 'import "./broken.mjs"',
    "missing": 'import "./missing.mjs"',
    "no UTF-8": 'import "./latin.mjs"',
    "source map elsewhere": "x\n//# sourceMappingURL=https://cdn.test/a.map",
    "source map with a query": "x\n//# sourceMappingURL=a.map?x",
}


class Answer:
    def __init__(self, client, entries, **fields):
        self.modules, self.linked = {}, []
        client.send({"type": "module:graph", "id": 7, "stream": True, "entries": entries, **fields})
        while True:
            frame = client.connection.recv(timeout=30)
            if isinstance(frame, bytes):
                header, contents = unpack(frame)
                self.modules |= {m["path"]: (m, c) for m, c in zip(header["modules"], contents)}
            elif is_linked(frame):
                self.linked.append(frame)
            elif json.loads(frame)["type"] == "module:graph":
                self.graph = json.loads(frame)
                return


def linked(form, **fields):
    return {"linked": form, "origin": ORIGIN, **fields}


def by_client(modules=(), frames=()):
    """What the client's own linker makes of modules, and what it has back of linked ones."""
    script = Path(__file__).with_name("client_linker.mjs")
    given = {"modules": [[m, base64.b64encode(c).decode()] for m, c in modules], "frames": list(frames)}
    done = subprocess.run([NODE, script], input=json.dumps(given), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


FORM = by_client()["form"]


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    (root / "lib/deep/er").mkdir(parents=True)
    for name, text in MODULES.items():
        (root / f"lib/{name}.mjs").write_text(text, newline="")
    (root / "lib/deep/er/leaf.mjs").write_text("import '../../static.mjs'")
    (root / "main.mjs").write_text("".join(f"import './lib/{name}.mjs';\n" for name in MODULES))
    return root


@pytest.fixture
def client(start, site, dial):
    client = dial(start("--root", site))
    client.receive()
    return client


def test_linked_modules_are_those_of_the_client_byte_for_byte(client, site):
    plain = Answer(client, ["main.mjs"])
    assert plain.graph["missing"] == [] and len(plain.modules) == len(MODULES) + 2
    assert not any(m.get("lexError") for m, _ in plain.modules.values())
    answer = Answer(client, ["main.mjs"], **linked(FORM))
    assert (answer.modules, answer.graph["packs"], answer.graph["missing"]) == ({}, 0, [])
    expected = by_client(plain.modules.values(), answer.linked)
    assert expected["own"] == {path: base64.b64encode(c).decode() for path, (_, c) in plain.modules.items()}
    seen = {}
    for frame in answer.linked:
        head, text, detail = map(json.loads, frame.split("\n"))
        assert head["paths"] == [m["path"] for m in detail["modules"]]
        assert detail["modules"] == [plain.modules[path][0] for path in head["paths"]]
        assert head["hashes"] == [digest((site / path).read_bytes()) for path in head["paths"]]
        assert head["bytes"] == sum(m["length"] for m in detail["modules"])
        assert unpack_linked(frame) == [(path, (site / path).read_bytes()) for path in head["paths"]]
        seen |= {url: [head.get("blobs", False), address] for url, address in text["imports"].items()}
    differing = [url for url in expected["linked"] if seen.get(url) != expected["linked"][url]]
    assert differing == [] and len(seen) == len(expected["linked"])
    assert [seen[f"{ORIGIN}/lib/{name}.mjs"][0] for name in ("limit", "large", "larger")] == [False, True, True]


def test_modules_that_have_to_be_read_first_come_in_packs(start, site, dial):
    client = dial(start("--root", site))
    client.receive()
    assert Answer(client, ["main.mjs"], **linked(FORM)).linked == []
    assert Answer(client, ["main.mjs"], **linked(FORM)).modules == {}
    text = "export default 'other';"
    (site / "lib/space.mjs").write_text(text)
    assert client.receive()["type"] == "module:updated"
    answer = Answer(client, ["main.mjs"], **linked(FORM))
    paths = [path for frame in answer.linked for path in json.loads(frame.split("\n")[0])["paths"]]
    assert sorted(paths + list(answer.modules)) == sorted([f"lib/{name}.mjs" for name in MODULES] + ["main.mjs", "lib/deep/er/leaf.mjs"])
    answer = Answer(client, ["main.mjs"], **linked(FORM))
    assert [text in frame for frame in answer.linked].count(True) == 1, "the new text"


@pytest.mark.parametrize("kind", OTHERS)
def test_what_only_the_browser_can_tell_comes_in_packs(kind, start, site, dial):
    (site / "a.mjs").write_text("")
    (site / "a b.mjs").write_text("")
    (site / "a.json").write_text("{}")
    (site / "broken.mjs").write_text("import {")
    (site / "latin.mjs").write_bytes(b"'\xe4'")
    (site / "other.mjs").write_text(OTHERS[kind])
    client = dial(start("--root", site))
    client.receive()
    plain = Answer(client, ["other.mjs"])
    answer = Answer(client, ["other.mjs"], **linked(FORM))
    assert answer.linked == [] and answer.modules == plain.modules


def test_declined(client, site, start, dial):
    (site / "page.html").write_text('<script type="importmap">{"imports": {"x": "./lib/hot.mjs"}}</script>')
    held = Answer(client, ["main.mjs"]).modules
    assert Answer(client, ["main.mjs"], **linked(FORM)).linked
    for fields in (
        linked(FORM + 1), linked(FORM - 1), linked(FORM, known={"lib/hot.mjs": held["lib/hot.mjs"][0]["hash"]}),
        linked(FORM, importMaps=['{"imports": {"x": "./lib/hot.mjs"}}'], page="/"), linked(FORM, page="/page.html"),
        {**linked(FORM), "origin": 'https://app.test"'}, {**linked(FORM), "origin": "file://"}, {"linked": FORM},
    ):  # fmt: skip
        answer = Answer(client, ["main.mjs"], **fields)
        assert answer.linked == [] and answer.graph["packs"] > 0, fields
    compressed = dial(start("--root", site, "--compress", "always"), compression="deflate")
    compressed.receive()
    for _ in range(2):
        assert Answer(compressed, ["main.mjs"], **linked(FORM)).linked == []


def test_each_page_gets_its_own_origin(client):
    Answer(client, ["main.mjs"])
    for origin in ("http://localhost:8080", "https://dev.example.test", "http://[::1]:3000"):
        [first, *_] = Answer(client, ["main.mjs"], linked=FORM, origin=origin).linked
        assert all(url.startswith(f"{origin}/") for url in json.loads(first.split("\n")[1])["imports"])


def test_each_module_of_a_large_graph_comes_once_before_the_end(start, tmp_path, dial):
    root = tmp_path / "large"
    root.mkdir()
    names = [f"m{index}.mjs" for index in range(600)]
    for index, name in enumerate(names):
        (root / name).write_text("//" + "x" * (70_000 if index % 60 == 0 else 9_000))
    (root / "main.mjs").write_text("".join(f"import './{name}';\n" for name in names))
    client = dial(start("--root", root))
    client.receive()
    Answer(client, ["main.mjs"])
    for _ in range(5):
        answer = Answer(client, ["main.mjs"], **linked(FORM))
        paths = [path for frame in answer.linked for path, _ in unpack_linked(frame)]
        assert sorted(paths) == sorted([*names, "main.mjs"])
        assert sum('"blobs":true' in frame.split("\n")[0] for frame in answer.linked) > 1
