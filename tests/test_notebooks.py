"""Every notebook is a thin shell: it loads, calls, shows and saves."""

import ast

import nbformat
import pytest

import dodo
from pipeline.stages import STAGES

MAX_LINES = 60  # of code in a notebook of the pipeline
MAX_LINES_PER_CELL = 40


@pytest.fixture(params=STAGES)
def name(request):
    return request.param


@pytest.fixture
def stage(name):
    return STAGES[name]


@pytest.fixture
def code_cells(stage):
    notebook = nbformat.read(dodo.HERE / "notebooks" / f"{stage.notebook}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def nodes(code_cells, kind):
    return [n for cell in code_cells for n in ast.walk(ast.parse(cell.source)) if isinstance(n, kind)]


def test_loads_and_saves_by_its_own_line_of_the_table(name, stage, code_cells):
    named = [n.slice.value for n in nodes(code_cells, ast.Subscript) if ast.unparse(n.value) == "STAGES"]
    assert named == [name]
    called = [ast.unparse(call.func) for call in nodes(code_cells, ast.Call)]
    assert called.count("stage.load") == bool(stage.reads)
    assert called.count("stage.save") == bool(stage.writes)
    assert not {"store.load", "store.save"} & set(called), "what the table doesn't know of"


def test_parameters_are_the_ones_dodo_passes(code_cells):
    [parameters] = [c for c in code_cells if "parameters" in c.metadata.get("tags", [])]
    assert {n.targets[0].id for n in ast.parse(parameters.source).body} == {"fiscal_year", "root"}


def test_is_committed_without_outputs(code_cells):
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells)


def test_defines_and_decides_nothing(code_cells):
    defined = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    decided = (ast.For, ast.While, ast.If, ast.IfExp, ast.BoolOp, ast.Match, ast.Try, ast.comprehension)
    assert not [ast.unparse(n) for n in nodes(code_cells, defined + decided)]


def test_knows_no_path_and_no_threshold(code_cells):
    texts = [n.value for n in nodes(code_cells, ast.Constant) if isinstance(n.value, str)]
    assert not [t for t in texts if "/" in t and " " not in t and t.isascii()]
    numbers = [n.value for n in nodes(code_cells, ast.Constant) if type(n.value) in (int, float)]
    assert set(numbers) <= {0, 1}


def test_is_short(code_cells):
    assert sum(bool(line.strip()) for cell in code_cells for line in cell.source.splitlines()) <= MAX_LINES


# For people in JupyterLab, not for the pipeline: to choose and look, and to begin one's own analysis.
FOR_PEOPLE = {"explore", "own_analysis_template"}


def test_every_notebook_is_a_stage_or_for_people():
    found = {path.stem for path in (dodo.HERE / "notebooks").glob("*.ipynb")}
    assert found == {stage.notebook for stage in STAGES.values()} | FOR_PEOPLE


@pytest.mark.parametrize("name", sorted(FOR_PEOPLE))
def test_a_notebook_for_people_opens_short_and_without_outputs(name):
    notebook = nbformat.read(dodo.HERE / "notebooks" / f"{name}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    assert not nodes(cells, (ast.FunctionDef, ast.ClassDef))
    assert all(len(cell.source.splitlines()) <= MAX_LINES_PER_CELL for cell in cells)
