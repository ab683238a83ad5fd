"""A client that says which modules it runs, and what it is told of their changes."""

from Harness.client import digest

ACCEPT = "import.meta.hot?.accept();\n"


class Page:
    """A client that runs modules as a browser's page would, as far as the server can tell."""

    def __init__(self, client, root):
        self.client, self.root = client, root
        client.until_type("hello")

    def report(self, *paths, hashes=None, **fields):
        """Says that the page runs these modules as they are on disk, but for the given `hashes`."""
        modules = {path: digest((self.root / path.split("?")[0]).read_bytes()) for path in paths}
        modules.update(hashes or {})
        return self.client.ask("hot:running", modules=modules, **fields)

    def told(self, timeout=60):
        """The next thing that this page alone is told."""
        kinds = ("hot:update", "reload", "hot:error")
        return self.client.until(lambda m: isinstance(m, dict) and m["type"] in kinds, timeout)

    def save(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def saved(self, path, text):
        """What the page is told of a save; the module's text comes with it."""
        self.save(path, text)
        message = self.told()
        if message["type"] == "hot:update":
            assert message["seq"] >= self.client.update(path)["seq"]
            assert contents(message)[path] == text
        return message

    def nothing_else(self):
        """Asserts that the page has been told nothing that it has not taken: an answer comes behind it all."""
        self.client.ask("ping")
        kept = [m["type"] for m in self.client._kept if isinstance(m, dict)]
        assert not {"hot:update", "reload", "hot:error"} & set(kept), self.client._kept


def contents(update):
    return {m["path"]: m["content"] for m in update["modules"]}


def items(update):
    assert update["type"] == "hot:update", update
    return [(u["boundary"], u["accepted"], u["chain"]) for u in update["updates"]]


def write(root, **modules):
    for name, text in modules.items():
        (root / f"{name}.mjs").write_text(text)
