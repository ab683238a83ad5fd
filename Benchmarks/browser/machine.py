"""What the figures depend on."""

import os
import platform
from pathlib import Path

from browsers import version_line
from Harness.processes import binary


def machine(browser):
    model = next((line for line in Path("/proc/cpuinfo").read_text().split("\n") if "model name" in line), ":")
    return {
        "cpu": model.split(":")[1].strip(), "cores": os.cpu_count(), "kernel": platform.release(),
        browser.name: browser.version, "pitlane": version_line([str(binary()), "--version"]),
        "caddy": version_line([os.environ.get("CADDY", "caddy"), "version"]),
        "node": version_line([os.environ.get("NODE", "node"), "--version"]),
        "esbuild": version_line([os.environ.get("ESBUILD", "esbuild"), "--version"]),
    }  # fmt: skip
