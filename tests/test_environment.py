"""pip and conda users get the same versions, and every dependency is pinned exactly once."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
LINES = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
PINS = [Requirement(line) for line in LINES if line and not line.startswith(("#", "-"))]
PROJECT_TABLE = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = [
    Requirement(line) for line in [*PROJECT_TABLE["dependencies"], *PROJECT_TABLE["optional-dependencies"]["test"]]
]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_conda_takes_its_python_packages_from_the_same_pins():
    conda = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    [pip] = [d for d in conda["dependencies"] if isinstance(d, dict)]
    assert pip == {"pip": ["-r requirements.txt"]}
    # What conda itself brings is not also pinned by pip: two sources would disagree one day.
    native = {re.split("[=<>]", d)[0] for d in conda["dependencies"] if isinstance(d, str)}
    assert "pango" in native
    assert not native & {canonical(p.name) for p in PINS}


def test_every_pin_is_exact_and_single_for_each_kind_of_machine():
    assert all(str(p.specifier).startswith("==") and "*" not in str(p.specifier) for p in PINS)
    for version in ("3.11.7", "3.12.9", "3.13.5"):
        for platform, name in (("win32", "nt"), ("linux", "posix"), ("darwin", "posix")):
            machine = {
                "python_full_version": version,
                "sys_platform": platform,
                "os_name": name,
                "python_version": version[:4],
            }
            names = [canonical(p.name) for p in PINS if not p.marker or p.marker.evaluate(machine)]
            assert len(names) == len(set(names))
            assert {canonical(d.name) for d in DIRECT} <= set(names)


def test_direct_dependencies_carry_no_version_of_their_own():
    assert not [d for d in DIRECT if d.specifier]


def test_everything_imported_is_declared():
    modules = {
        name.split(".")[0]
        for folder in ("pipeline", ".")
        for path in (PROJECT / folder).glob("**/*.py" if folder == "pipeline" else "dodo.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom) and node.module
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    distributions = packages_distributions()
    used = {canonical(distributions[module][0]) for module in modules - sys.stdlib_module_names - {"pipeline", "dodo"}}
    assert used <= {canonical(d.name) for d in DIRECT}
