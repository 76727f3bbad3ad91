"""The one place that starts Chromium: the system's own, headless, with the network cut."""

import contextlib
import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MISSING = (
    "画面の試験に使うブラウザー（Chromium・Chrome・Edge）がありません"
    "（Debian・Ubuntu: apt-get install chromium libatomic1）。"
)


def installed():
    """Where a browser of Chromium's kind is, as Playwright's ``launch`` takes it; None if there is none."""
    if program := next(filter(None, map(shutil.which, NAMES)), None):
        return {"executable_path": program}
    # There, browsers are on no path: Playwright knows the folders, and Windows always has Edge.
    return {"win32": {"channel": "msedge"}, "darwin": {"channel": "chrome"}}.get(sys.platform)


@contextlib.contextmanager
def chromium(where):
    """The browser that ``installed`` has found, running. Raises what Playwright raises if it doesn't start."""
    from playwright.sync_api import sync_playwright

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
