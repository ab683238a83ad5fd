"""Hot updates in Chromium, through Caddy: what happens in a page when a module is saved."""

import json

MAIN = "import './mid.mjs'; log('main');"
MID = """
import { leaf } from "./leaf.mjs";
export const shown = leaf;
log("mid", leaf);
import.meta.hot.dispose((data) => { data.count = (data.count ?? 0) + 1; log("dispose", data.count); });
import.meta.hot.accept((next) => log("accepted", next?.shown));
"""
LEAF = "export const leaf = 1; log('leaf');"
CHAIN = {"main.mjs": MAIN, "mid.mjs": MID, "leaf.mjs": LEAF}


def test_a_leaf_is_replaced_up_to_the_module_that_accepts_itself(hot):
    site, tab = hot(CHAIN)
    assert tab.lines == ["leaf", "mid 1", "main"]
    site.edit("leaf.mjs", "1", "2")
    tab.since(3, "dispose 1", "leaf", "mid 2", "accepted 2")
    site.edit("leaf.mjs", "2", "3")
    tab.since(7, "dispose 2", "leaf", "mid 3", "accepted 3")
    tab.assert_not_reloaded()
    assert "[pitlane] hot updated: /mid.mjs" in tab.visit.console
    assert tab.visit.modules_over_http() == []


def test_an_importer_accepts_its_dependency(hot):
    site, tab = hot({
        "main.mjs": """
            import { dep } from "./dep.mjs"; import { other } from "./other.mjs";
            log("main", dep, other);
            import.meta.hot.accept("./dep.mjs", (next) => log("dep", next.dep));
            import.meta.hot.accept(["./dep.mjs", "./other.mjs"], ([dep, other]) => log("both", dep?.dep, other?.other));
        """,
        "dep.mjs": "export const dep = 1;",
        "other.mjs": "export const other = 1;",
    })  # fmt: skip
    site.write("dep.mjs", "export const dep = 2;")
    tab.since(1, "dep 2", "both 2 ")
    site.write("other.mjs", "export const other = 2;")
    tab.since(3, "both  2")
    assert "[pitlane] hot updated: /other.mjs via /main.mjs" in tab.visit.console
    tab.assert_not_reloaded()


def test_what_is_imported_later_gets_the_newest_of_what_runs(hot):
    site, tab = hot({
        "main.mjs": """
            import { state } from "./state.mjs";
            import.meta.hot.accept("./state.mjs", () => {});
            window.part = () => import("./part.mjs").then(({ seen }) => log("part sees", seen));
            window.computed = (name) => import(`./${name}.mjs`).then(({ seen }) => log(name, "sees", seen));
            log("main", state);
        """,
        "state.mjs": "export const state = 1; log('state');",
        "part.mjs": "import { state } from './state.mjs'; export const seen = state;",
        "other.mjs": "import { state } from './state.mjs'; export const seen = state;",
    })  # fmt: skip
    site.edit("state.mjs", "= 1", "= 2")
    tab.since(2, "state")
    tab.page.evaluate("part()")
    tab.since(3, "part sees 2")
    tab.page.evaluate("computed('other')")
    tab.since(4, "other sees 2")
    tab.assert_not_reloaded()


def test_a_part_that_was_only_transferred_runs_as_it_is_on_disk(hot):
    site, tab = hot({
        "main.mjs": "window.part = () => import('./part.mjs'); log('main');",
        "part.mjs": "import './below.mjs'; log('part 1');",
        "below.mjs": "log('below 1');",
    })  # fmt: skip
    site.write("below.mjs", "log('below 2');")
    fetched = lambda: [path for path, content in tab.visit.modules_over_websocket() if b"below 2" in content]
    tab.visit.wait_for(fetched, "the new text")
    tab.page.evaluate("part()")
    tab.since(1, "below 2", "part 1")
    tab.ready(2)
    tab.assert_not_reloaded()
    site.write("below.mjs", "log('below 3');")
    tab.visit.wait_for(lambda: tab.lines[-2:] == ["below 3", "part 1"] or tab.lines == ["main"], "a reload: nothing accepts it")


def test_a_syntax_error_leaves_the_old_code_running_until_it_is_corrected(hot):
    site, tab = hot(CHAIN)
    site.write("leaf.mjs", "export const leaf = 2;\nlet x = ;\n")
    problem = tab.problem(1)
    assert (problem["kind"], problem["path"], problem["line"], problem["column"]) == ("syntax", "leaf.mjs", 2, 9)
    tab.since(3, "accepted ")
    site.write("leaf.mjs", "export const leaf = 3; log('leaf');")
    tab.since(4, "dispose 1", "leaf", "mid 3", "accepted 3")
    tab.assert_not_reloaded()


