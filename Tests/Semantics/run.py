"""Runs test262's module tests natively over HTTP and through the linker, and compares.

python run.py CHECKOUT [--browser chromium|firefox] [--urls auto|data|blob] [--only SUBSTRING] [--json FILE]
Exit code 1 when an outcome differs, or when a module test did not go through the linker although it can.
"""

import argparse
import collections
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from cases import read_cases
from Harness.processes import Pitlane
from outcomes import outcome, wording
from site_folder import build_site
from tabs import open_tabs

TABS = 2
FRAMES_PER_TAB = 3
PAGES_PER_RUNNER = 120
PATIENCE_MS = 15_000
# Longer than any page may take: a tab that does not answer any more.
STALL_SECONDS = 90
WHOLE_RUN_SECONDS = 1800


def run_pages(tabs, origin, pages):
    """Page path → raw outcome."""
    results = {}

    def stalled(*_):
        missing = [page for batch in running.values() for page in batch if page not in results]
        raise SystemExit(f"nothing has ended for {STALL_SECONDS} s; {len(results)} of {len(pages)} pages have; under way: {missing}")

    signal.signal(signal.SIGALRM, stalled)
    waiting = [pages[start : start + PAGES_PER_RUNNER] for start in range(0, len(pages), PAGES_PER_RUNNER)]
    running = dict.fromkeys(tabs, frozenset())
    deadline = time.monotonic() + WHOLE_RUN_SECONDS
    while len(results) < len(pages):
        if time.monotonic() > deadline:
            raise SystemExit(f"{len(pages) - len(results)} of {len(pages)} pages had not ended after {WHOLE_RUN_SECONDS} s")
        for tab, batch in running.items():
            if batch - results.keys():
                before = len(results)
                results.update(json.loads(tab.evaluate("takeFinished()")))
                if len(results) > before:
                    signal.alarm(STALL_SECONDS)
            if waiting and batch <= results.keys():
                # A tab that has had thousands of frames gets slow: each batch in a fresh document.
                tab.open(f"{origin}/pages/runner.html")
                tab.evaluate(f"runPages({json.dumps(waiting[0])}, {FRAMES_PER_TAB}, {PATIENCE_MS})")
                running[tab] = frozenset(waiting.pop(0))
                print(f"\r{len(results)} of {len(pages)} pages", end="", file=sys.stderr, flush=True)
        time.sleep(0.1)
    signal.alarm(0)
    print(file=sys.stderr)
    return results


def compare(cases, pages, results):
    """Per case: what both did, whether it was linked, what differs."""
    rows = []
    for case, (native_page, linked_page) in zip(cases, pages):
        native, linked = results[native_page], results[linked_page]
        row = {"case": case.name, "native": str(outcome(case, native)), "linked": str(outcome(case, linked))}
        row["same"] = row["native"] == row["linked"]
        if not linked.get("timedOut") and not native.get("timedOut"):
            row["wording"] = [wording(native), wording(linked)]
            row["same_wording"] = row["wording"][0] == row["wording"][1]
            names = [[report["name"] for report in raw["reports"]] for raw in (native, linked)]
            row["reports"] = names
            row["same_reports"] = names[0] == names[1] and native["reportedSame"] == linked["reportedSame"]
            own = f"/test/{case.path}"
            row["via"] = linked["via"]
            row["over_http"] = [path for path in linked["fetched"] if case.is_module or path != own]
            row["fetched_natively"] = [path for path in native["fetched"] if case.is_module or path != own]
        rows.append(row)
    return rows


def summary(cases, rows):
    """Prints the report; returns whether all is well."""
    modules = [row for case, row in zip(cases, rows) if case.is_module]
    verdicts = collections.Counter(row["native"].split()[0] for row in rows)
    linked = [row for row in modules if row.get("via") == "websocket"]
    print(f"{len(rows)} tests run natively and linked ({len(modules)} modules, {len(rows) - len(modules)} scripts)")
    print(f"  native verdicts: {dict(verdicts)}")
    print(f"  module tests that came through the linker: {len(linked)}, of those without any module over HTTP: "
          f"{sum(not row['over_http'] for row in linked)}")  # fmt: skip
    scripts = [row for case, row in zip(cases, rows) if case.fixtures and row.get("fetched_natively")]
    print(f"  scripts that load modules: {len(scripts)}, of those without any module over HTTP: "
          f"{sum(not row['over_http'] for row in scripts)}")  # fmt: skip
    different = [row for row in rows if not row["same"]]
    print(f"  same outcome in {len(rows) - len(different)}, different in {len(different)}")
    for row in different:
        print(f"    {row['case']}: native {row['native']}, linked {row['linked']}\n      {row.get('wording')}")
    for title, key, shown in [
        ("same outcome, other message", "same_wording", "wording"),
        ("same outcome, other reports at the window", "same_reports", "reports"),
    ]:
        others = [row for row in rows if row["same"] and not row.get(key, True)]
        print(f"  {title}: {len(others)}")
        for row in others[:40]:
            print(f"    {row['case']}: {row[shown][0]} | {row[shown][1]}")
    unlinked = [row for row in modules if row.get("via") != "websocket"]
    print(f"  module tests that came over HTTP as a whole: {len(unlinked)}")
    for row in unlinked[:400]:
        print(f"    {row['case']}: {row['native']}")
    return not different


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--browser", choices=["chromium", "firefox"], default="chromium")
    parser.add_argument("--urls", choices=["auto", "data", "blob"], default="auto")
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    options = parser.parse_args()
    begun = time.monotonic()
    cases = [case for case in read_cases(options.checkout) if options.only in case.name]
    if not cases:
        raise SystemExit(f"no test in {options.checkout} matches {options.only!r}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        pages = build_site(root, options.checkout, cases, options.urls)
        server = Pitlane("--root", root).wait_until_ready()
        try:
            with open_tabs(options.browser, TABS) as (tabs, version):
                print(f"{version}, data-urls {options.urls}")
                results = run_pages(tabs, server.http, [page for pair in pages for page in pair])
        finally:
            server.stop()
    rows = compare(cases, pages, results)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))
    well = summary(cases, rows)
    print(f"  {time.monotonic() - begun:.0f} s")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
