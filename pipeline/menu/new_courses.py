"""The sheet 新設する研修 of the filled workbook → courses that the next year's menu gets besides the old ones.

It has the columns of the menu, and is read as the menu is. A line belongs to a 新設 of the 新旧対照表 by its
案番号; one without 案番号 is a course that whoever decides adds, and names who decided it, and when.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pandas as pd

from pipeline.codebook import Codebook, KnownHeading, codes
from pipeline.findings import Findings, Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest import menu_table
from pipeline.ingest.decisions import ADOPTED, APPROVED, check_decider, read_day
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import Row, Sheet, read_sheet
from pipeline.menu.adoption import NEW
from pipeline.menu.fields import field_label
from pipeline.text import key, shorten

SHEET = "新設する研修"
HANDED_OUT = ("decision_id", "proposed")  # what the secretariat has filled in
OWN = (*HANDED_OUT, "decided_by", "decided_on")  # the columns that the menu hasn't
NEEDED = {
    "number": "No.",
    "category": "区分",
    "title": "内容",
    "method": "実施方法",
    "provider": "研修実施者",
    "month": "時期",
    "hours": "標準時間数",
}


class NewCourses(NamedTuple):
    """The lines of the menu that are new, and what was decided: on them, or by writing them down."""

    lines: list[menu_table.Line]
    numbers: dict[str, int]  # 案番号 → the number that its course got
    decisions: list[dict]  # one a line without 案番号 (schema ``decisions``)


def new_course_headings(codebook: Codebook, year: FiscalYear) -> list[KnownHeading]:
    """The columns of the sheet, left to right; [] for a year without a menu.

    ``year``: the one that was evaluated; a new course has no plan for it, nor for those before.
    """
    menu = [
        replace(heading, is_anchor=True, fills_down=False)
        for heading in codebook.headings("menu")
        if heading.column != "note" and not _is_past(heading.column, year)
    ]
    before: list[KnownHeading] = []
    after: list[KnownHeading] = []
    for heading in codebook.headings("new_courses"):
        (before if heading.column in HANDED_OUT else after).append(heading)
    return [*before, *menu, *after] if menu else []


def _is_past(column: str, year: FiscalYear) -> bool:
    kind, _, name = column.partition(":")
    return kind == "year" and FiscalYear.parse(name) <= year


def read_new_courses(
    grid: Grid | None,
    file: str,
    codebook: Codebook,
    year: FiscalYear,
    decided: list[dict],
    courses: pd.DataFrame,
    findings: Findings,
) -> NewCourses:
    """The new courses of a filled sheet; what is wrong with them becomes findings.

    ``grid``: the sheet, or None where the workbook ``file`` has none. ``decided``: the decisions of the
    新旧対照表. ``courses``: those of the menu that is changed, whose numbers are taken.
    """
    proposed = {d["decision_id"]: d for d in decided if d["change"] == NEW}
    adopted = {i for i, decision in proposed.items() if decision["decision"] in ADOPTED}
    words = {i: codes("decision").get(decision["decision"], "空欄") for i, decision in proposed.items()}
    sheet = _sheet(grid, new_course_headings(codebook, year), year, findings) if grid else None
    if grid and sheet is None:
        return NewCourses([], {}, [])
    rows: dict[int, Row] = {}
    days: dict[int, date | None] = {}
    seen: set[str] = set()
    for row in sheet.rows if sheet else []:
        proposal = row["decision_id"].text
        if _belongs(row, words, adopted, seen, findings):
            if not proposal:
                check_decider(row, findings)
                days[row.number] = read_day(row, True, year, findings)
            if missing := _missing(row):
                findings.add("A29", row["number"].place, missing="、".join(missing))
            else:
                rows[row.number] = row
        seen |= {proposal} - {""}
    for proposal in sorted(adopted - seen):
        findings.add("A28", Place(file, SHEET if grid else ""), proposal=proposal, sheet=SHEET)
    lines = _lines(sheet, set(rows), year, findings) if sheet and rows else []
    ids = {line.row.number: rows[line.row.number]["decision_id"].text for line in lines}
    for line in lines:
        _check(line, courses, year, findings)
        reflected = proposed.get(ids[line.row.number], {}).get("reflected_in")
        if reflected and reflected != str(line.number):
            findings.add(
                "A36",
                line.row["number"].place,
                number=line.number,
                reflected=reflected.replace(";", "、"),
                proposal=ids[line.row.number],
            )
    return NewCourses(
        lines,
        {ids[line.row.number]: line.number for line in lines if ids[line.row.number]},
        [_decision(line, rows[line.row.number], days[line.row.number]) for line in lines if not ids[line.row.number]],
    )


def _sheet(grid: Grid, headings: list[KnownHeading], year: FiscalYear, findings: Findings) -> Sheet | None:
    """Every line with anything in it; None, with a fatal finding, if the sheet can't be read."""
    found = Findings()
    sheet = read_sheet(grid, headings, "new_courses", str(year), found)
    # Nothing need be new: that the sheet is empty is no fault.
    findings.items += [item for item in found.items if item.rule_id != "H07"]
    return sheet


