"""Imports point one way, analysis knows no files, and the map of the package is true."""

import ast
import re
from pathlib import Path

import pytest

import pipeline
from pipeline.codebook import Codebook, lines
from pipeline.indicators import Indicators

PACKAGE = Path(pipeline.__file__).parent
MAP = re.findall(r"^(\w+)  +\S", pipeline.__doc__, re.M)
MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path):
    """The line of the map a module belongs to: its folder, or its own name."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imported(path):
    """Dotted names of everything the module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_map_names_every_part_of_the_package():
    parts = {part_of(path) for path in MODULES} - {"__init__"}
    assert parts == set(MAP)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_below(path):
    if path == PACKAGE / "__init__.py":
        return
    own = part_of(path)
    used = {name.split(".")[1] for name in imported(path) if name.startswith("pipeline.")} - {own}
    above = set(MAP[: MAP.index(own)])
    assert not used & above


@pytest.mark.parametrize(
    "part",
    [
        "inference",
        "menu/rules",
        "menu/proposals",
        "evidence",
        "completion",
        "obligations",
        "comprehension",
        "themes",
        "showing",
    ],
)
def test_analysis_and_showing_know_no_files(part):
    own = [path for path in MODULES if path.relative_to(PACKAGE).with_suffix("").is_relative_to(part)]
    known = {
        name.split(".")[0] if not name.startswith("pipeline.") else name.split(".")[1]
        for path in own
        for name in imported(path)
    }
    assert own
    # The letter shapes of a figure's font are a file; everything else comes in as a table.
    allowed = {"pathlib"} if part == "showing" else set()
    assert not known & {"pathlib", "os", "store", "ingest", "preparing", "publishing"} - allowed


def test_a_document_knows_no_training_and_no_year():
    used = {
        n.split(".")[1] for p in MODULES if part_of(p) == "document" for n in imported(p) if n.startswith("pipeline.")
    }
    assert used == {"document", "failure", "text"}


def test_nothing_is_called_by_a_name_that_says_nothing():
    banned = {"utils", "util", "helpers", "helper", "common", "config", "misc"}
    assert not {path.stem for path in MODULES} & banned


@pytest.mark.parametrize("path", [PACKAGE.parent / "dodo.py", PACKAGE / "stages.py"], ids=lambda path: path.name)
def test_the_pipeline_stands_on_one_screen(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_no_year_stands_in_the_code():
    for path in [*MODULES, PACKAGE.parent / "dodo.py"]:
        code = ast.parse(path.read_text(encoding="utf-8"))
        documented = {
            id(node.body[0].value)
            for node in ast.walk(code)
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        texts = [
            n.value
            for n in ast.walk(code)
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in documented
        ]
        assert not [t for t in texts if re.fullmatch(r"R\d+", t)], path


def test_which_indicators_a_document_shows_stands_in_their_table():
    """An id typed where results are shown is a list of indicators beside ``indicators.csv``."""
    others = {line[name] for line in lines("dictionary") for name in ("table", "column")}
    others |= {line["code"] for line in lines("codes")}
    ids = set(Indicators.of(Codebook("R5"))) - others
    assert {"completed_all", "session_comprehension"} <= ids
    typed = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.value}"
        for folder in ("showing", "reports", "publishing")
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in ids
    ]
    assert not typed
