"""The modules of the chaos test: what is on disk, and what pages must therefore run. All choices are the caller's.

Every module tells `live` (a Map of the page) which instance of it runs: its stamp, and the instances that it imports.
    entry (a.mjs …)         never changes; accepts its app
      app (app-a.mjs …)     imports the roots of its groups, of which it accepts some
        gN/root.mjs …       a folder that may be moved; some modules accept themselves, or one that they import
          lib/mN.mjs        shared by all groups
      store.mjs, dead.mjs   beside the apps: never changes; a module that nobody accepts
So there is a boundary above everything but dead.mjs.
"""

import itertools
import os
import posixpath

ACCEPTING, PLAIN = "itself", "nothing"

# Ways to spoil a text: not a token, no program, no export of that name.
BREAKAGES = [
    lambda text: "const = 1;\n" + text,
    lambda text: text + "const twice = 1;\nconst twice = 2;\n",
    lambda text: text[: len(text) * 2 // 3],
    lambda text: 'import { nothingOfThisName } from "/store.mjs";\n' + text,
]


class Module:
    """One file. `accepts`: itself, nothing, or the index of an import."""

    def __init__(self, folder, name, imports=(), accepts=PLAIN, is_slow=False, lazy=None):
        self.folder, self.name = folder, name
        self.imports = list(imports)
        self.accepts = accepts
        self.is_slow = is_slow
        self.lazy = lazy
        self.stamp = 0
        self.is_broken = self.is_missing = False

    @property
    def path(self):
        return posixpath.join(self.folder.name, self.name)

    @property
    def is_sound(self):
        return not (self.is_broken or self.is_missing)

    def specifier(self, other):
        path = posixpath.relpath(other.path, self.folder.name or ".")
        return path if path.startswith(".") else f"./{path}"

    def text(self):
        lines = ["// The first line is another one now and then.\n"] if self.stamp % 2 else []
        lines += [f'import * as i{n} from "{self.specifier(other)}";\n' for n, other in enumerate(self.imports)]
        held = ", ".join(f"i{n}" for n in range(len(self.imports)))
        lines.append(f"const stamp = {self.stamp}, held = [{held}], data = import.meta.hot?.data ?? {{}};\n")
        lines.append("data.born ??= `${performance.timeOrigin} ${Math.random()}`;\n")
        lines.append("export const self = { path: new URL(import.meta.url).pathname.slice(1), stamp, held, data };\n")
        if self.is_slow:
            lines.append("await new Promise((done) => setTimeout(done, 5));\n")
        lines.append("live.set(self.path, self);\n")
        if self.accepts == ACCEPTING:
            lines.append("import.meta.hot?.accept();\n")
        elif self.accepts != PLAIN:
            accepted = [self.accepts] if isinstance(self.accepts, int) else self.accepts
            for n in accepted:
                specifier = self.specifier(self.imports[n])
                lines.append(f'import.meta.hot?.accept("{specifier}", (next) => {{ if (next) held[{n}] = next; }});\n')
        if self.lazy:
            lines.append(f'window.loadLazily = () => import("{self.specifier(self.lazy)}").then(() => {{}});\n')
            lines.append(f'import.meta.hot?.accept("{self.specifier(self.lazy)}", () => {{}});\n')
        return "".join(lines)


class Folder:
    def __init__(self, name):
        self.name = name


class Graph:
    """All modules, and their files below `root`."""

    def __init__(self, root, draw, groups=5, members=7, shared=6):
        self.root = root
        self._stamps = itertools.count(1)
        self._names = itertools.count(100)
        top, lib = Folder(""), Folder("lib")
        self.store, self.dead = Module(top, "store.mjs"), Module(top, "dead.mjs")
        self.lib = []
        for n in range(shared):
            below = draw.sample(self.lib, min(len(self.lib), draw.randrange(3)))
            self.lib.append(Module(lib, f"m{n}.mjs", below, ACCEPTING if n == 1 else PLAIN))
        self.groups = [self._group(draw, f"g{n}", members) for n in range(groups)]
        roots = [group[-1] for group in self.groups]
        a = Module(top, "app-a.mjs", [self.store, roots[0], roots[1], roots[2]], [1])
        b = Module(top, "app-b.mjs", [self.store, roots[1], roots[2], roots[3]], [1, 2])
        c = Module(top, "app-c.mjs", [self.store, roots[0], self.lib[-1]], lazy=roots[4])
        self.apps = [a, b, c]
        self.entries = [Module(top, f"{'abc'[n]}.mjs", [app], [0]) for n, app in enumerate(self.apps)]
        self.entries[2].imports.append(self.dead)
        self.modules = [self.store, self.dead, *self.lib, *itertools.chain(*self.groups), *self.apps, *self.entries]
        for module in self.modules:
            self.save(module)

    def _group(self, draw, name, count):
        folder, group = Folder(name), []
        for n in range(count):
            is_root = n == count - 1
            below = draw.sample(group, min(len(group), draw.randrange(1, 4)))
            below += draw.sample(self.lib, draw.randrange(2))
            accepts = draw.choice([PLAIN, PLAIN, PLAIN, ACCEPTING, 0]) if below else PLAIN
            group.append(Module(folder, "root.mjs" if is_root else f"m{n}.mjs", below, accepts, is_slow=n == 3))
        # Everything is used.
        used = {id(one) for module in group for one in module.imports}
        group[-1].imports += [module for module in group[:-1] if id(module) not in used]
        # A cycle: the first imports one above it that reaches it.
        group[0].imports.append(group[1])
        if group[0] not in group[1].imports:
            group[1].imports.append(group[0])
        return group

    @property
    def changeable(self):
        """Everything that may be saved, broken, removed."""
        return [*self.lib, *itertools.chain(*self.groups), *self.apps]

    @property
    def inner(self):
        """What may be renamed."""
        return [*self.lib, *(module for group in self.groups for module in group[:-1])]

    @property
    def unsound(self):
        return [module for module in self.modules if not module.is_sound]

    def importers(self, of):
        return [module for module in self.modules if of in module.imports or module.lazy is of]

    def file(self, module):
        return self.root / module.path

    def new_name(self):
        return next(self._names)

    def save(self, module, write=None):
        """A new version, sound from now on. `write` is how."""
        module.stamp = next(self._stamps)
        module.is_broken = module.is_missing = False
        self._write(module, module.text(), write)

    def save_importers(self, of):
        """Those that are unsound get their specifiers when they are repaired."""
        for module in self.importers(of):
            if module.is_sound:
                self.save(module)

    def spoil(self, module, how):
        module.is_broken, module.is_missing = True, False
        module.stamp = next(self._stamps)
        self._write(module, BREAKAGES[how](module.text()))

    def remove(self, module):
        module.is_missing, module.is_broken = True, False
        self.file(module).unlink(missing_ok=True)

    def rename(self, module, importers_first):
        old, module.name = self.file(module), f"m{self.new_name()}.mjs"
        if importers_first:
            self.save_importers(module)
        if not module.is_missing:
            os.rename(old, self.file(module))
        if not importers_first:
            self.save_importers(module)

    def move(self, group):
        """A folder gets another name, in one step."""
        folder = group[0].folder
        old, folder.name = self.root / folder.name, f"g{self.new_name()}"
        os.rename(old, self.root / folder.name)
        self.save_importers(group[-1])

    def add(self, importer, module, importer_first):
        """A new module that `importer`, which is sound, imports from now on."""
        self.groups[self.group_of(importer)].insert(0, module)
        self.modules.append(module)
        importer.imports.append(module)
        for one in (importer, module) if importer_first else (module, importer):
            self.save(one)

    def drop(self, module):
        """Nobody imports it any longer, and it is gone."""
        self.modules.remove(module)
        for importer in [one for one in self.modules if module in one.imports]:
            if importer.accepts == 0 and importer.imports[0] is module:
                importer.accepts = PLAIN
            importer.imports.remove(module)
            if importer.is_sound:
                self.save(importer)
        self.groups[self.group_of(module)].remove(module)
        self.file(module).unlink(missing_ok=True)

    def group_of(self, module):
        return next(n for n, group in enumerate(self.groups) if module in group)

    def _write(self, module, text, write=None):
        file = self.file(module)
        file.parent.mkdir(parents=True, exist_ok=True)
        (write or write_in_place)(file, text)

    def closure(self, entry, with_lazy):
        """What a page with this entry runs."""
        found, waiting = [], [entry]
        while waiting:
            module = waiting.pop()
            if module in found:
                continue
            found.append(module)
            waiting += module.imports
            if with_lazy and module.lazy:
                waiting.append(module.lazy)
        return found

    def assert_on_disk(self):
        """The test's own idea of the files is right."""
        for module in self.modules:
            if module.is_missing:
                assert not self.file(module).exists(), module.path
            elif not module.is_broken:
                assert self.file(module).read_text() == module.text(), module.path


def write_in_place(file, text):
    file.write_text(text)


def write_by_rename(file, text):
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_text(text)
    os.replace(temporary, file)


def write_in_halves(file, text):
    with file.open("w") as stream:
        stream.write(text[: len(text) // 2])
        stream.flush()
        stream.write(text[len(text) // 2 :])


WRITES = {"in place": write_in_place, "by rename": write_by_rename, "in halves": write_in_halves}
