"""未受講者一覧: who has still to take which ● course, by name, for 人事 and the office in charge.

The only file of ours with names. It goes to ``data/private``, which is neither a report nor in git. No
table of names is kept for it: they are read anew from the year's own files.
"""

from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from pipeline.completion import still_open
from pipeline.failure import Failure
from pipeline.fiscal_year import FiscalYear
from pipeline.preparing.prepare import everybody
from pipeline.publishing.excel import HEAD_ROW, put, put_table, workbook_bytes
from pipeline.showing.obligation_views import ASK_FIRST, open_rows
from pipeline.showing.tables import wareki
from pipeline.store import Store
from pipeline.year import Year

# column → (heading, width in characters)
COLUMNS = {
    "office": ("所属", 18),
    "staff_no": ("職員番号", 10),
    "name": ("氏名", 18),
    "course": ("研修", 36),
    "completion_label": ("受講の状況", 14),
    "by": ("必須の根拠", 26),
    "check": ("確かめること", 22),
    "note": ("備考", 36),
}
SHEET, TITLE, SECRET = "未受講者一覧", "●必須の研修の未受講者一覧", "【部外秘】"
A4 = 9
NOBODY = "●必須の研修をまだ修了していない人はいない。"
NO_MENU = "この年度の研修メニューが無いか、対象の印（●など）が一つも無いので、●必須の研修は分からない。"


def outstanding_workbook(rows: pd.DataFrame, year: FiscalYear, cover: dict, has_menu: bool = True) -> bytes:
    """One sheet, one row a person and course: the same bytes for the same ``rows`` (``COLUMNS``)."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    made_up = "見本（架空データ）　" if cover["synthetic"] else ""
    title = f"{SECRET}{made_up}{year.label_ad}　{TITLE}"
    about = f"{cover['town']}　{cover['department']}（{cover['stage']}）"
    if len(rows):
        about += f"　{rows['staff_no'].nunique()}人・のべ{len(rows)}件。"
    if rows["check"].notna().any():
        about += f"「{ASK_FIRST}」とある人は、受けたかどうかの記録が無いか読めない。催促の前に確かめる。"
    put_table(sheet, COLUMNS, rows, title, about)
    sheet.page_setup.paperSize = A4
    sheet.oddHeader.right.text = f"{SECRET}{made_up}"
    if rows.empty:
        put(sheet.cell(HEAD_ROW + 1, 1), NOBODY if has_menu else NO_MENU, in_table=False)
    return workbook_bytes(book, title, year.ends_on)


def outstanding_file(store: Store, cover: dict) -> dict[Path, bytes]:
    """The list of an evaluated year: where it belongs, and its bytes.

    Raises Failure where somebody of the tables isn't in the raw files any more.
    """
    year = Year.open(store)
    known, last_day = everybody(year), year.fiscal_year.ends_on
    courses, targets = store.load("courses"), store.load("targets")
    open_now = still_open(store.load("standing"), store.load("appointments"), last_day)
    if not set(open_now["participant_id"]) <= known.keys():
        raise Failure("表を作ったあとで、名簿か職員一覧が変わりました。もう一度 doit を実行してください。")
    in_order = sorted(known, key=lambda person_id: known[person_id].staff_no)
    offices = [office for office, _ in year.codebook.offices.values()]
    rows = open_rows(open_now, courses, wareki(last_day), dict.fromkeys(offices), in_order)
    persons = [known[person_id] for person_id in rows["participant_id"]]
    rows = rows.assign(staff_no=[p.staff_no for p in persons], name=[p.name for p in persons])
    store.private_dir.mkdir(parents=True, exist_ok=True)  # for its owner alone; a report's folder would be open
    return {store.outstanding_list: outstanding_workbook(rows, year.fiscal_year, cover, len(targets) > 0)}
