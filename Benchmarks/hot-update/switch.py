"""A branch switch that changes 5,000 modules, under a client that runs all of them as a page does."""

import time

from Harness.branches import ALL, Page, resident, switch, write_repository
from Harness.client import connect
from Harness.processes import Pitlane

GOAL_SECONDS = 2


def measure_switch(folder, count):
    root = write_repository(folder / "repository")
    server = Pitlane("--root", root, "--log-level", "error").wait_until_ready()
    runs = []
    try:
        page = Page(connect(server, max_queue=None), root, ALL)
        for number in range(count):
            begin = time.monotonic()
            seconds = switch(root, ("two", "one")[number % 2], [page])
            whole = time.monotonic() - begin
            runs.append({
                "seconds": round(seconds, 3), "gitSeconds": round(whole - seconds, 3), "updates": len(page.told),
                "residentMB": resident(server) >> 20,
            })  # fmt: skip
        page.client.close()
    finally:
        server.stop()
    met = all(run["seconds"] < GOAL_SECONDS and run["updates"] == 1 for run in runs)
    return {"modules": len(ALL) - 1, "goalSeconds": GOAL_SECONDS, "goalMet": met, "runs": runs}
