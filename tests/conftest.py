"""The sample town, built once for every test that reads its documents; one browser a module; who may do without."""

import contextlib
import shutil

import pytest

from tests.browser import MISSING, chromium, installed
from tests.towns import PROJECT, doit

SKIPPED = "画面の試験を飛ばした："


def pytest_addoption(parser):
    parser.addoption(
        "--browser",
        choices=("if-there", "required"),
        default="if-there",
        help="whether the tests of the pages are skipped or fail where no browser starts",
    )


def pytest_collection_modifyitems(config, items):
    for item in items:
        if {"run", "browser"} & set(item.fixturenames):
            item.add_marker("built")
    if not installed():
        # Now, and not in the fixture: the town would be built first.
        for item in items:
            if "browser" in item.fixturenames:
                item.add_marker(pytest.mark.skip(SKIPPED + MISSING))
        if config.getoption("browser") == "required":
            pytest.exit(MISSING, returncode=1)


def pytest_terminal_summary(terminalreporter):
    """One line for all that was skipped for want of a browser."""
    reasons = [report.longrepr[2] for report in terminalreporter.getreports("skipped")]
    skipped = [reason.partition(SKIPPED)[2] for reason in reasons if SKIPPED in reason]
    if skipped:
        terminalreporter.write_line(f"{SKIPPED}{len(skipped)}件。{skipped[0]}")


@pytest.fixture(scope="module")
def browser(pytestconfig):
    """A running browser; for a module, because while Playwright runs nothing else may start an event loop."""
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(chromium(installed()))
        except Exception as error:  # Playwright's own, or a bare one where its driver lacks a library
            if pytestconfig.getoption("browser") == "required":
                raise
            pytest.skip(f"{SKIPPED}ブラウザーが始まりません（{str(error).splitlines()[0]}）。")
        yield running


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """A folder of its own with the raw files of both sample years."""
    root = tmp_path_factory.mktemp("town")
    for year in ("R4", "R5"):
        shutil.copytree(PROJECT / "data/sample" / year, root / "data/sample" / year)
    return root


@pytest.fixture(scope="session")
def run(town):
    """The finished command ``doit`` on the town."""
    return doit(town, "-n", "2")


@pytest.fixture(scope="session")
def reports(town, run):
    """The folder ``reports`` of the town."""
    assert run.returncode == 0, run.stdout + run.stderr
    return town / "reports"
