"""The one place that starts Chromium: the system's own, headless, with the network cut."""

import contextlib
import os
import shutil
import sys

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Chromium がありません。入れてから pytest をやり直してください（Debian・Ubuntu: apt-get install chromium）。"
    "Chromium is missing: the tests of the pages need Debian's package `chromium` (see README)."
)


@contextlib.contextmanager
def chromium():
    """A running browser; the test fails, saying what to install, if there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None and sys.platform != "win32":
        pytest.fail(MISSING, pytrace=False)
    # Windows has a Chromium of its own, Edge, which is on no path.
    where = {"executable_path": program} if program else {"channel": "msedge"}
    # As root, as in a container, Chromium refuses its sandbox.
    arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**where, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def opened(browser, path, width, **options):
    """(page, requests): ``path`` on a screen ``width`` pixels wide; all else it asks for is refused.

    ``requests`` lists the addresses it asked for beside its own. ``options`` go to Playwright's
    ``new_context``, ``java_script_enabled`` for instance.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    own, requests = path.as_uri(), []

    def gate(route):
        if route.request.url == own:
            return route.continue_()
        requests.append(route.request.url)
        return route.abort()

    context.set_offline(True)
    context.route("**/*", gate)
    try:
        page = context.new_page()
        page.goto(own)
        yield page, requests
    finally:
        context.close()
