"""From a save to the new code's evaluation in the page; see ../README.md. Started by scripts/bench-hot-update.sh."""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "Tests"), str(HERE.parent / "browser")]

from browsers import BROWSERS  # noqa: E402
from figures import quantile  # noqa: E402
from hot_servers import HotServers  # noqa: E402
from hot_tree import CHAINS, FOLDER, MODULES, file, text, write_site  # noqa: E402
from machine import machine  # noqa: E402
from servers import Certificate, Reports  # noqa: E402
from switch import measure_switch  # noqa: E402

VARIANTS = {"linked": "Pitlane through Caddy", "versioned": "imported again by ?v=N through Caddy"}
GOALS = {"leafMilliseconds": 6, "leafFasterThanVersioned": 4}
WARM_UP = 10
# As between the saves of a person, nothing is under way any more.
PAUSES = (0.03, 0.05)
CLOCK = "performance.timeOrigin + performance.now()"


class Page:
    """A site's page in a window of its own."""

    def __init__(self, browser, variant, root, origin, reports):
        self.variant, self.root, self._reports = variant, root, reports
        # What it sends is told apart by its path.
        self._to = f"{reports.expect().rpartition('/')[0]}/{variant}-"
        self._context = browser.context()
        self._tab = self._context.open(f"{origin}/{variant}.html?report={self._to}")
        reports.take(self._to, f"the page of {variant}")
        self.number = 0

    def prepare(self):
        """Everything that answers a save is there."""
        if self.variant == "versioned":
            wait = "new Promise((done) => { const look = () => (window.isConnected ? done(true) : setTimeout(look, 10)); look(); })"
            assert self._context.evaluate(self._tab, wait)
        visible = self._context.evaluate(self._tab, "document.visibilityState")
        assert visible == "visible", f"the page of {self.variant} is {visible}: browsers slow such pages down"

    def save(self, kind):
        """Saves in place; milliseconds from before the write to the time that the evaluated module took."""
        self.number += 1
        target, content = file(self.root, kind), text(kind, 0, self.number)
        start = time.time_ns()
        target.write_text(content)
        report = self._reports.take(f"{self._to}{kind}-{self.number}", f"save {self.number}, {kind}, {self.variant}")
        return report["time"] - start / 1e6

    def clock_difference(self):
        """Milliseconds by which the page's clock is ahead of ours, and how exactly that is known."""
        samples = []
        for _ in range(40):
            before = time.time_ns() / 1e6
            there = self._context.evaluate(self._tab, CLOCK)
            after = time.time_ns() / 1e6
            samples.append(((after - before) / 2, there - (before + after) / 2))
        uncertainty, difference = min(samples)
        return difference, uncertainty

    def evaluate(self, expression):
        return self._context.evaluate(self._tab, expression)


def measure(pages, saves, deadline):
    """Saves in turn: each kind, each page. Returns kind → variant → milliseconds."""
    draw = random.Random(1)
    times = {kind: {page.variant: [] for page in pages} for kind in CHAINS}
    for number in range(WARM_UP + saves):
        for kind in CHAINS:
            for page in pages if number % 2 else reversed(pages):
                took = page.save(kind)
                if number >= WARM_UP:
                    times[kind][page.variant].append(took)
                time.sleep(draw.uniform(*PAUSES))
        if time.monotonic() > deadline:
            print(f"  no time left for more than {number + 1 - WARM_UP} saves: the machine is slow or busy")
            break
    return times


def figures(times):
    result = {"count": len(times)}
    result |= {name: round(quantile(times, q), 2) for name, q in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1))}
    return result | {"runs": [round(value, 2) for value in times]}


def summary(times):
    kinds = {kind: {variant: figures(all_) for variant, all_ in variants.items()} for kind, variants in times.items()}
    for kind, variants in kinds.items():
        variants["faster"] = {q: round(variants["versioned"][q] / variants["linked"][q], 2) for q in ("p50", "p99")}
        variants["modulesEvaluated"] = len(CHAINS[kind])
    leaf = kinds["leaf"]
    met = {
        "leafMilliseconds": leaf["linked"]["p50"] < GOALS["leafMilliseconds"],
        "leafFasterThanVersioned": leaf["faster"]["p50"] >= GOALS["leafFasterThanVersioned"],
    }
    return {"kinds": kinds, "goals": GOALS, "goalsMet": met}


def table(result):
    for kind, variants in result["kinds"].items():
        print(f"\n{kind}: {variants['modulesEvaluated']} modules evaluated anew; from the save to its evaluation, ms")
        for variant, title in VARIANTS.items():
            row = "".join(f"  {q} {variants[variant][q]:7.2f}" for q in ("p50", "p90", "p99", "max"))
            print(f"  {title:38}{row}")
        print(f"  {'times faster':38}  p50 {variants['faster']['p50']:7.2f}{'':13}  p99 {variants['faster']['p99']:7.2f}")
    missed = [name for name, met in result["goalsMet"].items() if not met]
    print(f"  goals: {'not met: ' + ', '.join(missed) if missed else 'met'}")
    switch = result["branchSwitch"]
    print(f"\nbranch switch, {switch['modules']} modules changed; seconds from its end until the page has all texts")
    for run in switch["runs"]:
        print(f"  {run['seconds']:.2f} in {run['updates']} update(s); git took {run['gitSeconds']:.2f}; Pitlane has {run['residentMB']} MB")


def main():
    # As an exception, so that everything started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    parser = argparse.ArgumentParser(description=__doc__, prog="bench-hot-update.sh")
    parser.add_argument("--saves", type=int, default=200, help="saves of each kind, under each page (200)")
    parser.add_argument("--switches", type=int, default=4, help="branch switches (4)")
    parser.add_argument("--output", default=str(HERE.parent / "results" / "hot-update.json"), help="result file")
    options = parser.parse_args()
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None  # no disk is measured
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pitlane-benchmark-", dir=place)))
        roots = {variant: folder / variant for variant in VARIANTS}
        for root in roots.values():
            write_site(root)
        certificate = Certificate(folder)
        servers = HotServers(roots, f"tree/{FOLDER}", folder, certificate)
        stack.callback(servers.stop)
        reports = Reports()
        stack.callback(reports.stop)
        browser = BROWSERS["chromium"](certificate)
        stack.callback(browser.stop)
        pages = [Page(browser, variant, roots[variant], servers.origins[variant], reports) for variant in VARIANTS]
        clocks = {}
        for page in pages:
            page.prepare()
            difference, uncertainty = page.clock_difference()
            clocks[page.variant] = {"difference": round(difference, 3), "uncertainty": round(uncertainty, 3)}
            assert abs(difference) <= uncertainty + 0.5, f"the page's clock is {difference:.2f} ms off"
        times = measure(pages, options.saves, time.monotonic() + 110)
        for page in pages:
            ran = page.evaluate("globalThis.__ran")
            own = sum(map(len, CHAINS.values()))
            assert ran == MODULES - 1 - own, f"{page.variant}: {ran} other modules have run: the page was reloaded or lost some"
        setup = machine(browser)
        switch = measure_switch(folder, options.switches)
    result = {"unit": "ms", "modules": MODULES, "clocks": clocks, **summary(times), "branchSwitch": switch}
    table(result)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    output = Path(options.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({"date": now, "machine": setup, **result}, indent=2) + "\n")
    print(f"\nwritten: {output}")


if __name__ == "__main__":
    main()
