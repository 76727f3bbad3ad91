"""The annual evaluation: four notebooks, run once for every fiscal year.

doit                        すべての年度のうち、古くなったものを作り直す
doit list                   作業の一覧
doit report:R4              令和4年度の報告書一式と、それに必要なもの
doit check                  事前点検
doit new --year R6          次の年度のフォルダーを作る
doit adopt --year R6        CIOの決定を書き入れた新旧対照表から、次の年度のメニューを作る
doit freeze --year R5       公表した版を控える（あとで数値が変わると、作り直す前に止まる）
doit lab                    JupyterLab で、自分で調べる
doit root=フォルダー         ほかの場所にある data/ で同じことをする
"""

import os
from pathlib import Path
from typing import NamedTuple

from doit import get_var
from doit.exceptions import InvalidDodoFile

from pipeline.commands import actions
from pipeline.commands.console import Reporter
from pipeline.publishing.index import index_path
from pipeline.publishing.publish import CELL_TIMEOUT
from pipeline.store import INTERNAL, PUBLIC, Store, undeclared, years

HERE = Path(os.path.relpath(Path(__file__).parent))   # relative: the folder may be moved
ROOT = Path(get_var("root") or ".")
if not ROOT.is_dir():
    raise InvalidDodoFile(f"root= のフォルダーがありません: {ROOT}")
# What every stage is made with: a change here makes every document out of date.
CODE = sorted(
    path for pattern in ("pipeline/**/*.py", "pipeline/codebook/*.csv", "pipeline/templates/**/*.*",
                         "requirements.txt") for path in HERE.glob(pattern)
)  # fmt: skip

DOIT_CONFIG = {
    "default_tasks": ["report", "index"],
    "backend": "sqlite3",
    "dep_file": str(ROOT / ".doit.sqlite3"),
    "reporter": Reporter,
    "verbosity": 2,
    "continue": True,      # one year's bad file must not keep the others waiting
    "par_type": "thread",
    "sort": "definition",
}
# doit captures output by swapping sys.stdout for the whole process: threads would mix it up.
AS_IT_COMES = {"capture": False}
A_YEAR = {"name": "year", "long": "year", "type": str, "default": "", "help": "年度（例: R6）"}


class Stage(NamedTuple):
    """One notebook: the tables it reads (of earlier years too) and writes, its document."""

    notebook: str
    purpose: str
    document: str
    title: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    raw: bool = False   # whether it reads the year's raw files
    workbook: str = ""   # the Excel file to fill in that goes with the document, by its name
    has_list: bool = False   # whether a private list with names goes with it
    editions: tuple[str, ...] = (INTERNAL,)
    timeout: int = CELL_TIMEOUT


STAGES = {
    "prepare": Stage(
        notebook="01_prepare",
        purpose="生データの整形と点検",
        document="data_quality",
        title="データ品質報告書",
        workbook="確認票",
        raw=True,
        earlier=("proposals", "courses", "targets", "course_years"),   # what was decided on
        writes=(
            "participants", "appointments", "courses", "targets", "course_years", "sessions",
            "attendance", "scores", "instruments", "items", "responses", "choices", "comments",
            "hand_codes", "interviews", "ideas", "followups", "working_groups", "wg_people",
            "improvements", "indicators", "decisions", "findings", "accounts", "set_aside", "matches",
        ),  # fmt: skip
    ),
    "associate": Stage(
        notebook="02_associate",
        purpose="理解度の差と欠席の関連の検定",
        document="association",
        title="理解度の差と欠席の関連",
        reads=("courses", "attendance", "sessions", "instruments", "responses", "items", "accounts"),
        writes=(
            "cells", "association", "verdict", "matched", "sensitivity", "catch_up",
            "association_by_course", "catch_up_by_course",
        ),  # fmt: skip
        earlier=("cells",),
    ),
    "evaluate": Stage(
        notebook="03_evaluate",
        purpose="年次評価",
        document="annual_report",
        title="年次評価報告書",
        reads=(
            "participants", "appointments", "attendance", "courses", "targets", "course_years",
            "sessions", "scores", "instruments", "items", "responses", "choices", "comments",
            "hand_codes", "interviews", "ideas", "followups", "working_groups", "improvements", "indicators",
            "decisions", "cells", "association", "verdict", "sensitivity", "association_by_course",
            "catch_up_by_course", "findings", "accounts",
        ),  # fmt: skip
        writes=("evidence", "proposals", "standing", "outstanding"),
        earlier=("evidence", "standing"),
        has_list=True,
        editions=(INTERNAL, PUBLIC),
    ),
    "revise": Stage(
        notebook="04_revise",
        purpose="研修メニューの改定案",
        document="menu_revision",
        title="研修メニュー改定案",
        reads=("courses", "targets", "course_years", "evidence", "proposals"),
        workbook="menu_revision",
    ),
}


