"""What a test did, as far as native and linked must agree."""

import re
from dataclasses import dataclass

# Errors of linking, as Chromium and Firefox word them; they are SyntaxErrors, like those of parsing.
LINKING = re.compile(
    r"does not provide an export|conflicting star exports|Detected cycle while resolving|"
    r"import not found|indirect export not found|circular import|ambiguous|doesn't provide an export|"
    r"module .* (?:is missing|has no) .*export"
)
FETCHING = re.compile(r"fetch dynamically imported|loading dynamically imported|Failed to load module|module specifier")
EVALUATED = "This statement should not be evaluated"


@dataclass(frozen=True)
class Outcome:
    """`error` is the error's class; `phase` one of parse, resolution, fetch, runtime; None without an error."""

    verdict: str
    error: str | None
    phase: str | None

    def __str__(self):
        return f"{self.verdict} ({self.error} at {self.phase})" if self.error else self.verdict


def _phase(error):
    message = error["message"]
    if LINKING.search(message):
        return "resolution"
    if error["name"] == "TypeError" and FETCHING.search(message):
        return "fetch"
    return "parse" if error["name"] == "SyntaxError" else "runtime"


def outcome(case, raw):
    if raw.get("timedOut"):
        return Outcome("timeout", None, None)
    error = raw["error"]
    printed = raw["printed"] or ""
    if case.is_async and error is None and printed != "Test262:AsyncTestComplete":
        # "Test262:AsyncTestFailure:TypeError: text"
        name = (printed.split(":") + [""] * 3)[2] or "none"
        return Outcome("fail", name, "async")
    if error is None:
        return Outcome("fail" if case.negative else "pass", None, None)
    phase = _phase(error)
    passes = case.negative and case.negative[1] == error["name"] and EVALUATED not in error["message"]
    return Outcome("pass" if passes else "fail", error["name"], phase)


def wording(raw):
    """The texts a developer sees, with every module named by its file alone: specifiers are rewritten by linking."""
    texts = [raw["printed"] or "", raw["error"]["message"] if raw.get("error") else ""]
    return [re.sub(r"""(['"(\s])(?:\.{0,2}/|https?://)[^\s'")]*?([^/\s'")]+)(?=['")\s]|$)""", r"\1\2", text) for text in texts]
