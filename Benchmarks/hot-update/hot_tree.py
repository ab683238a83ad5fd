"""The page that is saved under: 1,001 generated modules, among them a leaf below its boundary, and a chain of ten."""

import json

from trees import write, write_tree

MODULES = 1_001
FOLDER = "hot"
# From the module that is saved up to the one that accepts; all of them are evaluated anew.
CHAINS = {
    "leaf": ["leaf.mjs", "middle.mjs", "boundary.mjs"],
    "chain": [f"chain{n}.mjs" for n in range(10)],
}

# `saved` takes the time first of all. What is sent afterwards is not timed.
HEAD = """<!doctype html>
<meta charset="utf-8">
<title>hot update</title>
<link rel="icon" href="data:,">
<script>
const to = new URLSearchParams(location.search).get("report");
window.saved = (kind, number) => {
  const time = performance.timeOrigin + performance.now();
  if (number > 0) fetch(`${to}${kind}-${number}`, { method: "POST", mode: "no-cors", body: JSON.stringify({ time }) });
};
</script>
"""

# The usual way: what has changed is imported again, from its boundary down, under another URL.
VERSIONED = """<script type="module" src="/tree/main.mjs"></script>
<script type="module">
const boundaries = BOUNDARIES;
const socket = new WebSocket(`wss://${location.host}/watch`);
socket.onmessage = ({ data }) => {
  const { name, version } = JSON.parse(data);
  if (boundaries[name]) import(`/tree/hot/${boundaries[name]}?v=${version}`);
};
socket.onopen = () => (window.isConnected = true);
</script>
"""
LINKED = '<script src="/@pitlane/client.js" data-entry="/tree/main.mjs" data-timeout="60000"></script>\n'
# What a module of that kind has besides: 2 KB, as the others of the tree.
BODY = "".join(
    f"export function part{n}(input, state) {{\n"
    f"    const found = state?.get(input) ?? {n * 7919};\n"
    f"    return found > {n} ? part(found, input) : null;\n}}\n\n"
    for n in range(16)
)


def text(kind, place, number):
    """The module at that place of its chain; `number` is that of the save, and 0 before the first."""
    names = CHAINS[kind]
    if place == 0:
        lines = [f"export const number = {number};\n", BODY]
    else:
        lines = [f"import {{ number as below }} from './{names[place - 1]}';\n", BODY, "export const number = below;\n"]
    # The leaf says when it has been evaluated; of the chain, the last one does.
    if place == (0 if kind == "leaf" else len(names) - 1):
        lines.append(f'saved("{kind}", number);\n')
    if place == len(names) - 1:
        lines.append("import.meta.hot?.accept();\n")
    return "".join(lines)


def write_site(root):
    """The tree and its pages, below `root`."""
    tree = root / "tree"
    own = sum(map(len, CHAINS.values()))
    write_tree(tree, MODULES - 1 - own)
    for kind, names in CHAINS.items():
        for place, name in enumerate(names):
            write(tree / FOLDER / name, text(kind, place, 0))
    main = tree / "main.mjs"
    boundaries = "".join(f"import './{FOLDER}/{names[-1]}';\n" for names in CHAINS.values())
    write(main, boundaries + main.read_text() + "document.documentElement.dataset.ready = 'yes';\n")
    by_name = {names[0]: names[-1] for names in CHAINS.values()}
    write(root / "versioned.html", HEAD + VERSIONED.replace("BOUNDARIES", json.dumps(by_name)))
    write(root / "linked.html", HEAD + LINKED)


def file(root, kind):
    """What is saved."""
    return root / "tree" / FOLDER / CHAINS[kind][0]
