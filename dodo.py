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

from pipeline.commands import actions, tasks
from pipeline.commands.tasks import A_YEAR, NO_BROWSER, Stage, command
from pipeline.publishing.index import index_path
from pipeline.store import INTERNAL, PUBLIC, undeclared

HERE = Path(os.path.relpath(Path(__file__).parent))  # relative: the folder may be moved
ROOT = tasks.town()
DOIT_CONFIG = tasks.settings(ROOT)

STAGES = {
    "prepare": Stage(
        notebook="01_prepare",
        purpose="生データの整形と点検",
        document="data_quality",
        title="データ品質報告書",
        workbook="確認票",
        raw=True,
        writes=(
            "participants appointments courses targets course_years sessions attendance scores instruments "
            "items responses choices comments hand_codes interviews ideas followups working_groups wg_people "
            "improvements indicators decisions findings accounts set_aside matches"
        ).split(),
        earlier=("proposals", "courses", "targets", "course_years"),  # what was decided on
    ),
    "associate": Stage(
        notebook="02_associate",
        purpose="理解度の差と欠席の関連の検定",
        document="association",
        title="理解度の差と欠席の関連",
        reads="courses attendance sessions instruments responses items accounts".split(),
        writes="cells association verdict sensitivity catch_up association_by_course catch_up_by_course".split(),
        earlier=("cells", "association"),
    ),
    "evaluate": Stage(
        notebook="03_evaluate",
        purpose="年次評価",
        document="annual_report",
        title="年次評価報告書",
        has_list=True,
        editions=(INTERNAL, PUBLIC),
        reads=(
            "participants appointments attendance courses targets course_years sessions scores instruments "
            "items responses choices comments hand_codes interviews ideas followups working_groups "
            "improvements indicators decisions cells association verdict sensitivity association_by_course "
            "catch_up_by_course findings accounts"
        ).split(),
        writes="evidence proposals standing outstanding".split(),
        earlier=("evidence", "standing"),
    ),
    "revise": Stage(
        notebook="04_revise",
        purpose="研修メニューの改定案",
        document="menu_revision",
        title="研修メニュー改定案",
        workbook="menu_revision",
        reads="courses targets course_years evidence proposals".split(),
    ),
}


def task_stages():
    """四つの工程"""
    for name, stage in STAGES.items():
        yield {"basename": name, "name": None, "doc": f"{stage.purpose} → {stage.title}"}
        for store in tasks.stores(ROOT):
            yield {"basename": name, **tasks.stage_of_year(stage, store, HERE)}


def task_report():
    """1年度分の文書すべてと再現情報（manifest.json）"""
    yield {"name": None, "doc": task_report.__doc__}
    yield from (tasks.whole_year(STAGES.values(), store) for store in tasks.stores(ROOT))
    yield from (tasks.refusal(folder) for folder in undeclared(ROOT))


def task_index():
    """全年度の一覧（reports/index.html）"""
    made_of = {"file_dep": [store.manifest for store in tasks.stores(ROOT)], "targets": [index_path(ROOT)]}
    return command(actions.list_years, ROOT) | made_of


def task_check():
    """事前点検: 実行の妨げになるものを、何も動かさずに一覧する"""
    return command(actions.check_beforehand, ROOT)


def task_new():
    """次の年度のフォルダーを作る（例: doit new --year R6）"""
    return command(actions.make_year, ROOT, params=[A_YEAR])


def task_adopt():
    """改定の決定を次の年度のメニューにする（例: doit adopt --year R6）"""
    return command(actions.adopt_year, ROOT, params=[A_YEAR])


def task_freeze():
    """公表した版を控える（例: doit freeze --year R5）"""
    return command(actions.freeze_year, ROOT, params=[A_YEAR])


def task_lab():
    """JupyterLab で、自分で調べる（notebooks/explore.ipynb。終えるときは Ctrl+C）"""
    return command(actions.start_lab, HERE, ROOT, params=[NO_BROWSER])
