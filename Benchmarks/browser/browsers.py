"""The browsers that can be measured, by name."""

from chromium import Chromium, version_line

BROWSERS = {"chromium": Chromium}

__all__ = ["BROWSERS", "version_line"]