def test_a_failing_link_names_the_import(hot):
    site, tab = hot(CHAIN)
    site.write("leaf.mjs", "export const renamed = 2; log('leaf');")
    problem = tab.problem(1)
    assert (problem["kind"], problem["path"], problem["line"], problem["column"]) == ("link", "mid.mjs", 2, 10)
    assert problem["message"].startswith("SyntaxError: The requested module './leaf.mjs' does not provide")
    tab.since(3, "accepted ")
    # The other half of the change.
    site.write("mid.mjs", MID.replace("{ leaf }", "{ renamed as leaf }"))
    tab.since(4, "dispose 1", "leaf", "mid 2", "accepted 2")
    tab.assert_not_reloaded()


def test_a_module_that_throws_leaves_the_old_one_in_use(hot):
    site, tab = hot(CHAIN)
    site.write("leaf.mjs", "import.meta.hot; boom(); export const leaf = 2;")
    problem = tab.problem(1)
    assert (problem["kind"], problem["path"], problem["line"], problem["column"]) == ("runtime", "leaf.mjs", 1, 18)
    tab.since(3, "dispose 1", "accepted ")
    site.write("leaf.mjs", LEAF)
    tab.visit.wait_for(lambda: tab.page.evaluate("updates.length") >= 2, "the old text again")
    assert len(tab.lines) == 5
    tab.assert_not_reloaded()


def test_without_a_boundary_the_page_reloads_and_says_why(hot):
    site, tab = hot({"main.mjs": "import './leaf.mjs'; log('main');", "leaf.mjs": "log('leaf 1');"})
    site.write("leaf.mjs", "log('leaf 2');")
    tab.wait("leaf 2", "main")
    assert [line for line in tab.visit.console if "Reloading" in line and "leaf.mjs" in line]


def test_a_boundary_that_did_not_accept_in_this_page_reloads(hot):
    site, tab = hot({
        "main.mjs": "import './leaf.mjs'; log('main'); if (window.never) import.meta.hot.accept('./leaf.mjs');",
        "leaf.mjs": "log('leaf 1');",
    })  # fmt: skip
    site.write("leaf.mjs", "log('leaf 2');")
    tab.wait("leaf 2", "main")
    assert [line for line in tab.visit.console if "accept was not called in main.mjs for leaf.mjs" in line]


def test_invalidate_goes_on_to_the_importers(hot):
    site, tab = hot({
        "main.mjs": "import './mid.mjs'; log('main'); import.meta.hot.accept('./mid.mjs', () => log('main accepts'));",
        "mid.mjs": """
            import './leaf.mjs'; log('mid');
            import.meta.hot.on('vite:invalidate', ({ path, message }) => log('invalidate', path, message));
        """,
        "leaf.mjs": "log('leaf 1'); import.meta.hot.accept((next) => { log('accepted'); import.meta.hot.invalidate('no'); });",
    })  # fmt: skip
    site.edit("leaf.mjs", "leaf 1", "leaf 2")
    tab.since(3, "leaf 2", "accepted", "invalidate /leaf.mjs no", "mid", "main accepts")
    tab.assert_not_reloaded()


def test_prune_disposes_of_what_is_no_longer_imported(hot):
    site, tab = hot({
        "main.mjs": """
            import './gone.mjs'; log('main');
            import.meta.hot.accept();
            import.meta.hot.on('vite:beforePrune', ({ paths }) => log('before prune', paths));
        """,
        "gone.mjs": "log('gone'); import.meta.hot.dispose(() => log('disposed')); import.meta.hot.prune(() => log('pruned'));",
    })  # fmt: skip
    site.edit("main.mjs", "import './gone.mjs';", "")
    tab.since(2, "main", "before prune /gone.mjs", "disposed", "pruned")
    site.edit("main.mjs", "log('main')", "import './gone.mjs'; log('main')")
    tab.since(6, "gone", "main")
    tab.assert_not_reloaded()


def test_a_new_module_comes_with_the_update_that_imports_it(hot):
    site, tab = hot(CHAIN)
    site.write("deep/new.mjs", "import { more } from './more.mjs'; export const value = more;")
    site.write("deep/more.mjs", "export const more = 'new';")
    site.write("leaf.mjs", "import { value } from './deep/new.mjs'; export const leaf = value;")
    tab.since(3, "dispose 1", "mid new", "accepted new")
    assert tab.visit.modules_over_http() == []
    tab.ready(2)
    site.write("deep/more.mjs", "export const more = 'newer';")
    tab.since(6, "dispose 2", "mid newer", "accepted newer")
    tab.assert_not_reloaded()