def _belongs(row: Row, words: dict[str, str], adopted: set[str], seen: set[str], findings: Findings) -> bool:
    """Whether a line is to become a course: its 新設 was adopted, or it has no 案番号."""
    cell = row["decision_id"]
    is_filled = any(row[name].text for name in row.columns if name not in HANDED_OUT)
    if not cell.text:
        return is_filled
    if cell.text not in words:
        findings.add("A32", cell.place, seen=shorten(cell.text))
    elif cell.text in seen:
        findings.add("A33", cell.place, seen=shorten(cell.text))
    elif cell.text not in adopted and is_filled:
        findings.add("A31", cell.place, proposal=cell.text, decision=words[cell.text])
    return cell.text in adopted - seen


def _missing(row: Row) -> list[str]:
    """What a course needs and the line hasn't, as the headings say it."""
    missing = [label for name, label in NEEDED.items() if not row[name].text]
    marks = [name for name in row.columns if name.startswith(("position:", "segment:"))]
    if all(key(row[name].text) in menu_table.NO_TARGET for name in marks):
        missing.append("対象")
    # Every year: a blank would be read as an end, which nobody has decided.
    years = [name for name in row.columns if name.startswith("year:") and not row[name].text]
    return missing + [f"実施年度の{name.removeprefix('year:')}" for name in years]


def _lines(sheet: Sheet, wanted: set[int], year: FiscalYear, findings: Findings) -> list[menu_table.Line]:
    """The wanted lines as the menu's own reader reads them, from a sheet without the others."""
    others = {row.number for row in sheet.rows} - wanted
    grid = replace(sheet.grid, cells={at: v for at, v in sheet.grid.cells.items() if at[0] not in others})
    headings = [replace(c.heading, need="ignored") if c.heading.column in OWN else c.heading for c in sheet.columns]
    return menu_table.read_menu(grid, headings, str(year), findings)[1]


def _check(line: menu_table.Line, courses: pd.DataFrame, year: FiscalYear, findings: Findings) -> None:
    """What the menu's reader lets pass, but a new course can't have."""
    taken = dict(zip(courses["number"], courses["title"], strict=True))
    if line.number in taken:
        findings.add("A30", line.row["number"].place, number=line.number, title=taken[line.number])
    if not line.hours:
        cell = line.row["hours"]
        findings.add("A15", cell.place, seen=shorten(cell.text), field=field_label("hours"))
    next_year = f"year:{year.following}"
    if line.plans.get(str(year.following)) == "none":
        cell = line.row[next_year]
        findings.add("A35", cell.place, seen=shorten(cell.text), year=year.following)


def _decision(line: menu_table.Line, row: Row, day: date | None) -> dict:
    return {
        "decision_id": f"new-{line.number}",
        "course_id": line.course_id,
        "title": line.title,
        "change": NEW,
        "field": None,
        "before": None,
        "proposed": None,
        "after": f"No.{line.number} {line.title}",
        "opinion": None,
        "decision": APPROVED,
        "decided_by": row["decided_by"].text or None,
        "decided_on": day,
        "note": None,
        "reflected_in": str(line.number),
        "is_edited": True,
    }
