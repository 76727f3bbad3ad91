"""How the table in `dodo.py` becomes tasks of doit: what a stage makes of a year, and what all tasks share."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from doit import get_var
from doit.exceptions import InvalidDodoFile

from pipeline.commands import actions
from pipeline.commands.console import Reporter
from pipeline.preparing.id_key import is_sound
from pipeline.publishing.progress import say
from pipeline.publishing.provenance import differing, manifest_differs
from pipeline.stages import STAGES, Stage
from pipeline.store import Store, open_stores

# doit captures output by swapping sys.stdout for the whole process: threads would mix it up.
AS_IT_COMES = {"capture": False}
A_YEAR = {"name": "year", "long": "year", "type": str, "default": "", "help": "年度（例: R6）"}
A_FOLDER = {"name": "folder", "long": "folder", "type": str, "default": "", "help": "控えのフォルダー"}
A_STAFF_NO = {"name": "staff_no", "long": "staff-no", "type": str, "default": "", "help": "職員番号（例: 0101）"}
NEW_KEY = {"name": "key", "long": "key", "type": bool, "default": False, "help": "受講者の番号の鍵を作り直す"}
NO_BROWSER = {
    "name": "no_browser",
    "long": "no-browser",
    "type": bool,
    "default": False,
    "help": "ブラウザーを開かず、アドレスだけを表示する",
}


def town() -> Path:
    """The folder with ``data``: this one, or what ``root=`` names on the command line."""
    root = Path(get_var("root") or ".")
    if not root.is_dir():
        raise InvalidDodoFile(f"root= のフォルダーがありません: {root}")
    return root


def stores(root: Path) -> list[Store]:
    """The years to evaluate, oldest first."""
    return open_stores(root)


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
    """The task that runs one stage for one year; ``project``: the folder with the notebooks."""
    notebook = project / "notebooks" / f"{stage.notebook}.ipynb"
    return {
        "name": str(store.year),
        "doc": f"{store.year.label_ad} {stage.title}",
        "task_dep": made_by(stage, store),
        # A lost key is said, though all else is there.
        "uptodate": [partial(is_whole, stage, store), *([partial(is_sound, store)] if stage.raw else [])],
        "targets": [
            *map(store.table, stage.writes),
            *documents(stage, store),
            *([store.outstanding_list] if stage.has_list else []),
        ],
        "actions": [(actions.make_document, [notebook, store, stage])],
        "meta": {"stands": partial(stands, stage, store)},
        "io": AS_IT_COMES,
    }


def is_whole(stage: Stage, store: Store) -> bool:
    """Whether all that a stage made of a year still is what it made, of what still is what it read."""
    found = differing(store.holding(), stage)
    if found is None:
        return False
    if found.made:
        say(f"{store.year}  {stage.title}：作ったときと違うので、作り直します：{'、'.join(found.made)}")
    return not (found.read or found.made)


def stands(stage: Stage, store: Store) -> bool:
    """Whether what was last made by a stage is there, and whole."""
    found = differing(store, stage)
    return found is not None and not found.made


def is_whole_year(store: Store) -> bool:
    return manifest_differs(store) == [] and not store.held.exists()


def made_by(stage: Stage, store: Store) -> list[str]:
    """The tasks that make the tables a stage reads: those of its year, and of the earlier ones that can be evaluated."""
    makers = {table: name for name, other in STAGES.items() for table in other.writes}
    evaluated = {str(one.year) for one in open_stores(store.root)}
    tables = [path for path in stage.tables(store) if path.stem in makers and path.parent.name in evaluated]
    return sorted({f"{makers[path.stem]}:{path.parent.name}" for path in tables})


def documents(stage: Stage, store: Store) -> list[Path]:
    kinds = (".html", ".pdf", ".json")
    made = [store.document(stage.document, suffix, stage.edition) for suffix in kinds]
    return [*made, store.document(stage.workbook, ".xlsx")] if stage.workbook else made


def whole_year(stages: Mapping[str, Stage], store: Store) -> dict:
    """The task that completes a year once all its ``stages`` are done."""
    # The report that most people want comes first, the others in the order of the work.
    in_order = sorted(stages.values(), key=lambda stage: stage.document != "annual_report")
    titles = {stage.document: stage.title for stage in in_order}
    editions = {stage.edition for stage in in_order}
    return {
        "name": str(store.year),
        "doc": f"{store.year.label_ad} 文書すべてと再現情報",
        "task_dep": [f"{name}:{store.year}" for name in stages],
        "targets": [store.manifest, *(p for e in sorted(editions) for p in store.dictionaries(e))],
        "uptodate": [partial(is_whole_year, store)],
        "actions": [(actions.complete_year, [store, titles])],
        "meta": {"stands": lambda: all(stands(stage, store) for stage in in_order)},
        "io": AS_IT_COMES,
    }


def refusal(folder: Path) -> dict:
    """The task of a folder in ``data/raw`` that isn't a year: it can only fail."""
    return {
        "name": folder.name,
        "doc": f"{folder} は、まだ年度として読めません",
        "actions": [(actions.refuse_folder, [folder])],
    }
