"""Page loads until the entry has evaluated, by way of loading; see ../README.md. Started by scripts/bench-browser.sh."""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY / "Tests"))

import chart  # noqa: E402
from browsers import BROWSERS  # noqa: E402
from Harness.processes import wait_for  # noqa: E402
from machine import machine  # noqa: E402
from servers import Certificate, Reports, Servers, run  # noqa: E402
from trees import copy_code, write, write_tree  # noqa: E402
from wire import count_wire  # noqa: E402

# What each way of loading opens: the attribute of Servers, the page.
VARIANTS = {
    "http1": ("h1", "native.html"),
    "http2": ("h2", "native.html"),
    "pitlane": ("direct", "pitlane.html"),
    "pitlaneCaddy": ("https", "pitlane.html"),
    "bundle": ("h1", "bundle.html"),
}
TITLES = {
    "http1": "HTTP/1.1 through Caddy",
    "http2": "HTTP/2 through Caddy",
    "pitlane": "Pitlane",
    "pitlaneCaddy": "Pitlane through Caddy, https",
    "bundle": "one esbuild bundle",
}
LINKED = ("pitlane", "pitlaneCaddy")
GOALS = {"generated": {"cold": 4, "warm": 3.5}, "code": {"cold": 3, "warm": 3}}

# Whether what a load has left in IndexedDB is written: every database has a record in every store. Firefox keeps no
# parts of import maps, since it takes a single one.
CACHED = """(async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  for (const name of names) {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const kept = (store) => store !== "parts" || !navigator.userAgent.includes("Firefox");
    const stores = [...database.objectStoreNames].filter(kept);
    const counts = await Promise.all(stores.map((store) => new Promise((resolve, reject) => {
      const request = database.transaction(store).objectStore(store).count();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    })));
    database.close();
    if (!counts.length || counts.includes(0)) return false;
  }
  return names.length > 0;
})()"""


def pages(folder, name):
    head = '<!doctype html>\n<meta charset="utf-8">\n<title>benchmark</title>\n<link rel="icon" href="data:,">\n'
    write(folder / "native.html", f'{head}<script type="module" src="/{name}/main.mjs"></script>\n')
    write(folder / "bundle.html", f'{head}<script type="module" src="/{name}/bundle.js"></script>\n')
    tag = f'<script src="/@pitlane/client.js" data-entry="/{name}/main.mjs" data-timeout="60000"></script>'
    write(folder / "pitlane.html", f"{head}{tag}\n")


class Workload:
    def __init__(self, root, name, kind, make):
        self.name, self.kind = name, kind
        folder = root / name
        make(folder)
        meta = folder / "bundle.json"
        # Nothing shaken off, nothing minified: the same code in one file.
        run(
            os.environ.get("ESBUILD", "esbuild"), folder / "main.mjs", "--bundle", "--format=esm", "--tree-shaking=false",
            "--external:node:*", f"--outfile={folder / 'bundle.js'}", f"--metafile={meta}", "--log-level=error",
        )  # fmt: skip
        inputs = json.loads(meta.read_text())["inputs"]
        meta.unlink()
        self.files = {Path(path).resolve() for path in inputs}
        self.modules, self.bytes = len(inputs), sum(part["bytes"] for part in inputs.values())
        pages(folder, name)
        self.detail = None
        self.times = {variant: {"cold": [], "warm": []} for variant in VARIANTS}

    def check(self, variant, detail):
        """Every variant must have run the same modules, once each."""
        self.detail = self.detail or detail
        assert detail == self.detail, f"{self.name}, {variant}: {detail} instead of {self.detail}"

    def record(self, variant, cold, warm):
        self.times[variant]["cold"].append(round(cold, 1))
        self.times[variant]["warm"].append(round(warm, 1))

    def result(self, wire):
        variants = {}
        for name, times in self.times.items():
            variants[name] = {visit: {"median": round(median(runs), 1), "runs": runs} for visit, runs in times.items()}
        ratios = {}
        for name in LINKED:
            ratios[name] = {
                visit: {
                    "http1": round(variants["http1"][visit]["median"] / variants[name][visit]["median"], 2),
                    "http2": round(variants["http2"][visit]["median"] / variants[name][visit]["median"], 2),
                    "bundle": round(variants["bundle"][visit]["median"] / variants[name][visit]["median"], 2),
                }
                for visit in ("cold", "warm")
            }
        goal = GOALS[self.kind]
        met = {name: {v: ratios[name][v]["http1"] >= goal[v] for v in goal} for name in LINKED}
        return {
            "kind": self.kind, "modules": self.modules, "bytes": self.bytes, "variants": variants,
            "fasterThan": ratios, "goalFasterThanHTTP1": goal, "goalMet": met, "warmWire": wire,
        }  # fmt: skip


class Bench:
    def __init__(self, root, browser, servers, reports):
        self.root, self.browser, self.servers, self.reports = root, browser, servers, reports

    def url(self, workload, variant, report):
        origin, page = VARIANTS[variant]
        return f"{getattr(self.servers, origin)}/{workload.name}/{page}?report={report}"

    def visit(self, context, workload, variant, keep=False):
        """One timed load; milliseconds from the start of the navigation to the end of the entry's evaluation."""
        report = self.reports.expect()
        tab = context.open(self.url(workload, variant, report))
        received = self.reports.take(report, f"{workload.name}, {variant}")
        workload.check(variant, received["detail"])
        if keep and variant in LINKED:
            wait_for(lambda: context.evaluate(tab, CACHED), "the graph to be in IndexedDB")
        context.close_tab(tab)
        return received["ms"]

    def cold_and_warm(self, workload, variant):
        context = self.browser.context()
        try:
            cold = self.visit(context, workload, variant, keep=True)
            warm = self.visit(context, workload, variant)
        finally:
            context.close()
        return cold, warm


