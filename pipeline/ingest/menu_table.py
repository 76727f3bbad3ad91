"""The training menu (研修メニュー): one row a course, its targets, and what each fiscal year holds.

The sheet has headings in two rows with merged cells (対象 over the positions, 実施年度 over the
years), a 〃 or a merged cell where the 区分 is that of the row above, years merged where the plan is
the same, priority courses painted (green, as a rule), and its legend below.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from pipeline.codebook import KnownHeading, column_types
from pipeline.findings import Findings
from pipeline.ids import course_id, course_number
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import Cell, Row, SetAside, Sheet, read_sheet
from pipeline.ingest.numbers import number
from pipeline.text import key, shorten

TARGET_MARKS = {
    "●": "required",
    "⚫": "required",
    "○": "recommended",
    "〇": "recommended",
    "◯": "recommended",
    "⭕": "recommended",
    "▲": "selected",
}
OWN_CELLS = ("number", "category", "title")  # of a course; the others may be painted as targets
NO_TARGET = {"", "-", "－", "―", "−", "ー"}
# What a year's cell says, the first that fits: 「毎年度内容を更新して実施」 is more than 「実施」.
PLANS = [
    ("none", re.compile("廃止|終了|休止|実施しない|未実施|^[-－―−ー]$|^$")),
    ("renewed", re.compile("更新")),
    ("untaken", re.compile("未受講")),
    ("held", re.compile("実施|開始|[○〇◯]")),
]
# The first that is named, in this order: a room is where 「集合or動画」 is held.
FORMATS = [
    ("room", re.compile("集合|座学")),
    ("workshop", re.compile("ワークショップ|演習")),
    ("online", re.compile("オンライン|web", re.I)),
    ("e_learning", re.compile("e-?ラーニング|e-?learning", re.I)),
    ("recording", re.compile("動画|録画")),
]
HOURS = re.compile(r"約?(?:(\d+(?:\.\d+)?)(?:時間|h|$|(?=[×x*])))?(?:(\d+)分)?(?:[×x*](\d+)回?)?")


class Target(NamedTuple):
    kind: str  # position / segment
    name: str
    obligation: str
    cell: Cell


class Line(NamedTuple):
    """One course of the menu, as the table has it."""

    number: int
    row: Row
    targets: list[Target]
    plans: dict[str, str]  # fiscal year → plan
    stated: dict[str, object]  # what the columns say that the table ``courses`` has under the same name
    hours: float | None
    format: str | None
    is_priority: bool

    @property
    def course_id(self) -> str:
        return course_id(self.number)

    @property
    def title(self) -> str:
        return str(self.stated["title"])

    @property
    def course(self) -> dict:
        """What the menu itself says of the course, as a row of ``courses`` has it."""
        return {
            "course_id": self.course_id,
            "number": self.number,
            **self.stated,
            "hours": self.hours,
            "is_priority": self.is_priority,
        }


def read_menu(
    grid: Grid, headings: list[KnownHeading], year: str, findings: Findings
) -> tuple[Sheet | None, list[Line]]:
    """The sheet and its courses. What a mark, a year or a method doesn't mean is a fatal finding."""
    found = Findings()
    sheet = read_sheet(grid, headings, "menu", year, found)
    colours = _of_priority(grid, sheet) if sheet else set()
    # What is read here isn't reported as a colour that nobody reads.
    plain = replace(grid, fills={at: c for at, c in grid.fills.items() if c not in colours})
    sheet = read_sheet(plain, headings, "menu", year, findings)
    if sheet is None:
        return None, []
    _set_legend_aside(sheet)
    lines: dict[int, Line] = {}
    for row in sheet.rows:
        cell = row["number"]
        number = course_number(cell.text)
        if number is None:
            findings.add("N04", cell.place, seen=shorten(cell.text))
            continue
        line = _line(number, row, sheet, grid, colours, findings)
        first = lines.setdefault(number, line)
        if first is not line:
            findings.add("N05", cell.place, number=number, first=first.row["number"].place.cell)
    return sheet, list(lines.values())


