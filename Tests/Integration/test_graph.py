"""module:graph: the closure of entries in one exchange, what the client holds left out."""

import json

import pytest
from Harness.client import digest, unpack
from Harness.processes import wait_for
from Harness.raw import get
from Harness.upstream import whole


class Answer:
    """Everything that belongs to one module:graph."""

    def __init__(self, client, **fields):
        self.frames = []
        self.errors = {}
        self.packs = []
        self.modules = {}
        self.graph = None
        client.send({"type": "module:graph", "id": "g", **fields})
        streams = fields.get("stream", False)
        while not self._is_complete(streams):
            frame = client.receive()
            if isinstance(frame, bytes):
                header, contents = unpack(frame)
                assert header["id"] == "g"
                self.packs.append(header)
                self.modules.update({m["path"]: (m, c) for m, c in zip(header["modules"], contents)})
                self.frames.append("pack")
            elif frame.get("id") == "g":
                self.frames.append(frame["type"])
                if frame["type"] == "module:error":
                    self.errors[frame["path"]] = frame
                else:
                    self.graph = frame
                    assert frame["type"] == "module:graph", frame

    def _is_complete(self, streams):
        return self.graph is not None and (streams or len(self.packs) == self.graph["packs"])

    @property
    def paths(self):
        return sorted(self.modules)

    def imports(self, path):
        return {i["specifier"]: i.get("path") for i in self.modules[path][0]["imports"] if "specifier" in i}


@pytest.fixture(params=[None, "deflate"], ids=["plain", "deflate"])
def client(request, start, graph_site, dial):
    arguments = ["--compress", "always"] if request.param else []
    client = dial(start("--root", graph_site, *arguments), compression=request.param)
    client.receive()
    return client


@pytest.fixture
def graph_site(tmp_path):
    root = tmp_path / "graph"
    (root / "lib").mkdir(parents=True)
    (root / "main.mjs").write_text(
        'import "./lib/a.mjs";\nimport data from "./data.json" with { type: "json" };\n'
        'export const late = () => import("./lib/late.mjs");\n'
        'export const some = (x) => import(`./lib/${x}.mjs`);\n'
    )
    (root / "lib/a.mjs").write_text('import { b } from "/lib/b.mjs?v=1";\nexport const a = () => b;\n')
    (root / "lib/b.mjs").write_text('import { a } from "./a.mjs";\nexport const b = () => a;\n')
    (root / "lib/late.mjs").write_text("export default 'late ✓';\n")
    (root / "lib/unused.mjs").write_text("export default 0;\n")
    (root / "data.json").write_text('{"answer": 42}\n')
    return root


EVERYTHING = ["data.json", "lib/a.mjs", "lib/b.mjs?v=1", "lib/late.mjs", "main.mjs"]


def test_the_closure_comes_with_graph_first_and_packs_after(client, graph_site):
    answer = Answer(client, entries=["main.mjs"])
    assert answer.frames == ["module:graph", "pack"]
    assert answer.paths == EVERYTHING
    assert sorted(m["path"] for m in answer.graph["modules"]) == EVERYTHING
    assert answer.graph["entries"] == ["main.mjs"]
    assert (answer.graph["cached"], answer.graph["missing"]) == ([], [])
    assert answer.packs[-1]["last"] is True
    for path, (entry, content) in answer.modules.items():
        text = (graph_site / path.split("?")[0]).read_bytes()
        assert (content, entry["hash"], entry["length"]) == (text, digest(text), len(text))
    listed = {m["path"]: m for m in answer.graph["modules"]}
    assert listed["lib/a.mjs"]["size"] == answer.modules["lib/a.mjs"][0]["length"]
    assert listed["lib/a.mjs"]["imports"] == answer.modules["lib/a.mjs"][0]["imports"]
    assert answer.imports("lib/a.mjs") == {"/lib/b.mjs?v=1": "lib/b.mjs?v=1"}