def measure(bench, workloads, rounds, deadline):
    """Rounds of every workload and variant in turn, each round beginning with another variant. Returns their number."""
    names = list(VARIANTS)
    for done in range(rounds):
        round_begun = time.monotonic()
        for workload in workloads:
            for variant in names[done % len(names) :] + names[: done % len(names)]:
                workload.record(variant, *bench.cold_and_warm(workload, variant))
        now = time.monotonic()
        print(f"  round {done + 1} of {rounds}: {now - round_begun:.0f} s", flush=True)
        # What follows the rounds takes about as long as half of one.
        if done + 1 < rounds and now + 1.5 * (now - round_begun) > deadline:
            print("  no time left for more: the machine is slow or busy")
            return done + 1
    return rounds


def table(results):
    for name, result in results.items():
        print(f"\n{name}: {result['modules']} modules, {result['bytes'] / 1e6:.1f} MB; ms, and how much slower HTTP/1.1 is")
        for variant, title in TITLES.items():
            row = f"  {title:30}"
            for visit in ("cold", "warm"):
                value = result["variants"][variant][visit]["median"]
                ratio = result["variants"]["http1"][visit]["median"] / value
                row += f"  {visit} {value:7.0f} ({ratio:4.1f}×)"
            print(row)
        for variant, wire in (result["warmWire"] or {}).items():
            unchanged, changed = wire["unchanged"], wire["oneChanged"]
            print(
                f"  {TITLES[variant]:30}  warm, nothing changed: {unchanged['moduleRequests']} module requests, "
                f"{unchanged['moduleBytes']:,} module bytes, {unchanged['webSocketBytes']:,} bytes in all; one changed of "
                f"{changed['changedModuleBytes']:,} bytes: {changed['moduleBytes']:,}"
            )
        missed = [f"{TITLES[v]}, {visit}" for v in LINKED for visit, met in result["goalMet"][v].items() if not met]
        print(f"  goals: {'not met: ' + '; '.join(missed) if missed else 'met'}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, prog="bench-browser.sh")
    parser.add_argument("--quick", action="store_true", help="3 rounds, at most 4 minutes")
    parser.add_argument("--rounds", type=int, help="how often each load is measured (7)")
    parser.add_argument("--browser", choices=BROWSERS, default="chromium")
    parser.add_argument(
        "--code", action="append", metavar="NAME=FOLDER:ENTRY",
        default=[part for part in os.environ.get("BENCH_CODE", "").split() if part],
        help="a real code base, such as playcanvas=…/engine/src:index.js; may be repeated (BENCH_CODE)",
    )  # fmt: skip
    parser.add_argument("--trees", default="1000,3000", help="sizes of the generated trees (1000,3000)")
    parser.add_argument("--output", help="result file (Benchmarks/results/browser.json)")
    return parser.parse_args()


def main():
    # As an exception, so that everything started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    options = parse()
    rounds = options.rounds or (3 if options.quick else 7)
    deadline = time.monotonic() + (225 if options.quick else 870)
    suffix = "" if options.browser == "chromium" else f"-{options.browser}"
    output = Path(options.output or HERE.parent / "results" / f"browser{suffix}.json")
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None  # no disk is measured
    with tempfile.TemporaryDirectory(prefix="pitlane-benchmark-", dir=place) as folder:
        root = Path(folder) / "site"
        workloads = []
        for size in filter(None, options.trees.split(",")):
            make = lambda target, count=int(size): write_tree(target, count)  # noqa: E731
            workloads.append(Workload(root, f"tree{size}", "generated", make))
        for code in options.code:
            name, _, place = code.partition("=")
            source, _, entry = place.rpartition(":")
            make = lambda target, of=(source, entry): copy_code(target, *of)  # noqa: E731
            workloads.append(Workload(root, name, "code", make))
        assert workloads, "nothing to load: --trees and --code are both empty"
        certificate = Certificate(Path(folder))
        closing = []
        try:
            servers = Servers(root, Path(folder), certificate)
            closing.append(servers)
            reports = Reports()
            closing.append(reports)
            browser = BROWSERS[options.browser](certificate)
            closing.append(browser)
            bench = Bench(root, browser, servers, reports)
            for variant in VARIANTS:  # programs come into memory
                bench.cold_and_warm(workloads[0], variant)
            done = measure(bench, workloads, rounds, deadline)
            wires = {workload.name: count_wire(bench, workload, LINKED, CACHED) for workload in workloads}
            setup = machine(browser)
        finally:
            for part in reversed(closing):
                part.stop()
    results = {workload.name: workload.result(wires[workload.name]) for workload in workloads}
    table(results)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    whole = {"date": now, "machine": setup, "rounds": done, "unit": "ms", "workloads": results}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(whole, indent=2) + "\n")
    print(f"\nwritten: {output}")
    if not options.output and options.browser == "chromium":
        chart.main()


if __name__ == "__main__":
    main()
