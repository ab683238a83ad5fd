"""test262 files as cases: what the front matter says, and every specifier a test may load at run time."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDERS = [
    "language/module-code",
    "language/expressions/dynamic-import",
    "language/import",
    "language/expressions/import.meta",
]


@dataclass(frozen=True)
class Case:
    path: str  # relative to the checkout's test folder
    strict: bool  # a script that runs with "use strict" in front
    flags: frozenset
    includes: tuple
    negative: tuple | None  # (phase, error's name)
    features: frozenset
    fixtures: tuple  # (specifier, type) a script may import

    @property
    def name(self):
        return self.path + (" (strict)" if self.strict else "")

    @property
    def is_module(self):
        return "module" in self.flags

    @property
    def is_async(self):
        return "async" in self.flags


def front_matter(text):
    """The YAML between /*--- and ---*/, as far as test262 uses it: lists, scalars, one level of mapping."""
    found = re.search(r"/\*---\r?\n(.*?)---\*/", text, re.S)
    fields = {}
    name = None
    for line in found.group(1).splitlines() if found else []:
        top = re.match(r"(\w+):\s*(.*)$", line)
        if top:
            name, value = top.groups()
            fields[name] = _list(value) if value.startswith("[") else value
        elif name in ("flags", "includes", "features") and re.match(r"\s*-\s", line):
            fields[name] = [*(fields[name] or []), line.strip()[1:].strip()]
        elif name == "negative" and (entry := re.match(r"\s+(\w+):\s*(\S+)", line)):
            fields[name] = {**(fields[name] or {}), entry.group(1): entry.group(2)}
    return fields


def _list(text):
    return [item.strip() for item in text.strip("[] ").split(",") if item.strip()]


def imported_literals(text):
    """Specifiers of dynamic imports that are written out, with the attribute type that stands beside them."""
    body = re.sub(r"/\*---.*?---\*/", "", text, flags=re.S)
    call = r"""import(?:\.defer)?\s*\(\s*(['"])(\.{1,2}/[^'"]+)\1\s*(?:,\s*\{\s*with:\s*\{\s*type:\s*['"](\w+)['"])?"""
    return tuple(dict.fromkeys((match[2], match[3] or "") for match in re.finditer(call, body)))


def read_cases(checkout, folders=FOLDERS):
    root = Path(checkout) / "test"
    cases = []
    for folder in folders:
        for file in sorted((root / folder).rglob("*.js")):
            if "_FIXTURE" in file.name:
                continue
            text = file.read_text(encoding="utf-8")
            fields = front_matter(text)
            flags = frozenset(fields.get("flags") or [])
            negative = fields.get("negative")
            once = flags & {"module", "raw", "noStrict", "onlyStrict"}
            for strict in ([True] if "onlyStrict" in flags else [False] if once else [False, True]):
                cases.append(
                    Case(
                        path=file.relative_to(root).as_posix(),
                        strict=strict,
                        flags=flags,
                        includes=tuple(fields.get("includes") or []),
                        negative=(negative["phase"], negative["type"]) if negative else None,
                        features=frozenset(fields.get("features") or []),
                        fixtures=() if "module" in flags else imported_literals(text),
                    )
                )
    return cases