def test_a_streamed_answer_ends_with_graph_and_has_no_list(client):
    answer = Answer(client, entries=["main.mjs"], stream=True)
    assert answer.frames[-1] == "module:graph" and set(answer.frames[:-1]) == {"pack"}
    assert answer.graph["packs"] == len(answer.packs)
    assert "modules" not in answer.graph
    assert answer.paths == EVERYTHING


@pytest.mark.parametrize("stream", [False, True])
def test_what_the_client_holds_is_not_sent_again(client, graph_site, stream):
    first = Answer(client, entries=["main.mjs"], stream=stream)
    known = {path: entry["hash"] for path, (entry, _) in first.modules.items()}
    again = Answer(client, entries=["main.mjs"], known=known, stream=stream)
    assert (again.packs, sorted(again.graph["cached"])) == ([], EVERYTHING)

    (graph_site / "lib/a.mjs").write_text('import { b } from "/lib/b.mjs?v=1";\nexport const a = () => [b];\n')
    client.update("lib/a.mjs")
    changed = Answer(client, entries=["main.mjs"], known=known, stream=stream)
    assert changed.paths == ["lib/a.mjs"]
    assert sorted(changed.graph["cached"]) == [p for p in EVERYTHING if p != "lib/a.mjs"]


def graph_digest(client, *entries, **fields):
    answer = client.ask("module:graph", entries=list(entries), digest=True, **fields)
    assert set(answer) == {"id", "type", "entries", "digest"} and answer["entries"] == list(entries[:1])
    return answer["digest"]


@pytest.mark.parametrize("stream", [False, True])
def test_the_digest_names_the_versions_of_all_modules(client, graph_site, stream):
    assert graph_digest(client, "main.mjs") is None
    first = Answer(client, entries=["main.mjs"], stream=stream).graph["digest"]
    assert len(first) == 16 and graph_digest(client, "main.mjs") == first
    assert graph_digest(client, "lib/a.mjs") is None and graph_digest(client, "main.mjs", "../up.mjs") is None
    assert Answer(client, entries=["lib/a.mjs"], stream=stream).graph["digest"] != first
    known = {path: entry["hash"] for path, (entry, _) in Answer(client, entries=["main.mjs"]).modules.items()}
    old = (graph_site / "lib/b.mjs").read_text()
    (graph_site / "lib/b.mjs").write_text(old + "//")
    client.update("lib/b.mjs")
    assert graph_digest(client, "main.mjs") is None
    second = Answer(client, entries=["main.mjs"], stream=stream, known=known).graph["digest"]
    assert second != first and graph_digest(client, "main.mjs") == second
    (graph_site / "lib/b.mjs").write_text(old)
    client.update("lib/b.mjs")
    assert Answer(client, entries=["main.mjs"], stream=stream).graph["digest"] == first, "whatever came first"
    (graph_site / "lib/late.mjs").unlink()
    client.update("lib/late.mjs")
    assert "digest" not in Answer(client, entries=["main.mjs"], stream=stream).graph
    assert graph_digest(client, "main.mjs") is None


def test_the_digest_is_that_of_the_graph_with_the_pages_import_map(client):
    maps = ['{"imports": {"/lib/a.mjs": "/lib/unused.mjs"}}']
    plain = Answer(client, entries=["main.mjs"]).graph["digest"]
    mapped = Answer(client, entries=["main.mjs"], importMaps=maps, page="/").graph["digest"]
    assert plain != mapped
    assert graph_digest(client, "main.mjs", importMaps=maps, page="/") == mapped
    assert graph_digest(client, "main.mjs") == plain


