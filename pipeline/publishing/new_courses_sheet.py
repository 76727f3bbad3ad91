"""The sheet 新設する研修 of menu_revision.xlsx: the columns of the menu, to be filled in for new courses."""

import pandas as pd
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.codebook import Heading
from pipeline.fiscal_year import FiscalYear
from pipeline.menu_fields import MARKS, PLANS
from pipeline.publishing.excel import fit, height, put
from pipeline.publishing.menu_workbook import HEAD, WIDTHS, column_group, put_head

EMPTY_LINES = 5   # for courses that nobody proposed
OWN_WIDTHS = {"decision_id": 12, "proposed": 24, "decided_by": 10, "decided_on": 14, "title": 26}
PLANNED = [PLANS[plan] for plan in ("held", "renewed", "untaken", "none")]
NOTES = (
    "新設の案を「承認」か「修正」としたら、その案番号の行に、No.から実施年度までを研修メニューと同じように書く（案番号と改定案は変えない）。",
    "案に無い研修を加えるときは、その下の空いた行に書き、決定者（職）と決定日も書く。No.は、まだ使われていない番号にする。"
    "対象：●必須　○推奨　▲指名or公募　空欄は対象外。実施年度：すべての年度を書き、もう行わない年度は「廃止」とする。",
)


def fill_new_courses(
    sheet: Worksheet, headings: list[Heading], proposed: pd.DataFrame, year: FiscalYear, title: str
) -> None:
    """One line a proposed 新設, with its 案番号 and what it says, and empty lines below.

    ``headings``: as ``new_course_headings`` gives them. ``proposed``: decision_id, proposed. ``year``: the one that
    was evaluated.
    """
    widths = [OWN_WIDTHS.get(h.column) or WIDTHS[column_group(h.column)] for h in headings]
    fit(sheet, widths, HEAD)
    put(sheet["A1"], f"{year.following.label_ad}に新設する研修　{title}", bold=True, size=12, in_table=False)
    for row, note in enumerate(NOTES, start=2):
        put(sheet.cell(row, 1), note, in_table=False)
    put_head(sheet, headings)
    lines = [*proposed[["decision_id", "proposed"]].to_dict("records"), *[{}] * EMPTY_LINES]
    for row, line in enumerate(lines, start=HEAD[1] + 1):
        values = [line.get(h.column) for h in headings]
        for column, (value, heading) in enumerate(zip(values, headings, strict=True), start=1):
            put(sheet.cell(row, column), value, centred=heading.column not in ("proposed", "title"))
            if heading.column not in ("decision_id", "proposed", "number"):
                sheet.cell(row, column).number_format = "@"
        sheet.row_dimensions[row].height = max(36.0, height(values, widths))
    first, last = HEAD[1] + 1, HEAD[1] + len(lines)
    _offer(sheet, headings, ("position", "segment"), list(MARKS.values()), (first, last))
    _offer(sheet, headings, ("year",), PLANNED, (first, last))


def _offer(
    sheet: Worksheet, headings: list[Heading], groups: tuple[str, ...], words: list[str],
    rows: tuple[int, int],
) -> None:  # fmt: skip
    check = DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True,
        errorTitle="新設する研修", error=f"「{'」「'.join(words)}」から選んでください。",
    )  # fmt: skip
    for column, heading in enumerate(headings, start=1):
        if column_group(heading.column) in groups:
            letter = sheet.cell(rows[0], column).column_letter
            check.add(f"{letter}{rows[0]}:{letter}{rows[1]}")
    sheet.add_data_validation(check)
