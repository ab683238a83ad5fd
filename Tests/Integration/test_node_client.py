"""The package ws for Node as a foreign client."""

import os
import random
from pathlib import Path

from Harness.processes import Child


def test_ws(pitlane, site):
    source = random.Random(1)
    for number in range(200):
        lines = [f"export const v{line} = {source.random()};" for line in range(number % 40)]
        (site / f"m{number}.mjs").write_text("\n".join(lines))
    with open(site / "big.mjs", "w") as file:
        file.writelines(f"export const käse{line} = {source.random()};\n" for line in range(40_000))
    script = Path(__file__).with_name("node_client.cjs")
    child = Child([os.environ.get("NODE", "node"), script, pitlane.websocket, site])
    try:
        assert child.wait(180) == 0, child.output
        assert child.output.count("ok ") == 8
    finally:
        child.stop()