def task_stages():
    """四つの工程"""
    for name, stage in STAGES.items():
        yield {"basename": name, "name": None, "doc": f"{stage.purpose} → {stage.title}"}
        for year in years(ROOT):
            yield {"basename": name, "name": str(year), **run(stage, Store.open(year, ROOT))}


def run(stage: Stage, store: Store) -> dict:
    """The doit task that runs one stage for one year."""
    notebook = HERE / "notebooks" / f"{stage.notebook}.ipynb"
    raw = store.raw_files if stage.raw else [store.declaration]
    # A year without decisions to read doesn't wait for the year before to be whole.
    needs_earlier = not stage.raw or store.has_decisions
    before = [path for name in stage.earlier for path in store.earlier(name) if needs_earlier]
    inputs = [*raw, *map(store.table, stage.reads), *before]
    arguments = [notebook, store, stage.document, stage.title, inputs, stage.timeout]
    made = [(actions.make_document, [*arguments, edition]) for edition in stage.editions]
    return {
        "doc": f"{store.year.label_ad} {stage.title}",
        "file_dep": [notebook, *CODE, *inputs],
        "targets": [*map(store.table, stage.writes), *documents(stage, store),
                    *([store.outstanding_list] if stage.has_list else [])],
        "actions": [*made,
                    *([(actions.write_workbook, [store, stage.workbook])] if stage.workbook else []),
                    *([(actions.write_list, [store])] if stage.has_list else [])],
        "io": AS_IT_COMES,
    }


def documents(stage: Stage, store: Store) -> list[Path]:
    made = [store.document(stage.document, suffix, edition)
            for edition in stage.editions for suffix in (".html", ".pdf")]
    return [*made, store.document(stage.workbook, ".xlsx")] if stage.workbook else made


def task_report():
    """1年度分の文書すべてと再現情報（manifest.json）"""
    yield {"name": None, "doc": task_report.__doc__}
    # The report that most people want comes first, the others in the order of the work.
    stages = sorted(STAGES.values(), key=lambda stage: stage.document != "annual_report")
    titles = {stage.document: stage.title for stage in stages}
    workbooks = {stage.document: stage.workbook for stage in stages if stage.workbook}
    editions = {edition for stage in stages for edition in stage.editions}
    for store in (Store.open(year, ROOT) for year in years(ROOT)):
        made = [path for stage in STAGES.values() for path in documents(stage, store)]
        yield {
            "name": str(store.year),
            "doc": f"{store.year.label_ad} 文書すべてと再現情報",
            "file_dep": [*made, store.declaration],
            "targets": [store.manifest, *(p for e in sorted(editions) for p in store.dictionaries(e))],
            "actions": [(actions.complete_year, [store, titles, workbooks])],
            "io": AS_IT_COMES,
        }
    for folder in undeclared(ROOT):
        yield {
            "name": folder.name,
            "doc": f"{folder} は、まだ年度として読めません",
            "actions": [(actions.refuse_folder, [folder])],
        }


def task_index():
    """全年度の一覧（reports/index.html）"""
    return {
        "file_dep": [Store.open(year, ROOT).manifest for year in years(ROOT)],
        "targets": [index_path(ROOT)],
        "actions": [(actions.list_years, [ROOT])],
        "io": AS_IT_COMES,
    }


def task_check():
    """事前点検: 実行の妨げになるものを、何も動かさずに一覧する"""
    return {"actions": [(actions.check_beforehand, [ROOT])], "io": AS_IT_COMES}


def task_new():
    """次の年度のフォルダーを作る（例: doit new --year R6）"""
    return {"actions": [(actions.make_year, [ROOT])], "params": [A_YEAR], "io": AS_IT_COMES}


def task_adopt():
    """改定の決定を次の年度のメニューにする（例: doit adopt --year R6）"""
    return {"actions": [(actions.adopt_year, [ROOT])], "params": [A_YEAR], "io": AS_IT_COMES}


def task_freeze():
    """公表した版を控える（例: doit freeze --year R5）"""
    return {"actions": [(actions.freeze_year, [ROOT])], "params": [A_YEAR], "io": AS_IT_COMES}


def task_lab():
    """JupyterLab で、自分で調べる（notebooks/explore.ipynb。終えるときは Ctrl+C）"""
    no_browser = {"name": "no_browser", "long": "no-browser", "type": bool, "default": False,
                  "help": "ブラウザーを開かず、アドレスだけを表示する"}  # fmt: skip
    return {"actions": [(actions.start_lab, [HERE, ROOT])], "params": [no_browser], "io": AS_IT_COMES}
