"""Saves that fall into the start: between the first look at the folders and the first reports of pages."""

import itertools
import os
import random
import threading
import time
from contextlib import nullcontext

import pytest
from Harness.client import digest
from Harness.inotify import event_queue
from Harness.processes import Pitlane

# More than a test run needs, for whoever looks for a rare loss.
ROUNDS = int(os.environ.get("PITLANE_STARTS", "2"))
SEED = int(os.environ.get("PITLANE_STARTS_SEED", "1"))
FOLDERS = 300
SESSIONS = 4
# Never the hash of a text: what a page reports of a module that it knows by name alone.
NO_HASH = "0" * 16


class Tree:
    """Nested folders with a module each, and what has been saved in them since."""

    def __init__(self, root, random):
        self.root, self.random = root, random
        self.number = itertools.count(1)
        folders = [""]
        for index in range(FOLDERS):
            folders.append(f"{random.choice(folders[-40:])}f{index}/")
        # Path → its texts with the time before each was saved; the first is as old as the tree.
        self.texts = {}
        for folder in folders:
            self.texts[f"{folder}m.mjs"] = [(0.0, self.text())]
        for path, [(_, text)] in self.texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        self.lock = threading.Lock()

    def text(self):
        return f"import.meta.hot?.accept();\nexport default {next(self.number)};\n"

    def save(self):
        """One save as editors and tools do them, anywhere."""
        paths = list(self.texts)
        path = self.random.choice(paths)
        if self.random.random() < 0.4:
            folder = path.rpartition("/")[0]
            depth = self.random.randrange(4)
            name = "/".join(["n" + str(next(self.number)) for _ in range(depth)] + [f"x{next(self.number)}.mjs"])
            path = f"{folder}/{name}" if folder else name
        text = self.text()
        file = self.root / path
        with self.lock:
            self.texts.setdefault(path, []).append((time.monotonic(), text))
        file.parent.mkdir(parents=True, exist_ok=True)
        if self.random.random() < 0.5:
            file.write_text(text)
        else:
            # A name that is watched, and one that is not.
            temporary = file.with_name(self.random.choice([".{}.x", "{}~"]).format(file.name))
            temporary.write_text(text)
            os.replace(temporary, file)

    def known(self):
        with self.lock:
            return {path: list(texts) for path, texts in self.texts.items()}


class Session:
    """A page that says that it runs old or new versions of everything, and takes what it is told."""

    def __init__(self, client, tree):
        self.client, self.tree = client, tree
        client.until_type("hello")
        self.since = time.monotonic()
        self.running, self.told = {}, {}

    def report(self, random):
        known = self.tree.known()
        # Of some modules only what is to come is told.
        self.running = {
            path: digest(random.choice(texts)[1]) if random.random() < 0.9 else NO_HASH
            for path, texts in known.items()
        }  # fmt: skip
        self.client.send({"type": "hot:running", "id": "report", "modules": self.running, "entries": list(self.running)})

    def take(self, message):
        if message["type"] == "hot:update":
            self.running.update({module["path"]: module["hash"] for module in message["modules"]})
        elif message["type"] == "module:updated":
            self.told[message["path"]] = message["hash"]
        assert message["type"] != "reload", message

    def wait_until_up_to_date(self):
        """Takes what it is told until nothing is missing; of the tree, which no longer changes."""
        final = {path: texts[-1] for path, texts in self.tree.known().items()}
        while True:
            runs_old = {path for path in self.running if self.running[path] != digest(final[path][1])}
            untold = {
                path for path, (at, text) in final.items() if at > self.since and self.told.get(path) != digest(text)
            }
            if not runs_old and not untold:
                return
            try:
                self.take(self.client.receive())
            except TimeoutError:
                raise AssertionError(f"still runs old {runs_old}; was not told of {untold}") from None


def run_round(root, dial, seed, short_queue):
    chance = random.Random(seed)
    tree = Tree(root, random.Random(seed + 1))
    over = threading.Event()

    def keep_saving():
        while not over.is_set():
            for _ in range(tree.random.choice([1, 1, 1, 30])):
                tree.save()
            # A stimulus at random moments; nothing waits for it.
            over.wait(tree.random.choice([0, 0.002, 0.01, 0.03]))

    writer = threading.Thread(target=keep_saving)
    sessions = []
    with short_queue:
        pitlane = Pitlane("--root", root)
        over.wait(chance.uniform(0, 0.1))
        writer.start()
        try:
            pitlane.wait_until_ready()
        except BaseException:
            over.set()
            pitlane.stop()
            raise
    try:
        for _ in range(SESSIONS):
            session = Session(dial(pitlane), tree)
            sessions.append(session)
            # Some ask first: what a session was given is known to the server.
            if chance.random() < 0.5:
                for path in chance.sample(sorted(tree.known()), 20):
                    session.client.send({"type": "module:request", "path": path})
            over.wait(chance.uniform(0, 0.05))
            session.report(chance)
        over.wait(chance.uniform(0, 0.15))
        over.set()
        writer.join()
        for session in sessions:
            session.wait_until_up_to_date()
        for path, texts in tree.known().items():
            if len(texts) > 1:
                assert sessions[0].client.ask("module:request", path=path)["content"] == texts[-1][1], path
    except BaseException as error:
        error.add_note(f"seed {seed}; exit code {pitlane.process.poll()}; {pitlane.output}")
        raise
    finally:
        over.set()
        if writer.is_alive():
            writer.join()
        for session in sessions:
            session.client.close()
        pitlane.stop()


@pytest.mark.parametrize("queue", [None, 16], ids=["usual queue", "short queue"])
def test_no_save_is_lost_around_the_start(tmp_path, dial, queue):
    for number in range(ROUNDS):
        folder = tmp_path / f"tree{number}"
        folder.mkdir()
        run_round(folder, dial, SEED + number, event_queue(queue) if queue else nullcontext())