def test_several_entries_share_their_modules(client):
    answer = Answer(client, entries=["lib/a.mjs", "lib/unused.mjs", "/lib/a.mjs"])
    assert answer.paths == ["lib/a.mjs", "lib/b.mjs?v=1", "lib/unused.mjs"]


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_missing_is_told_per_importer_and_stops_nothing(client, graph_site, stream):
    (graph_site / "main.mjs").write_text(
        'import "./lib/a.mjs";\nimport "./gone.mjs";\nimport "../.env";\nimport "bare";\nimport "https://cdn.test/x.mjs";\n'
    )
    client.update("main.mjs")
    (graph_site / "lib/late.mjs").write_text('export * from "../gone.mjs";\n')
    client.update("lib/late.mjs")
    answer = Answer(client, entries=["main.mjs", "lib/late.mjs", "nothing.mjs", "../up.mjs"], stream=stream)
    assert answer.paths == ["lib/a.mjs", "lib/b.mjs?v=1", "lib/late.mjs", "main.mjs"]
    missing = sorted((m["specifier"], m["importer"], m["code"]) for m in answer.graph["missing"] if m["importer"])
    assert missing == [
        ("../.env", "main.mjs", "forbidden"),
        ("../gone.mjs", "lib/late.mjs", "not_found"),
        ("./gone.mjs", "main.mjs", "not_found"),
        ("bare", "main.mjs", "bare"),
    ]
    entries = sorted((m["specifier"], m["code"]) for m in answer.graph["missing"] if m["importer"] is None)
    assert entries == [("../up.mjs", "forbidden"), ("nothing.mjs", "not_found")]
    assert set(answer.errors) == {"gone.mjs", ".env", "nothing.mjs", "../up.mjs"}
    assert "gone.mjs" in answer.errors["gone.mjs"]["message"]


def test_a_module_with_a_syntax_error_is_served(client, graph_site):
    (graph_site / "lib/b.mjs").write_text('import "./late.mjs";\nconst x = "unfinished;\n')
    client.update("lib/b.mjs")
    answer = Answer(client, entries=["main.mjs"])
    entry, content = answer.modules["lib/b.mjs?v=1"]
    assert entry["lexError"]["line"] == 2 and content.startswith(b"import")


def test_a_large_graph_comes_in_packs_of_bounded_size(client, graph_site):
    names = [f"m{i}.mjs" for i in range(200)]
    (graph_site / "big.mjs").write_text("".join(f'import "./{n}";\n' for n in names))
    for name in names:
        (graph_site / name).write_text(f"export default {json.dumps(name)};//{'x' * 20_000}\n")
    for stream in (False, True):
        answer = Answer(client, entries=["big.mjs"], stream=stream)
        assert len(answer.modules) == 201
        assert len(answer.packs) == answer.graph["packs"]
        sizes = [sum(m["length"] for m in pack["modules"]) for pack in answer.packs]
        assert all(256 << 10 <= size <= 1 << 20 for size in sizes[:-1]) and sizes[-1] <= 1 << 20
        assert [pack["last"] for pack in answer.packs][-1] is True


def test_a_second_client_gets_the_same_graph(start, graph_site, dial):
    server = start("--root", graph_site, "--compress", "always")
    wanted = None
    # Kept plain and compressed, each used by a later client.
    for compression in [None, "deflate", "deflate", "deflate", None]:
        client = dial(server, compression=compression)
        client.receive()
        answer = Answer(client, entries=["main.mjs"], stream=True)
        found = {path: content for path, (_, content) in answer.modules.items()}
        wanted = wanted or found
        assert found == wanted and sorted(found) == EVERYTHING


def test_import_maps_lead_bare_specifiers(client, graph_site):
    (graph_site / "main.mjs").write_text('import "lib";\nimport "lib/late.mjs";\nimport "./lib/a.mjs";\nimport "none";\n')
    client.update("main.mjs")
    maps = [json.dumps({"imports": {"lib": "./lib/unused.mjs", "lib/": "./lib/"}})]
    answer = Answer(client, entries=["main.mjs"], importMaps=maps, page="/index.html")
    assert answer.paths == ["lib/a.mjs", "lib/b.mjs?v=1", "lib/late.mjs", "lib/unused.mjs", "main.mjs"]
    assert answer.imports("main.mjs") == {
        "lib": "lib/unused.mjs",
        "lib/late.mjs": "lib/late.mjs",
        "./lib/a.mjs": "lib/a.mjs",
        "none": None,
    }
    assert [(m["specifier"], m["code"]) for m in answer.graph["missing"]] == [("none", "bare")]


