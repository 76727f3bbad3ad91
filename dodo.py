"""The annual evaluation: the notebooks of ``pipeline/stages.py``, run once for every fiscal year.

doit                        すべての年度のうち、古くなったものを作り直す
doit list                   作業の一覧
doit report:R4              令和4年度の報告書一式と、それに必要なもの
doit check                  事前点検
doit verify --year R6       報告書が、いまの資料から作ったままかを確かめる
doit new --year R6          次の年度のフォルダーを作る
doit adopt --year R6        CIOの決定を書き入れた新旧対照表から、次の年度のメニューを作る
doit freeze --year R5       公表した版を控える（あとで数値が変わると、作り直す前に止まる）
doit backup --folder E:\\控え   鍵・分析計画・公表した版の控えを取る
doit restore --folder E:\\控え\\…  控えから、無くなったものを戻す
doit purge --year R5        保存期間を過ぎたものを、確かめてから消す
doit person --year R5 --staff-no 0101   一人分の記録を取り出す（本人からの開示請求）
doit lab                    JupyterLab で、自分で調べる
doit root=フォルダー         ほかの場所にある data/ で同じことをする
"""

import os
from pathlib import Path

from pipeline.commands import actions, tasks
from pipeline.commands.tasks import A_FOLDER, A_STAFF_NO, A_YEAR, NEW_KEY, NO_BROWSER, command
from pipeline.publishing.index import index_path
from pipeline.stages import STAGES
from pipeline.store import undeclared

HERE = Path(os.path.relpath(Path(__file__).parent))  # relative: the folder may be moved
ROOT = tasks.town()
DOIT_CONFIG = tasks.settings(ROOT)


def task_stages():
    """五つの工程"""
    for name, stage in STAGES.items():
        yield {"basename": name, "name": None, "doc": f"{stage.purpose} → {stage.title}"}
        for store in tasks.stores(ROOT):
            yield {"basename": name, **tasks.stage_of_year(stage, store, HERE)}


def task_report():
    """1年度分の文書すべてと再現情報（manifest.json）"""
    yield {"name": None, "doc": task_report.__doc__}
    yield from (tasks.whole_year(STAGES, store) for store in tasks.stores(ROOT))
    yield from (tasks.refusal(folder) for folder in undeclared(ROOT))


def task_index():
    """全年度の一覧（reports/index.html）"""
    made_of = {"file_dep": [store.manifest for store in tasks.stores(ROOT)], "targets": [index_path(ROOT)]}
    return command(actions.list_years, ROOT) | made_of


def task_check():
    """事前点検: 実行の妨げになるものを、何も動かさずに一覧する"""
    return command(actions.check_beforehand, ROOT)


def task_verify():
    """報告書が、いまの資料から作ったままかを確かめる（例: doit verify --year R6）"""
    return command(actions.verify, ROOT, params=[A_YEAR])


def task_new():
    """次の年度のフォルダーを作る（例: doit new --year R6）"""
    return command(actions.make_year, ROOT, params=[A_YEAR])


def task_adopt():
    """改定の決定を次の年度のメニューにする（例: doit adopt --year R6）"""
    return command(actions.adopt_year, ROOT, params=[A_YEAR])


def task_freeze():
    """公表した版を控える（例: doit freeze --year R5）"""
    return command(actions.freeze_year, ROOT, params=[A_YEAR])


def task_backup():
    """鍵・分析計画・公表した版の控えを取る（例: doit backup --folder E:\\控え）"""
    return command(actions.back_up, ROOT, params=[A_FOLDER])


def task_restore():
    """控えから、無くなったものを戻す（例: doit restore --folder E:\\控え\\控え_20240401）"""
    return command(actions.restore, ROOT, params=[A_FOLDER])


def task_purge():
    """保存期間を過ぎたものを、確かめてから消す（例: doit purge --year R5）"""
    return command(actions.purge_year, ROOT, params=[A_YEAR, NEW_KEY])


def task_person():
    """一人分の記録を取り出す（例: doit person --year R5 --staff-no 0101）"""
    return command(actions.write_person, ROOT, params=[A_YEAR, A_STAFF_NO])


def task_lab():
    """JupyterLab で、自分で調べる（notebooks/explore.ipynb。終えるときは Ctrl+C）"""
    return command(actions.start_lab, HERE, ROOT, params=[NO_BROWSER])
