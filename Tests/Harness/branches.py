"""A branch switch of 5,000 modules, and clients that follow it as pages do."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Harness.client import digest
from Harness.processes import PATIENCE

GROUPS, GROUP = 50, 99  # with one index for each group: 5,000 modules that change
# For what a session is told alone.
KINDS = ("hot:update", "reload", "hot:error")
PADDING = "// " + "x" * 400 + "\n"


def git(folder, *arguments):
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "core.fsync=none", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)


def leaf(group, number):
    return f"src/g{group}/m{number}.mjs"


def index(group):
    return f"src/g{group}/index.mjs"


def write_branch(root, branch):
    """Every module differs from branch to branch; main.mjs, which accepts them, is the same on both."""
    for group in range(GROUPS):
        (root / "src" / f"g{group}").mkdir(parents=True, exist_ok=True)
        for number in range(GROUP):
            (root / leaf(group, number)).write_text(f"export const name = '{branch} {group} {number}';\n{PADDING}")
        lines = [f"import './m{number}.mjs';\n" for number in range(GROUP)]
        (root / index(group)).write_text(f"// {branch}\n{''.join(lines)}")


def write_repository(root):
    """A repository with branches one and two; main.mjs accepts everything, few.mjs one module, alone.mjs itself."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "one")
    names = [f"./src/g{group}/index.mjs" for group in range(GROUPS)]
    imports = "".join(f"import '{name}';\n" for name in names)
    (root / "main.mjs").write_text(f"{imports}import.meta.hot?.accept({json.dumps(names)}, () => {{}});\n")
    (root / "few.mjs").write_text(f"import './{leaf(3, 7)}';\nimport.meta.hot?.accept();\n")
    (root / "alone.mjs").write_text("import.meta.hot?.accept();\n")
    write_branch(root, "one")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "checkout", "-q", "-b", "two")
    write_branch(root, "two")
    git(root, "commit", "-qam", "two")
    git(root, "checkout", "-q", "one")
    return root


class Page:
    """What a page that applies its updates runs, and how it came to."""

    def __init__(self, client, root, paths):
        self.client, self.root = client, root
        client.until_type("hello")
        self.running = {path: digest((root / path).read_bytes()) for path in paths}
        self.told = []
        answer = client.ask("hot:running", modules=self.running, reset=True, deltas=True)
        assert (answer["type"], answer["modules"]) == ("hot:running", len(paths)), answer

    def follow(self, wanted, deadline, behind):
        """Takes messages until every page runs what it should; `behind` holds those that do not yet."""
        while behind:
            if self.running == wanted:
                behind.discard(self)
            old = len(wanted.items() - self.running.items())
            assert time.monotonic() < deadline, f"{old} of {len(wanted)} modules are old; told: {self.summary()}"
            try:
                self.take(self.client.receive(0.1))
            except TimeoutError:
                continue

    def take(self, message):
        if not isinstance(message, dict) or message["type"] not in KINDS:
            return
        self.told.append(message)
        assert message["type"] == "hot:update", message
        for module in message["modules"]:
            assert digest(module["content"]) == module["hash"], f"{module['path']} is not what its hash says"
            self.running[module["path"]] = module["hash"]

    def settle(self):
        """Everything that was sent before an answer has been taken."""
        self.client.ask("ping")
        kept, self.client._kept = self.client._kept, []
        for message in kept:
            self.take(message)

    def summary(self):
        return [(message["type"], len(message.get("modules", ()))) for message in self.told]


def hashes(root, paths):
    return {path: digest((root / path).read_bytes()) for path in paths}


def all_modules():
    return [path for group in range(GROUPS) for path in (index(group), *(leaf(group, n) for n in range(GROUP)))]


ALL = ["main.mjs", *all_modules()]
FEW = ["few.mjs", leaf(3, 7)]


def follow_all(root, pages):
    """Follows until every page runs what is on disk. Returns when that was."""
    behind = set(pages)
    deadline = time.monotonic() + PATIENCE
    # All at once: who is not read from answers no pings.
    with ThreadPoolExecutor(len(pages)) as pool:
        for done in [pool.submit(page.follow, hashes(root, page.running), deadline, behind) for page in pages]:
            done.result()
    done = time.monotonic()
    for page in pages:
        page.settle()
    return done


def switch(root, branch, pages):
    """Seconds from the end of the switch until every page was up to date."""
    for page in pages:
        page.told = []
    git(root, "checkout", "-q", branch)
    switched = time.monotonic()
    done = follow_all(root, pages)
    print(f"{len(ALL) - 1} modules: up to date {done - switched:.2f} s after the switch to {branch}")
    return done - switched


def resident(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) << 10


