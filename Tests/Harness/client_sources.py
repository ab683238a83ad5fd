"""The browser client as its sources are now, instead of the copy in the binary: PITLANE_CLIENT_SOURCES=1."""

import base64
import os
import re

from Harness.processes import REPOSITORY

PATH = "/@pitlane/client.js"
HEADERS = {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store"}
FOLDER = REPOSITORY / "Sources" / "DevServer" / "Client"


def wanted():
    return os.environ.get("PITLANE_CLIENT_SOURCES", "") not in ("", "0")


def script():
    """Put together as ClientScript.swift does it, comments included."""
    order = re.search(r"in this order.*\n((?:// .*\.js\b.*\n)+)", (FOLDER / "start.js").read_text())
    files = re.findall(r"\w+\.js", order.group(1))
    body = "".join((FOLDER / name).read_text() for name in files)
    return f'(() => {{\n"use strict";\n{body}}})();\n'


def put_into(browser):
    """Every context of this Playwright browser gets it."""
    new_context = browser.new_context

    def with_route(**options):
        context = new_context(**options)
        context.route(
            lambda url: url.partition("?")[0].endswith(PATH),
            lambda route: route.fulfill(headers=HEADERS, body=script()),
        )
        return context

    browser.new_context = with_route
    return browser


# For WebDriver BiDi.
INTERCEPT = {"phases": ["beforeRequestSent"], "urlPatterns": [{"type": "pattern", "pathname": PATH}]}


def bidi_response(request):
    """The parameters of network.provideResponse."""
    return {
        "request": request,
        "statusCode": 200,
        "reasonPhrase": "OK",
        "headers": [{"name": name, "value": {"type": "string", "value": value}} for name, value in HEADERS.items()],
        "body": {"type": "base64", "value": base64.b64encode(script().encode()).decode()},
    }
