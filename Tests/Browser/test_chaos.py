"""Hundreds of random operations under open pages; then every page runs what is on disk, without a reload too many.

Saves of all kinds, renames, moved folders, rewired imports, syntax errors, removals, lost connections, restarts with
changes meanwhile and Caddy reloads, one upon the other within milliseconds.

PITLANE_CHAOS is the number of operations (120; make it 500 before a release), PITLANE_CHAOS_SEED the seed. A failure
prints both and all operations: the same seed gives the same operations, and a smaller number the first of them.
"""

import os
import random
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "chaos"))

from graph import BREAKAGES, WRITES, Graph, Module
from world import ChaosPage, World

OPERATIONS = int(os.environ.get("PITLANE_CHAOS", "120"))
SEED = int(os.environ.get("PITLANE_CHAOS_SEED", "20261121"))
# Now and then everything is repaired, and all pages have to follow.
CHECK_EVERY = 40

# How often, in relation to each other.
WEIGHTS = {
    "save": 30, "save many": 4, "save the same": 3, "rewire": 6, "spoil": 8, "repair": 12, "remove": 5, "rename": 5,
    "move folder": 3, "add": 4, "drop": 3, "click": 6, "close socket": 5, "restart": 2, "reload Caddy": 2,
}  # fmt: skip
# To narrow a failure down: "restart,close socket".
WITHOUT = set(os.environ.get("PITLANE_CHAOS_WITHOUT", "").split(","))