def _of_priority(grid: Grid, sheet: Sheet) -> set[str]:
    """The paint of priority courses: green, or the one colour over number, category and title of some courses."""
    green, over_rows = set(), set()
    for row in sheet.rows:
        painted = {grid.fills.get((row.number, row.columns[name]), "000000") for name in OWN_CELLS}
        for colour in painted:
            red, green_part, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
            green |= {colour} if green_part > max(red, blue) + 20 else set()
            is_grey = max(red, green_part, blue) - min(red, green_part, blue) < 20
            over_rows |= {colour} if len(painted) == 1 and not is_grey else set()
    return green or (over_rows if len(over_rows) == 1 else set())


def _set_legend_aside(sheet: Sheet) -> None:
    """The legend stands in the column of the numbers; it has no title and no method."""
    for row in list(sheet.rows):
        if not re.search(r"\d", key(row["number"].text)[:4]) and not row["title"].text:
            sheet.rows.remove(row)
            sheet.set_aside.append(SetAside(sheet.grid.file, sheet.grid.sheet, row.number, "凡例・注記"))


def _line(number: int, row: Row, sheet: Sheet, grid: Grid, colours: Collection[str], findings: Findings) -> Line:
    targets, plans = [], {}
    for column in sheet.columns:
        kind, _, name = column.heading.column.partition(":")
        if not name:
            continue
        cell = _spread(grid, row.cells[column.number], row.number, column.number)
        if kind == "year":
            plan = next((p for p, form in PLANS if form.search(key(cell.text))), None)
            if plan is None:
                findings.add("N03", cell.place, seen=shorten(cell.text))
            else:
                plans[name] = plan
        elif key(cell.text) not in NO_TARGET:
            obligation = TARGET_MARKS.get(key(cell.text))
            if obligation is None:
                findings.add("N02", cell.place, seen=shorten(cell.text))
            else:
                targets.append(Target(kind, name, obligation, cell))
    return Line(
        number,
        row,
        targets,
        plans,
        _stated(row, sheet, findings),
        _hours(row["hours"], findings),
        _format(row["method"], findings),
        _priority(grid, row, colours, findings),
    )


def _stated(row: Row, sheet: Sheet, findings: Findings) -> dict[str, object]:
    """The texts and numbers of the columns that go into ``courses`` as they are; the others have readers of their own."""
    types = column_types("courses")
    found: dict[str, object] = {}
    for heading in (column.heading for column in sheet.columns):
        kind = types.get(heading.column)
        if kind and kind.removesuffix("?") in ("text", "prose"):
            found[heading.column] = _one_line(row[heading.column])
        elif kind == "number?" and heading.column != "hours":
            found[heading.column] = number(row[heading.column], heading.wordings[0], findings)
    return found


def _one_line(cell: Cell) -> str:
    """What a cell says, on one line: 「CIO補佐 業務委託」."""
    return re.sub(r"(?<![、。])\s*\n\s*", " ", cell.text).replace("\n", "")


def _spread(grid: Grid, cell: Cell, row: int, column: int) -> Cell:
    """The cell with the text of the merged cell that it is part of: a merge keeps its text once."""
    if cell.text:
        return cell
    for top, bottom, left, right in grid.merges:
        if top <= row <= bottom and left <= column <= right:
            return Cell(grid.cells.get((top, left)), grid.place(top, left))
    return cell


def _hours(cell: Cell, findings: Findings) -> float | None:
    """「2時間」, 「90分」, 「1時間30分」, 「約2時間」, 「2時間×5回」, a plain number: hours in all."""
    text = key(cell.text)
    match = HOURS.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        if text:
            findings.add("N10", cell.place, seen=shorten(cell.text))
        return None
    return (float(match[1] or 0) + int(match[2] or 0) / 60) * int(match[3] or 1)


def _format(cell: Cell, findings: Findings) -> str | None:
    found = next((name for name, form in FORMATS if form.search(key(cell.text))), None)
    if found is None:
        findings.add("N09", cell.place, seen=shorten(cell.text))
    return found


def _priority(grid: Grid, row: Row, colours: Collection[str], findings: Findings) -> bool:
    """By the column 重点, or by paint over the course's own cells (not only its targets)."""
    if key(row.get("priority").text) not in NO_TARGET:
        return True
    painted = [name for name in OWN_CELLS if grid.fills.get((row.number, row.columns[name])) in colours]
    if painted:
        colour = grid.fills[row.number, row.columns[painted[0]]]
        findings.add("N01", row[painted[0]].place, colour=colour)
    return bool(painted)
