"""Workers of linked modules run natively, under their own addresses, and their updates reach the page."""

import pytest
from Harness.site import native_and_linked

FILES = {
    "lib/worker.mjs": """
        import { value, evaluated } from "./part.mjs";
        const ports = [];
        const answer = async () => {
            const lazy = await import("./lazy.mjs");
            return { value, evaluated: evaluated(), lazy: lazy.default, same: lazy.part === (await import("./part.mjs")).self,
                location: self.location.pathname, url: import.meta.url, resolved: import.meta.resolve("./x.mjs"),
                fetched: await (await fetch("note.txt")).text(), global: self.constructor.name, name: self.name,
                nested: typeof Worker === "undefined" ? null : await new Promise((done) => {
                    new Worker("./nested.mjs", { type: "module" }).onmessage = ({ data }) => done(data);
                }) };
        };
        if (self.postMessage) answer().then((it) => self.postMessage(it));
        else self.onconnect = ({ ports: [port] }) => answer().then((it) => port.postMessage(it));
    """,
    "lib/part.mjs": "let times = 0; times++; export const value = 'part'; export const evaluated = () => times;"
    "export * as self from './part.mjs';",
    "lib/lazy.mjs": "export { self as part } from './part.mjs'; export default 'lazy';",
    "lib/nested.mjs": "import { value } from './part.mjs'; self.postMessage([value, self.location.pathname]);",
    "lib/classic.js": "importScripts('./imported.js'); self.postMessage([imported, self.location.pathname]);",
    "lib/imported.js": "self.imported = 'imported';",
    "lib/note.txt": "note",
}
STARTED = {
    "by import.meta.url": "new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module', name: 'named' })",
    "by path": "new Worker('/lib/worker.mjs', { type: 'module' })",
    "relative to the page": "new Worker('lib/worker.mjs', { type: 'module' })",
    "shared": "new SharedWorker(new URL('./worker.mjs', import.meta.url), { type: 'module' }).port",
    "classic": "new Worker(new URL('./classic.js', import.meta.url))",
}


def page_with(started):
    return {
        **FILES,
        "main.mjs": "import './lib/start.mjs';",
        "lib/start.mjs": f"""
            ran("start");
            const worker = {started};
            worker.onmessage = ({{ data }}) => {{ window.done = data; }};
            window.worker = worker;
        """,
    }


@pytest.mark.parametrize("started", STARTED)
def test_a_worker_runs_as_it_does_without_pitlane(open_site, started):
    linked, native, page = native_and_linked(open_site, page_with(STARTED[started]))
    assert linked == native
    if started == "classic":
        assert linked == ["imported", "/lib/classic.js"]
        return
    assert linked["url"] == f"{page.site.url}lib/worker.mjs"
    assert (linked["location"], linked["fetched"]) == ("/lib/worker.mjs", "note")
    assert (linked["evaluated"], linked["same"]) == (1, True)
    assert linked["nested"] == (None if started == "shared" else ["part", "/lib/nested.mjs"])


UPDATES = [
    ("by import.meta.url", "lib/worker.mjs"),
    ("by import.meta.url", "lib/part.mjs"),
    ("by import.meta.url", "lib/lazy.mjs"),
    ("shared", "lib/worker.mjs"),
    ("shared", "lib/lazy.mjs"),
    ("classic", "lib/classic.js"),
]


@pytest.mark.parametrize("started, path", UPDATES)
def test_an_update_of_a_workers_module_is_noticed(open_site, started, path):
    page = open_site(page_with(STARTED[started]))
    page.done()
    page.visit.event("loaded")
    page.page.evaluate("window.pitlane.onUpdate = () => false")
    page.visit.wait_for(lambda: path in dict(page.visit.modules_over_websocket()), "the worker's graph")
    page.site.write(path, FILES[path] + "\n")
    update = page.visit.event("updated", lambda detail: detail["path"] == path)
    assert (update["kind"], update["used"]) == ("changed", True)
