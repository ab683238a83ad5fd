"""The browsers that can be measured, by name."""

from chromium import Chromium, version_line
from firefox import Firefox

BROWSERS = {"chromium": Chromium, "firefox": Firefox}

__all__ = ["BROWSERS", "version_line"]
