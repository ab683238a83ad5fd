"""Events under both their names, their payloads, and what goes over the server."""

from cases import Case

ACCEPT = "import.meta.hot.accept();"
# Writes what the listeners of these events get, but not what is about the marker.
LISTEN = """
const listen = (...names) => {
  for (const name of names) import.meta.hot.on(name, (payload) => {
    const text = JSON.stringify(payload).replace(/"timestamp":\\d{13}/g, '"timestamp":0');
    if (!text.includes('marker')) log(name, text);
  });
};
"""
UPDATE = '{"type":"update","updates":[%s]}'


def js_update(path, accepted):
    return f'{{"type":"js-update","timestamp":0,"path":"{path}","acceptedPath":"{accepted}"}}'


TWO = UPDATE % f"{js_update('/one.mjs', '/one.mjs')},{js_update('/main.mjs', '/two.mjs')}"

CASES = {
    "an update's events, for modules and for the page": Case(
        {
            "main.mjs": f"{LISTEN} import './dep.mjs'; listen('vite:beforeUpdate', 'vite:afterUpdate');",
            "dep.mjs": f"log('dep $v'); import.meta.hot.dispose(() => log('dispose $v')); {ACCEPT}",
        },
        ["pitlane:ws:connect", "dep 1"],
        [
            (
                "dep.mjs",
                [f"vite:beforeUpdate {UPDATE % js_update('/dep.mjs', '/dep.mjs')}", "pitlane:beforeUpdate /dep.mjs",
                 "dispose 1", "dep 2",
                 f"vite:afterUpdate {UPDATE % js_update('/dep.mjs', '/dep.mjs')}", "pitlane:afterUpdate /dep.mjs"],
            ),
        ],
        {"watch": ["events"]},
    ),
    "several changes at once are one update": Case(
        {
            "main.mjs": f"{LISTEN} import './one.mjs'; import './two.mjs'; import.meta.hot.accept('./two.mjs');"
            "listen('vite:beforeUpdate', 'vite:afterUpdate');",
            "one.mjs": f"log('one $v'); {ACCEPT}",
            "two.mjs": "log('two $v');",
        },
        ["one 1", "two 1"],
        [(("one.mjs", "two.mjs"), [f"vite:beforeUpdate {TWO}", "one 2", "two 2", f"vite:afterUpdate {TWO}"])],
    ),
    "a beforeUpdate listener that takes its time is waited for": Case(
        {
            "main.mjs": "import './dep.mjs'; window.gate = new Promise((open) => (window.open = open));"
            "import.meta.hot.on('vite:beforeUpdate', async ({ updates }) => { if (updates[0].path.includes('marker')) return; log('before'); await gate; log('ready'); });",
            "dep.mjs": f"log('dep $v'); {ACCEPT}",
        },
        ["dep 1"],
        [("dep.mjs", ["before"]), ("=open()", ["ready", "dep 2"])],
    ),
    "beforeFullReload": Case(
        {"main.mjs": f"{LISTEN} import './dep.mjs'; listen('vite:beforeFullReload');", "dep.mjs": "log('dep $v');"},
        ["pitlane:ws:connect", "dep 1"],
        [
            (
                "dep.mjs",
                ['vite:beforeFullReload {"type":"full-reload","path":"/dep.mjs"}', "pitlane:beforeFullReload /dep.mjs",
                 "page", "pitlane:ws:connect", "dep 2"],
            ),
        ],
        {"watch": ["events"]},
    ),
    "a listener that throws keeps the page from the reload": Case(
        {
            "main.mjs": "import './dep.mjs'; import.meta.hot.on('vite:beforeFullReload', () => { log('not now'); throw new Error('(skip)'); });",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1"],
        [("dep.mjs", ["not now"])],
    ),
    "preventDefault keeps the page from the reload": Case(
        {
            "main.mjs": "import './dep.mjs'; addEventListener('pitlane:beforeFullReload', (event) => { log('not now'); event.preventDefault(); });",
            "dep.mjs": "log('dep $v');",
        },
        ["dep 1"],
        [("dep.mjs", ["not now"])],
    ),
    "beforePrune": Case(
        {
            "main.mjs": "import './view.mjs'; log('main');",
            "view.mjs": f"{LISTEN} import './a.mjs'; import './b.mjs'; log('view $v'); listen('vite:beforePrune'); {ACCEPT}",
            "a.mjs": "import.meta.hot.prune(() => log('prune a'));",
            "b.mjs": "import.meta.hot.prune(() => log('prune b'));",
        },
        ["view 1", "main"],
        [
            (
                {"view.mjs": f"{LISTEN} log('view $v'); listen('vite:beforePrune'); {ACCEPT}"},
                ["view 2", 'vite:beforePrune {"type":"prune","paths":["/a.mjs","/b.mjs"]}', "prune a", "prune b"],
            ),
        ],
    ),
    "invalidate": Case(
        {
            "main.mjs": f"import './dep.mjs'; log('main'); {ACCEPT}",
            "dep.mjs": f"{LISTEN} log('dep $v'); import.meta.hot.accept(() => import.meta.hot.invalidate('no use')); listen('vite:invalidate');",
        },
        ["dep 1", "main"],
        [("dep.mjs", ["dep 2", 'vite:invalidate {"path":"/dep.mjs","message":"no use","firstInvalidatedBy":"/dep.mjs"}', "main"])],
    ),
    "error": Case(
        {
            "main.mjs": "import './dep.mjs'; import.meta.hot.on('vite:error', ({ type, err }) => log('vite:error', type, err.message, err.id, JSON.stringify(err.loc)));",
            "dep.mjs": f"log('dep $v'); {ACCEPT}",
        },
        ["dep 1"],
        [
            (
                {"dep.mjs": f"{ACCEPT}\nlet x = ;"},
                ["""vite:error error SyntaxError: Unexpected token ';' /dep.mjs {"file":"/dep.mjs","line":2,"column":9}""",
                 "problem dep.mjs:2:9 SyntaxError: Unexpected token ';'"],
            ),
        ],
    ),
    "listeners of a version that was replaced are gone": Case(
        {
            "main.mjs": "import './dep.mjs';",
            "dep.mjs": f"import.meta.hot.on('vite:afterUpdate', ({{ updates }}) => {{ if (!updates[0].path.includes('marker')) log('heard by $v'); }}); log('dep $v'); {ACCEPT}",
        },
        ["dep 1"],
        [("dep.mjs", ["dep 2", "heard by 2"]), ("dep.mjs", ["dep 3", "heard by 3"])],
    ),
    "off": Case(
        {
            "main.mjs": "import './dep.mjs'; const { hot } = import.meta; const one = () => log('one'); const two = () => log('two');"
            "for (const listener of [one, two]) hot.on('vite:beforeUpdate', listener); hot.off('vite:beforeUpdate', one);"
            "window.stop = () => hot.off('vite:beforeUpdate', two);",
            "dep.mjs": f"log('dep $v'); {ACCEPT}",
        },
        ["dep 1"],
        [("dep.mjs", ["two", "dep 2"]), ("=stop()", []), ("dep.mjs", ["dep 3"])],
    ),
    "send: the sender's own listeners hear it": Case(
        {
            "main.mjs": "const { hot } = import.meta; hot.on('my:event', (data) => log('heard', JSON.stringify(data)));"
            "window.send = (...values) => hot.send('my:event', ...values);",
        },
        [],
        [
            ("=send({ deep: [1, 'two', null] })", ['heard {"deep":[1,"two",null]}']),
            ("=send('text')", ['heard "text"']),
            ("=send()", ["heard null"]),
        ],
    ),
    "console lines": Case(
        {
            "main.mjs": "import './dep.mjs'; import './own.mjs'; import.meta.hot.accept('./dep.mjs');",
            "dep.mjs": "log('dep $v');",
            "own.mjs": "import './leaf.mjs'; log('own $v'); import.meta.hot.accept(() => { if ($v === 2) import.meta.hot.invalidate('I am done'); });",
            "leaf.mjs": "log('leaf $v');",
        },
        ["dep 1", "leaf 1", "own 1"],
        [
            ("dep.mjs", ["dep 2", "debug: [pitlane] hot updated: /dep.mjs via /main.mjs"]),
            ("own.mjs", ["own 2", "debug: [pitlane] hot updated: /own.mjs"]),
            # A change of what a boundary imports is told by the boundary.
            (
                "leaf.mjs",
                ["leaf 2", "own 2", "debug: [pitlane] hot updated: /own.mjs", "debug: [pitlane] invalidate: /own.mjs: I am done",
                 "info: [pitlane] Reloading: no module accepts updates of main.mjs.", "page", "dep 2", "leaf 2", "own 2"],
            ),
        ],
        {"watch": ["console"]},
    ),
}  # fmt: skip