def test_an_import_map_may_lead_urls_elsewhere(client):
    maps = [json.dumps({"imports": {"/lib/a.mjs": "/lib/unused.mjs"}, "scopes": {"/lib/": {"x": "/lib/b.mjs"}}})]
    answer = Answer(client, entries=["main.mjs"], importMaps=maps, page="/")
    assert answer.paths == ["data.json", "lib/late.mjs", "lib/unused.mjs", "main.mjs"]


def test_the_page_s_own_map_is_found_in_its_file(client, graph_site):
    (graph_site / "index.html").write_text(
        '<!doctype html><script type="importmap">{"imports": {"lib": "./lib/unused.mjs"}}</script>'
    )
    client.update("index.html")
    (graph_site / "main.mjs").write_text('import "lib";\n')
    client.update("main.mjs")
    for page in ["/", "/index.html"]:
        assert Answer(client, entries=["main.mjs"], page=page).paths == ["lib/unused.mjs", "main.mjs"]
    assert Answer(client, entries=["main.mjs"], page="/other.html").paths == ["main.mjs"]


def test_import_map_of_the_command_line(start, graph_site, dial, tmp_path):
    (graph_site / "main.mjs").write_text('import "lib";\n')
    (tmp_path / "map.json").write_text('{"imports": {"lib": "/lib/unused.mjs"}}')
    client = dial(start("--root", graph_site, "--import-map", tmp_path / "map.json"))
    client.receive()
    assert Answer(client, entries=["main.mjs"]).paths == ["lib/unused.mjs", "main.mjs"]
    # Read anew for each graph; the page's own rules win.
    (tmp_path / "map.json").write_text('{"imports": {"lib": "/lib/late.mjs"}}')
    assert Answer(client, entries=["main.mjs"]).paths == ["lib/late.mjs", "main.mjs"]
    own = ['{"imports": {"lib": "/lib/unused.mjs"}}']
    assert Answer(client, entries=["main.mjs"], importMaps=own).paths == ["lib/unused.mjs", "main.mjs"]


def test_full_urls_of_the_site_belong_to_the_graph(client, graph_site):
    host = client.connection.request.headers["Host"]
    (graph_site / "main.mjs").write_text(f'import "http://{host}/lib/late.mjs";\nimport "./lib/late.mjs#part";\n')
    client.update("main.mjs")
    assert Answer(client, entries=["main.mjs"]).paths == ["lib/late.mjs", "main.mjs"]


def test_queries_are_spelled_as_browsers_spell_them(client, graph_site):
    (graph_site / "main.mjs").write_text('import "./lib/late.mjs?q=é{a}";\nimport "./lib/late.mjs?v=1&w=%20";\n')
    client.update("main.mjs")
    answer = Answer(client, entries=["main.mjs"])
    assert answer.paths == ["lib/late.mjs?q=%C3%A9{a}", "lib/late.mjs?v=1&w=%20", "main.mjs"]
    assert answer.imports("main.mjs")["./lib/late.mjs?q=é{a}"] == "lib/late.mjs?q=%C3%A9{a}"


