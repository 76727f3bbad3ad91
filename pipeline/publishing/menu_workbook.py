"""The next year's menu as the town's own Excel file, in the form in which ``prepare`` reads it."""

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.codebook import KnownHeading
from pipeline.fiscal_year import FiscalYear
from pipeline.menu.fields import MARKS, PLANS, shown
from pipeline.publishing.excel import fit, put, put_row, workbook_bytes

SHEET = "研修メニュー"
GREEN = PatternFill("solid", fgColor="FF92D050")  # 重点研修メニュー, as the town paints it
GROUPS = {"position": "対象（職位）", "segment": "対象（セグメント）", "year": "実施年度"}
WIDTHS = {
    "number": 6,
    "category": 16,
    "title": 40,
    "provider": 16,
    "hours": 10,
    "position": 7,
    "segment": 9,
    "year": 16,
    "priority": 7,
    "note": 16,
}
OTHER_WIDTH = 14
HEAD = (4, 5)
LEGEND = "凡例：●必須　○推奨　▲指名or公募　空欄は対象外。緑色の行は重点研修メニュー（「重点」の列の○と同じ）。"
EVERY_YEAR = f"毎年度{PLANS['renewed']}"


def menu_workbook(
    courses: pd.DataFrame,
    targets: pd.DataFrame,
    course_years: pd.DataFrame,
    headings: list[KnownHeading],
    town: str,
    year: FiscalYear,
    synthetic: bool,
    notes: dict[str, str] | None = None,
) -> bytes:
    """The menu of ``year``: a title, a head of two rows, one row a course, a legend.

    ``notes``: course_id → its 備考.

    ``headings``: the codebook's lines of the table ``menu``; the first wording of each is written. Raises
    ValueError where a target or a year of the tables has no column.
    """
    _check_columns(targets, course_years, headings, year)
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    widths = [width(h.column) for h in headings]
    fit(sheet, widths, HEAD)
    title = f"{town}DX人材育成研修メニュー"
    put(sheet["A1"], title, bold=True, size=14, in_table=False)
    last = sheet.cell(1, len(headings)).column_letter
    sheet.merge_cells(f"A1:{last}1")
    note = "見本（架空データ）　" if synthetic else ""
    put(sheet["A2"], f"{note}{year.label}（doit adopt により作成）", in_table=False)
    put_head(sheet, headings)
    centred = [n for n, h in enumerate(headings, start=1) if column_group(h.column) not in ("title", "note")]
    ordered = courses.assign(number=courses["number"].astype(int)).sort_values("number")
    for row, course in enumerate(ordered.to_dict("records"), start=HEAD[1] + 1):
        said = {h.column: course[h.column] for h in headings if h.column in course and pd.notna(course[h.column])}
        cells = said | _cells(course, targets, course_years)
        cells["note"] = (notes or {}).get(course["course_id"])
        put_row(sheet, row, [cells.get(h.column) for h in headings], widths, centred)
        for cell in sheet[row] if course["is_priority"] else ():
            cell.fill = GREEN
    put(sheet.cell(HEAD[1] + len(ordered) + 2, 1), LEGEND, in_table=False)
    return workbook_bytes(book, f"{title}（{year.label}）", year.starts_on)


def column_group(column: str) -> str:
    return column.partition(":")[0]


def width(column: str) -> int:
    return WIDTHS.get(column_group(column), OTHER_WIDTH)


def _check_columns(targets, course_years, headings: list[KnownHeading], year: FiscalYear) -> None:
    there = {h.column for h in headings}
    needed = [f"{t['kind']}:{t['name']}" for t in targets.to_dict("records")]
    needed += [f"year:{y}" for y in {*course_years["fiscal_year"], str(year)}]
    if missing := sorted(set(needed) - there):
        raise ValueError(
            f"研修メニューの列に無い対象・年度があります：{'、'.join(missing)}。"
            "pipeline/codebook/headers.csv の menu に行を加えてください。"
        )


def put_head(sheet: Worksheet, headings: list[KnownHeading]) -> None:
    """Two rows: the groups over their columns, every other heading over both rows."""
    upper, lower = HEAD
    start = 1
    for column, heading in enumerate(headings, start=1):
        group = column_group(heading.column)
        wording = heading.wordings[0]
        for row in HEAD:
            put(sheet.cell(row, column), None, head=True)
        if group not in GROUPS:
            sheet.cell(upper, column).value = wording
            sheet.merge_cells(start_row=upper, end_row=lower, start_column=column, end_column=column)
            continue
        sheet.cell(lower, column).value = wording
        if column == 1 or column_group(headings[column - 2].column) != group:
            start = column
            sheet.cell(upper, column).value = GROUPS[group]
        if column == len(headings) or column_group(headings[column].column) != group:
            sheet.merge_cells(start_row=upper, end_row=upper, start_column=start, end_column=column)
    sheet.row_dimensions[upper].height = 20
    sheet.row_dimensions[lower].height = 48


def _cells(course: dict, targets: pd.DataFrame, course_years: pd.DataFrame) -> dict[str, object]:
    """column → what the menu says of one course in other words than the table ``courses``."""
    cells: dict[str, object] = {"number": int(course["number"])}
    cells["hours"] = None if pd.isna(course["hours"]) else shown("hours", course["hours"])
    cells["priority"] = "○" if course["is_priority"] else None
    for target in targets[targets["course_id"] == course["course_id"]].to_dict("records"):
        cells[f"{target['kind']}:{target['name']}"] = MARKS[target["obligation"]]
    plans = course_years[course_years["course_id"] == course["course_id"]]
    plans = dict(zip(plans["fiscal_year"], plans["plan"], strict=True))
    has_begun = False
    for year in sorted(plans, key=FiscalYear.parse):
        plan = plans[year]
        if plan == "none":  # not yet, or no longer
            cells[f"year:{year}"] = shown("plan", plan) if has_begun else None
            continue
        has_begun = True
        always = plan == "renewed" and set(plans.values()) == {"renewed"}
        cells[f"year:{year}"] = EVERY_YEAR if always else shown("plan", plan)
    return cells