class Chaos:
    def __init__(self, graph, world, context, draw):
        self.graph, self.world, self.draw = graph, world, draw
        self.log = []
        self._steps = 0
        self._words = []
        self.pages = [ChaosPage(context, world, graph, entry, self.say) for entry in graph.entries]

    def say(self, text):
        self.log.append(f"{datetime.now(timezone.utc):%H:%M:%S.%f}"[:12] + f" {text}")

    def step(self):
        weights = {name: weight for name, weight in WEIGHTS.items() if name not in WITHOUT}
        name = self.draw.choices(list(weights), weights.values())[0]
        self._steps += 1
        self._words = [str(self._steps), name]
        try:
            self.do(name)
        finally:
            self.say(" ".join(self._words))
        for page in self.pages:
            assert not page.reloads, f"{page.entry.path} has been reloaded: {page.reloads}"
        # Sometimes the next one comes before this one has been noticed, sometimes while it is applied.
        self.pages[0].page.wait_for_timeout(self.draw.choice([0, 0, 0, 3, 10, 30, 60]))

    def do(self, name):
        getattr(self, name.replace(" ", "_").lower())()

    def note(self, *words):
        self._words += [getattr(word, "path", str(word)) for word in words]

    def any_of(self, modules):
        module = self.draw.choice(modules)
        self.note(module)
        return module

    # Operations: every choice is drawn, none depends on time.

    def save(self):
        way = self.draw.choice(list(WRITES))
        self.note(way)
        self.graph.save(self.any_of(self.graph.changeable), WRITES[way])

    def save_many(self):
        for module in self.draw.sample(self.graph.changeable, self.draw.randrange(2, 20)):
            self.note(module)
            self.graph.save(module)

    def save_the_same(self):
        file = self.graph.file(self.any_of([module for module in self.graph.changeable if not module.is_missing]))
        file.write_bytes(file.read_bytes())

    def rewire(self):
        number = self.draw.randrange(len(self.graph.groups))
        group = self.graph.groups[number]
        place = self.draw.randrange(1, len(group))
        module = group[place]
        # What may be accepted stays the first; only those further down, so that there is no second cycle.
        below = [*group[:place], *self.graph.lib]
        kept = module.imports[:1]
        others = [one for one in self.draw.sample(below, min(len(below), self.draw.randrange(4))) if one not in kept]
        module.imports = kept + others
        self.note(module, "to", *module.imports)
        self.graph.save(module)

    def spoil(self):
        how = self.draw.randrange(len(BREAKAGES))
        self.note(how)
        self.graph.spoil(self.any_of(self.graph.changeable), how)

    def repair(self):
        if self.graph.unsound:
            self.graph.save(self.any_of(self.graph.unsound))

    def remove(self):
        self.graph.remove(self.any_of(self.graph.changeable))

    def rename(self):
        is_late = self.draw.random() < 0.5
        module = self.any_of(self.graph.inner)
        self.graph.rename(module, is_late)
        self.note("to", module, "after its importers" if is_late else "before its importers")

    def move_folder(self):
        group = self.draw.choice(self.graph.groups)
        self.note(group[0].folder.name)
        self.graph.move(group)
        self.note("to", group[0].folder.name)

    def add(self):
        importer = self.draw.choice([m for group in self.graph.groups for m in group if m.is_sound])
        accepts = self.draw.choice(["itself", "nothing"])
        module = Module(importer.folder, f"m{self.graph.new_name()}.mjs", self.draw.sample(self.graph.lib, 1), accepts)
        is_late = self.draw.random() < 0.5
        self.note(module, "for", importer, "after it" if is_late else "before it")
        self.graph.add(importer, module, is_late)

    def drop(self):
        roomy = [group for group in self.graph.groups if len(group) > 5]
        if roomy:
            self.graph.drop(self.any_of([module for module in self.draw.choice(roomy)[:-1]]))

    def click(self):
        for page in self.pages:
            page.click()

    def close_socket(self):
        self.any_page().close_socket()

    def any_page(self):
        page = self.draw.choice(self.pages)
        self.note(page.entry)
        return page

    def restart(self):
        is_crash = self.draw.random() < 0.5
        self.note("killed" if is_crash else "stopped")
        self.world.stop_pitlane(is_crash)
        for _ in range(self.draw.randrange(4)):
            kinds = ("save", "save many", "rewire", "spoil", "repair", "remove", "rename")
            meanwhile = self.draw.choice([kind for kind in kinds if kind not in WITHOUT])
            self.note("meanwhile", meanwhile)
            self.do(meanwhile)
        self.world.start_pitlane()

    def reload_caddy(self):
        self.world.reload_caddy()

    # What has to be true.

    def check(self):
        self.say("check")
        for module in self.graph.unsound:
            self.graph.save(module)
        self.graph.assert_on_disk()
        for page in self.pages:
            page.wait_until_current()
            assert page.count_loads() == page.loads, f"{page.entry.path} has been reloaded: {page.reloads}"
            assert page.evaluate("clicks") == page.clicks
            assert page.born(list(page.kept)) == page.kept, f"{page.entry.path} has lost import.meta.hot.data"

    def remember(self, page):
        """What is never moved, removed from the graph or reloaded keeps its data."""
        stays = [self.graph.store, *(one for one in self.graph.apps if one in page.modules)]
        page.kept = page.born([module.path for module in stays])
        assert all(page.kept.values()), page.kept

    def load_lazily(self):
        """The last page imports a whole group dynamically."""
        self.say("load lazily")
        page = self.pages[2]
        # What has been repaired last may not have come yet: then it is tried again by who waits.
        page.evaluate("loadLazily().catch(() => {})")
        page.is_lazy = True
        page.wait_until_current()

    def dead_end(self):
        """The one module that nobody accepts: who runs it is reloaded, once."""
        self.say("dead end")
        page = self.pages[2]
        self.graph.save(self.graph.dead)
        page.loads += 1
        page.clicks, page.is_lazy = 0, False
        page.page.wait_for_function("(loads) => Number(sessionStorage.loads) >= loads", arg=page.loads)
        page.wait_until_current()
        assert page.count_loads() == page.loads and len(page.reloads) == 1, page.reloads
        page.reloads.clear()
        self.remember(page)


@pytest.fixture
def chaos(tmp_path, certificates, browser):
    draw = random.Random(SEED)
    root = tmp_path / "site"
    root.mkdir()
    graph = Graph(root, draw)
    world = World(tmp_path, certificates, root)
    context = browser.new_context()
    try:
        yield Chaos(graph, world, context, draw)
    finally:
        context.close()
        world.stop()


@pytest.mark.timeout(600)
def test_after_chaos_every_page_runs_what_is_on_disk(chaos):
    begin = time.monotonic()
    done = 0
    try:
        for page in chaos.pages:
            page.wait_until_current()
            chaos.remember(page)
        while done < OPERATIONS:
            chaos.step()
            done += 1
            if done % CHECK_EVERY == 0 or done == OPERATIONS:
                chaos.check()
                if done % (4 * CHECK_EVERY) == CHECK_EVERY and "load lazily" not in WITHOUT:
                    chaos.load_lazily()
                elif done % (4 * CHECK_EVERY) == 0:
                    chaos.dead_end()
    except BaseException:
        print(f"PITLANE_CHAOS={done + 1} PITLANE_CHAOS_SEED={SEED}, after {time.monotonic() - begin:.0f} s:")
        print("\n".join(chaos.log))
        print("Pitlane said:", chaos.world.pitlane.output[-8000:], sep="\n")
        raise
    print(f"{done} operations in {time.monotonic() - begin:.0f} s, seed {SEED}")
