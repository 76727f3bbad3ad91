"""The sheet 新設する研修 of menu_revision.xlsx: the columns of the menu, to be filled in for new courses."""

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.codebook import KnownHeading
from pipeline.fiscal_year import FiscalYear
from pipeline.menu.fields import MARKS, PLANS
from pipeline.publishing.excel import fit, offer, put, put_row
from pipeline.publishing.menu_workbook import HEAD, column_group, put_head, width

EMPTY_LINES = 5  # for courses that nobody proposed
OWN_WIDTHS = {"decision_id": 12, "proposed": 24, "decided_by": 10, "decided_on": 14, "title": 26}
PLANNED = [PLANS[plan] for plan in ("held", "renewed", "untaken", "none")]
NOTES = (
    "新設の案を「承認」か「修正」としたら、その案番号の行に、No.から実施年度までを研修メニューと同じように書く（案番号と改定案は変えない）。",
    "案に無い研修を加えるときは、その下の空いた行に書き、決定者（職）と決定日も書く。No.は、まだ使われていない番号にする。"
    "対象：●必須　○推奨　▲指名or公募　空欄は対象外。実施年度：すべての年度を書き、もう行わない年度は「廃止」とする。",
)


def fill_new_courses(
    sheet: Worksheet, headings: list[KnownHeading], proposed: pd.DataFrame, year: FiscalYear, title: str
) -> None:
    """One line a proposed 新設, with its 案番号 and what it says, and empty lines below.

    ``headings``: as ``new_course_headings`` gives them. ``proposed``: decision_id, proposed. ``year``: the one that
    was evaluated.
    """
    widths = [OWN_WIDTHS.get(h.column) or width(h.column) for h in headings]
    fit(sheet, widths, HEAD)
    put(sheet["A1"], f"{year.following.label_ad}に新設する研修　{title}", bold=True, size=12, in_table=False)
    for row, note in enumerate(NOTES, start=2):
        put(sheet.cell(row, 1), note, in_table=False)
    put_head(sheet, headings)
    lines = [*proposed[["decision_id", "proposed"]].to_dict("records"), *[{}] * EMPTY_LINES]
    columns = list(enumerate((h.column for h in headings), start=1))
    centred = [n for n, column in columns if column not in ("proposed", "title")]
    as_text = [n for n, column in columns if column not in ("decision_id", "proposed", "number")]
    first, last = HEAD[1] + 1, HEAD[1] + len(lines)
    for row, line in enumerate(lines, start=first):
        values = [line.get(column) for _, column in columns]
        put_row(sheet, row, values, widths, centred, as_text, least=36)
    for groups, words in ((("position", "segment"), list(MARKS.values())), (("year",), PLANNED)):
        letters = [get_column_letter(n) for n, column in columns if column_group(column) in groups]
        offer(sheet, "新設する研修", [f"{at}{first}:{at}{last}" for at in letters], words)