@pytest.mark.parametrize(
    "fields, word",
    [
        ({}, "entries"),
        ({"entries": []}, "entries"),
        ({"entries": "main.mjs"}, "entries"),
        ({"entries": [1]}, "entries"),
        ({"entries": ["a"], "known": ["a"]}, "known"),
        ({"entries": ["a"], "known": {"a": 1}}, "known"),
        ({"entries": ["a"], "stream": "yes"}, "stream"),
        ({"entries": ["a"] * 1_025}, "1024"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(client, fields, word):
    client.send({"type": "module:graph", "id": 9, **fields})
    answer = client.until_type("error")
    assert (answer["id"], answer["code"]) == (9, "bad_request")
    assert word in answer["message"]


# The dev server


def test_a_slow_upstream_does_not_hold_up_the_disk(start, graph_site, dial, upstream):
    (graph_site / "main.mjs").write_text('import "./lib/a.mjs";\nimport "./slow.mjs";\n')
    released = []
    upstream.answers["/slow.mjs"] = [lambda head: wait_for(lambda: released, "release") and whole("export default 1;")]
    client = dial(start("--root", graph_site, "--upstream", upstream.http))
    client.receive()
    client.send({"type": "module:graph", "id": 1, "entries": ["main.mjs"], "stream": True})
    seen = set()
    while not {"main.mjs", "lib/a.mjs", "lib/b.mjs?v=1"} <= seen:
        header, _ = unpack(client.until(lambda m: isinstance(m, bytes)))
        seen |= {m["path"] for m in header["modules"]}
    assert "slow.mjs" not in seen
    released.append(True)
    header, _ = unpack(client.until(lambda m: isinstance(m, bytes)))
    assert [m["path"] for m in header["modules"]] == ["slow.mjs"]
    assert client.until_type("module:graph")["missing"] == []


def test_prefer_upstream_takes_the_dev_server_s_text(start, graph_site, dial, upstream):
    (graph_site / "main.mjs").write_text('import x from "./lib/view.tsx";\n')
    (graph_site / "lib/view.tsx").write_text("export default (<b/>) as any;\n")
    compiled = 'import "./late.mjs"; export default "compiled";'
    upstream.answers["/main.mjs"] = [whole('import x from "/lib/view.tsx"; //compiled')]
    upstream.answers["/lib/view.tsx"] = [whole(compiled)]
    client = dial(start("--root", graph_site, "--upstream", upstream.http, "--prefer", "upstream"))
    client.receive()
    answer = Answer(client, entries=["main.mjs"])
    assert answer.paths == ["lib/late.mjs", "lib/view.tsx", "main.mjs"]
    assert answer.modules["lib/view.tsx"][1].decode() == compiled
    assert answer.modules["main.mjs"][1].endswith(b"//compiled")
    # What the dev server does not have is the file.
    assert answer.modules["lib/late.mjs"][0]["source"] == "disk"

    # The file's change is the signal, the dev server's new text the content.
    newer = "export default 'newer';"
    upstream.answers["/lib/view.tsx"] = [whole(compiled), whole(newer)]
    (graph_site / "lib/view.tsx").write_text("export default (<i/>) as any;\n")
    update = client.update("lib/view.tsx")
    assert (update["hash"], update["kind"]) == (digest(newer), "changed")


def test_languages_that_browsers_do_not_run_come_from_the_dev_server(start, graph_site, dial, upstream):
    (graph_site / "main.mjs").write_text('import "./view.ts";\nimport "./lib/late.mjs";\n')
    (graph_site / "view.ts").write_text("export const x: number = 1;\n")
    upstream.answers["/view.ts"] = [whole("export const x = 1;")]
    server = start("--root", graph_site, "--upstream", upstream.http)
    client = dial(server)
    client.receive()
    answer = Answer(client, entries=["main.mjs"])
    assert answer.modules["view.ts"][1] == b"export const x = 1;"
    assert answer.modules["lib/late.mjs"][0]["source"] == "disk"
    assert get(server.port, "/view.ts")[2] == b"export const x = 1;"


def test_bare_specifiers_without_a_rule_are_the_dev_server_s(start, graph_site, dial, upstream):
    (graph_site / "main.mjs").write_text('import "lib";\nimport "./lib/a.mjs";\n')
    (graph_site / "lib/a.mjs").write_text('import "other";\n')
    upstream.answers["/main.mjs"] = [whole('import "/deps/lib.js";\nimport "./lib/a.mjs";\n')]
    upstream.answers["/deps/lib.js"] = [whole("export default 'lib';")]
    upstream.answers["/lib/a.mjs"] = [whole('import "other";\n')]
    client = dial(start("--root", graph_site, "--upstream", upstream.http))
    client.receive()
    for _ in range(2):
        answer = Answer(client, entries=["main.mjs"])
        assert answer.paths == ["deps/lib.js", "lib/a.mjs", "main.mjs"]
        assert answer.modules["main.mjs"][0]["source"] == "upstream"
        # The dev server has the same text: the file stands.
        assert answer.modules["lib/a.mjs"][0]["source"] == "disk"
        assert [(m["specifier"], m["importer"]) for m in answer.graph["missing"]] == [("other", "lib/a.mjs")]
    assert upstream.count("/lib/a.mjs") == 1


def test_a_dev_server_that_is_down_leaves_bare_specifiers_alone(start, graph_site, dial):
    (graph_site / "main.mjs").write_text('import "lib";\nimport "./lib/a.mjs";\n')
    client = dial(start("--root", graph_site, "--upstream", "http://127.0.0.1:9"))
    client.receive()
    answer = Answer(client, entries=["main.mjs"])
    assert answer.paths == ["lib/a.mjs", "lib/b.mjs?v=1", "main.mjs"]
    assert [m["code"] for m in answer.graph["missing"]] == ["bare"]


def test_a_redirected_module_says_where_it_is(start, graph_site, dial, upstream):
    (graph_site / "main.mjs").write_text('import "/pkg/latest.js";\n')
    moved = b"HTTP/1.1 302 Found\r\nLocation: /pkg/v2/main.js\r\nContent-Length: 0\r\n\r\n"
    upstream.answers["/pkg/latest.js"] = [moved]
    upstream.answers["/pkg/v2/main.js"] = [whole('import "./dep.js";')]
    upstream.answers["/pkg/v2/dep.js"] = [whole("export {};")]
    client = dial(start("--root", graph_site, "--upstream", upstream.http))
    client.receive()
    answer = Answer(client, entries=["main.mjs"])
    assert answer.paths == ["main.mjs", "pkg/latest.js", "pkg/v2/dep.js"]
    assert answer.modules["pkg/latest.js"][0]["url"] == "/pkg/v2/main.js"


# Guessing


def test_extensions_are_guessed_only_when_configured(start, graph_site, dial):
    (graph_site / "lib/index.js").write_text('import "./late";\n')
    (graph_site / "main.mjs").write_text('import "./lib";\n')
    plain = dial(start("--root", graph_site))
    plain.receive()
    assert Answer(plain, entries=["main.mjs"]).paths == ["main.mjs"]

    server = start("--root", graph_site, "--resolve-extensions", ".mjs", "--resolve-extensions", "/index.js")
    client = dial(server)
    client.receive()
    answer = Answer(client, entries=["main.mjs"])
    assert answer.paths == ["lib", "lib/late", "main.mjs"]
    assert answer.modules["lib"][0]["url"] == "/lib/index.js"
    assert answer.modules["lib"][0]["contentType"] == "text/javascript"
    assert answer.modules["lib/late"][0]["url"] == "/lib/late.mjs"
    # Over HTTP a redirect gives the module the same URL.
    status, headers, _ = get(server.port, "/lib/late?v=1")
    assert (status, headers["location"]) == (307, "/lib/late.mjs?v=1")

    (graph_site / "lib/late.mjs").write_text("export default 'newer';\n")
    assert client.update("lib/late")["hash"] == digest("export default 'newer';\n")
    # A file of the very name comes first.
    (graph_site / "lib/late").write_text("export default 'exact';\n")
    assert client.update("lib/late")["hash"] == digest("export default 'exact';\n")
