"""The sample town, built once for every test that reads its documents."""

import shutil

import pytest

from tests.towns import PROJECT, doit


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
