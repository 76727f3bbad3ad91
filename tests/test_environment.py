"""Every package is locked once, with its fingerprints, and every way to set up takes it from there."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import sbom

PROJECT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = list(sbom.locked())
# What is asked for by name: for the main job, for an extra, to set up.
NEEDED = PYPROJECT["project"]["dependencies"]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
SETUP = PYPROJECT["dependency-groups"]["setup"]
ASKED = [*NEEDED, *(line for extra in EXTRAS.values() for line in extra), *SETUP]
# Only `doit lab` loads these.
OF_THE_LAB = ("pipeline/exploring", "pipeline/commands/lab_server.py")


def names(lines):
    return {canonicalize_name(Requirement(line).name) for line in lines} - {PYPROJECT["project"]["name"]}


def imported(paths):
    """The packages that modules import, by the names they are installed by."""
    modules = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
            elif isinstance(node, ast.Import):
                modules.update(alias.name.split(".")[0] for alias in node.names)
    packages = packages_distributions()
    return {canonicalize_name(packages[m][0]) for m in modules - sys.stdlib_module_names - {"pipeline"}}


def test_every_package_is_locked_exactly_and_with_fingerprints():
    assert len(PINS) > 100
    for pin, hashes in PINS:
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier))
        assert hashes and all(len(digest) == 64 for digest in hashes), pin.name
    # A host would bind the list to one index; a path, to one machine.
    assert not [pin for pin, _ in PINS if pin.url]
    assert "://" not in (PROJECT / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("version", ["3.11.7", "3.12.9", "3.13.5"])
@pytest.mark.parametrize(("platform", "name"), [("win32", "nt"), ("linux", "posix"), ("darwin", "posix")])
def test_a_machine_of_each_kind_gets_every_package_asked_for_once(version, platform, name):
    machine = {"python_full_version": version, "python_version": version[:4], "sys_platform": platform, "os_name": name}
    found = [canonicalize_name(p.name) for p, _ in PINS if not p.marker or p.marker.evaluate(machine)]
    assert len(found) == len(set(found))
    assert names(ASKED) <= set(found)


def test_versions_stand_nowhere_but_in_the_lock():
    built_with = PYPROJECT["build-system"]["requires"]
    assert not [line for line in (*ASKED, *built_with) if Requirement(line).specifier]
    assert names(built_with) <= names(SETUP)  # a closed network finds it among the others


def test_conda_takes_its_packages_from_the_lock():
    conda = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    [pip] = [d for d in conda["dependencies"] if isinstance(d, dict)]
    assert pip == {"pip": ["-r requirements.txt"]}
    # What conda itself brings is not also locked: two sources would disagree one day.
    native = {d.partition("=")[0] for d in conda["dependencies"] if isinstance(d, str)}
    assert native and not native & {pin.name for pin, _ in PINS}


def test_the_sbom_lists_what_is_locked():
    assert sbom.SBOM.read_text(encoding="utf-8") == sbom.text(), "renew it: python -m tests.sbom"


def test_the_main_job_imports_nothing_of_the_extras():
    modules = [
        path
        for path in (PROJECT / "pipeline").rglob("*.py")
        if not path.relative_to(PROJECT).as_posix().startswith(OF_THE_LAB)
    ]
    assert imported([*modules, PROJECT / "dodo.py"]) <= names(NEEDED)


def test_everything_that_doit_lab_imports_is_declared():
    assert imported((PROJECT / "pipeline").rglob("*.py")) <= names([*NEEDED, *EXTRAS["lab"]])