def test_json_is_replaced_as_scripts_are(hot):
    site, tab = hot({
        "main.mjs": """
            import data from './data.json' with { type: 'json' }; log('main', data.a);
            import.meta.hot.accept('./data.json', (next) => log('data', next.default.a));
        """,
        "data.json": '{"a": 1}',
    })  # fmt: skip
    site.write("data.json", '{"a": 2}')
    tab.since(1, "data 2")
    site.write("data.json", '{"a": }')
    problem = tab.problem(1)
    assert (problem["path"], problem["line"], problem["column"]) == ("data.json", 1, 7)
    tab.assert_not_reloaded()


def test_events_of_channel_hot_and_send(hot):
    site, tab = hot({
        "main.mjs": "import.meta.hot.on('tests:greet', (data) => log('greeted', data.by)); log('main');"
        "window.greet = () => import.meta.hot.send('tests:greet', { by: 'me' });",
    })  # fmt: skip
    tab.visit.wait_for(lambda: any('"subscribed"' in f for f in tab.visit.frames if isinstance(f, str)), "the subscription")
    tab.page.evaluate("greet()")
    tab.since(1, "greeted me")


def test_what_was_missed_while_the_server_was_away_comes_without_a_reload(hot):
    site, tab = hot(CHAIN)
    site.pitlane.kill()
    tab.visit.event("disconnected")
    site.edit("leaf.mjs", "1", "2")
    site.start_pitlane()
    tab.since(3, "dispose 1", "leaf", "mid 2", "accepted 2")
    site.edit("leaf.mjs", "2", "3")
    tab.since(7, "dispose 2", "leaf", "mid 3", "accepted 3")
    tab.assert_not_reloaded()


def test_a_lost_connection_to_the_same_server_is_resumed(hot):
    site, tab = hot(CHAIN)
    site.caddy.stop()
    tab.visit.event("disconnected")
    site.edit("leaf.mjs", "1", "2")
    site.start_caddy()
    tab.since(3, "dispose 1", "leaf", "mid 2", "accepted 2")
    assert [message["type"] for message in tab.visit.sent if message["type"] == "resume"] == ["resume"]
    tab.assert_not_reloaded()


def test_a_save_of_a_large_module_comes_as_a_delta(hot):
    body = "\n".join(f"export const value{n} = {n}; // ä" for n in range(8000))
    site, tab = hot({
        "main.mjs": "import { value7 } from './large.mjs'; log('main', value7); import.meta.hot.accept('./large.mjs', (next) => log('large', next.value7));",
        "large.mjs": body,
    })  # fmt: skip
    site.write("large.mjs", body.replace("value7 = 7;", "value7 = 'seven';"))
    tab.since(1, "large seven")
    site.write("large.mjs", body.replace("value7 = 7;", "value7 = 'sieben';"))
    tab.since(2, "large sieben")
    updates = [json.loads(frame) for frame in tab.visit.frames if isinstance(frame, str) and '"hot:update"' in frame]
    assert [len(json.dumps(update)) < 400_000 and "delta" in update["modules"][0] for update in updates] == [True, True]


def test_saves_that_come_while_an_update_is_applied(hot):
    site, tab = hot({
        "main.mjs": "import './slow.mjs'; import.meta.hot.accept('./slow.mjs', (next) => log('main', next.value));",
        "slow.mjs": "export const value = 1;",
    })  # fmt: skip
    site.write("slow.mjs", "await new Promise((go) => (window.go = go)); export const value = 2;")
    tab.page.wait_for_function("!!window.go")
    for value in (3, 4, 5):
        site.write("slow.mjs", f"export const value = {value};")
        tab.visit.wait_for(
            lambda: sum('"hot:update"' in f for f in tab.visit.frames if isinstance(f, str)) >= value - 1, "the update"
        )
    tab.page.evaluate("go()")
    tab.since(0, "main 2", "main 5")


def test_import_meta_hot_is_undefined_over_http(hot):
    site, tab = hot({
        "index.html": "<!doctype html><script>window.lines = []; window.log = (...w) => lines.push(w.join(' '))</script>"
        '<script src="/@pitlane/client.js"></script><script type="module" src="/main.mjs"></script>',
        "main.mjs": "log('main', import.meta.hot); import.meta.hot?.accept();",
    })  # fmt: skip
    assert tab.wait("main ") == ["main "]


def test_a_page_that_cannot_run_says_where_and_reloads_with_the_correction(hot):
    site, tab = hot({**CHAIN, "leaf.mjs": "import.meta.hot; let x = ;"})
    problem = tab.problem(1)
    assert (problem["kind"], problem["path"], problem["line"], problem["column"]) == ("syntax", "leaf.mjs", 1, 26)
    site.write("leaf.mjs", LEAF)
    tab.wait("leaf", "mid 1", "main")
