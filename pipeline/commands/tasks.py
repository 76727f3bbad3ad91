"""How the table in `dodo.py` becomes tasks of doit: what a stage makes of a year, and what all tasks share."""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from doit import get_var
from doit.exceptions import InvalidDodoFile

from pipeline.commands import actions
from pipeline.commands.console import Reporter
from pipeline.publishing.publish import CELL_TIMEOUT
from pipeline.store import INTERNAL, Store, years

# doit captures output by swapping sys.stdout for the whole process: threads would mix it up.
AS_IT_COMES = {"capture": False}
A_YEAR = {"name": "year", "long": "year", "type": str, "default": "", "help": "年度（例: R6）"}
NO_BROWSER = {
    "name": "no_browser",
    "long": "no-browser",
    "type": bool,
    "default": False,
    "help": "ブラウザーを開かず、アドレスだけを表示する",
}


class Stage(NamedTuple):
    """One notebook: the tables it reads (of earlier years too) and writes, its document."""

    notebook: str
    purpose: str
    document: str
    title: str
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    earlier: tuple[str, ...] = ()
    raw: bool = False  # whether it reads the year's raw files
    workbook: str = ""  # the Excel file to fill in that goes with the document, by its name
    has_list: bool = False  # whether a private list with names goes with it
    editions: tuple[str, ...] = (INTERNAL,)
    timeout: int = CELL_TIMEOUT


def town() -> Path:
    """The folder with ``data``: this one, or what ``root=`` names on the command line."""
    root = Path(get_var("root") or ".")
    if not root.is_dir():
        raise InvalidDodoFile(f"root= のフォルダーがありません: {root}")
    return root


def stores(root: Path) -> list[Store]:
    """The years to evaluate, oldest first."""
    return [Store.open(year, root) for year in years(root)]


def settings(root: Path) -> dict:
    """What doit has to know before the first task."""
    return {
        "default_tasks": ["report", "index"],
        "backend": "sqlite3",
        "dep_file": str(root / ".doit.sqlite3"),
        "reporter": Reporter,
        "verbosity": 2,
        "continue": True,  # one year's bad file must not keep the others waiting
        "par_type": "thread",
        "sort": "definition",
    }


def command(action: Callable, *arguments: object, params: Sequence[dict] = ()) -> dict:
    """A task that does one thing whenever it is called; ``params``: its options."""
    return {"actions": [(action, list(arguments))], "params": params, "io": AS_IT_COMES}


def stage_of_year(stage: Stage, store: Store, project: Path) -> dict:
    """The task that runs one stage for one year; ``project``: the folder with the notebooks and the code."""
    notebook = project / "notebooks" / f"{stage.notebook}.ipynb"
    raw = store.raw_files if stage.raw else [store.declaration]
    # A year without decisions to read doesn't wait for the year before to be whole.
    needs_earlier = not stage.raw or store.has_decisions
    before = [path for name in stage.earlier for path in store.earlier(name) if needs_earlier]
    inputs = [*raw, *map(store.table, stage.reads), *before]
    arguments = [notebook, store, stage.document, stage.title, inputs, stage.timeout]
    made = [(actions.make_document, [*arguments, edition]) for edition in stage.editions]
    return {
        "name": str(store.year),
        "doc": f"{store.year.label_ad} {stage.title}",
        "file_dep": [notebook, *code(project), *inputs],
        "targets": [
            *map(store.table, stage.writes),
            *documents(stage, store),
            *([store.outstanding_list] if stage.has_list else []),
        ],
        "actions": [
            *made,
            *([(actions.write_workbook, [store, stage.workbook])] if stage.workbook else []),
            *([(actions.write_list, [store])] if stage.has_list else []),
        ],
        "io": AS_IT_COMES,
    }


@cache
def code(project: Path) -> list[Path]:
    """What every stage is made with: a change here makes every document out of date."""
    patterns = ("pipeline/**/*.py", "pipeline/codebook/*.csv", "pipeline/templates/**/*.*", "requirements.txt")
    return sorted(path for pattern in patterns for path in project.glob(pattern))


def documents(stage: Stage, store: Store) -> list[Path]:
    made = [
        store.document(stage.document, suffix, edition) for edition in stage.editions for suffix in (".html", ".pdf")
    ]
    return [*made, store.document(stage.workbook, ".xlsx")] if stage.workbook else made


def whole_year(stages: Collection[Stage], store: Store) -> dict:
    """The task that completes a year once all its ``stages`` are done."""
    # The report that most people want comes first, the others in the order of the work.
    in_order = sorted(stages, key=lambda stage: stage.document != "annual_report")
    titles = {stage.document: stage.title for stage in in_order}
    workbooks = {stage.document: stage.workbook for stage in in_order if stage.workbook}
    editions = {edition for stage in in_order for edition in stage.editions}
    made = [path for stage in stages for path in documents(stage, store)]
    return {
        "name": str(store.year),
        "doc": f"{store.year.label_ad} 文書すべてと再現情報",
        "file_dep": [*made, store.declaration],
        "targets": [store.manifest, *(p for e in sorted(editions) for p in store.dictionaries(e))],
        "actions": [(actions.complete_year, [store, titles, workbooks])],
        "io": AS_IT_COMES,
    }


def refusal(folder: Path) -> dict:
    """The task of a folder in ``data/raw`` that isn't a year: it can only fail."""
    return {
        "name": folder.name,
        "doc": f"{folder} は、まだ年度として読めません",
        "actions": [(actions.refuse_folder, [folder])],
    }
