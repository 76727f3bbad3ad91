"""The attendance register (出席簿): people × sessions, one mark a cell."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

import jpholiday
from openpyxl.utils.cell import coordinate_to_tuple

from pipeline.codebook import codes
from pipeline.findings import Findings, Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import ReadDate, in_words, read_date
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import Cell, FoundColumn, Row, Sheet
from pipeline.text import key, shorten


class Mark(NamedTuple):
    """An attendance mark taken apart: one status, and what stood beside it."""

    status: str
    minutes_lost: int | None = None
    caught_up_on: date | None = None
    reason: str = ""


class RegisterEntry(NamedTuple):
    """One person × session of the register."""

    row: Row
    session: int
    mark: Mark
    cell: Cell


NOTHING: Mapping = MappingProxyType({})
NUMBERED = re.compile(r"^\s*第\s*\d+\s*回\s*[(（]?")  # 「第1回 8/5」
MINUTES = re.compile(r"(\d+)分")
WITH_DETAIL = re.compile(r"^(?P<mark>[^(]*)\((?P<detail>.+)\)$", re.S)
WITH_MINUTES = re.compile(r"^(?P<mark>\D+)(?P<detail>\d+分)$")
# The words in brackets are more exact than the sign before them, if they are of these kinds:
PARTLY = {"late", "early", "partial"}
CAUGHT_UP = {"recording", "e_learning"}
REFINED_BY = {
    "present": PARTLY | CAUGHT_UP | {"online"},
    "online": PARTLY,
    **dict.fromkeys(PARTLY, PARTLY | CAUGHT_UP | {"online"}),
    **dict.fromkeys(("absent", "absent_duty"), CAUGHT_UP | {"absent", "absent_duty", "waived", "not_target"}),
}
# ○（欠席） or ×（出席）: one of the two is a slip, and nobody can say which.
CONTRADICTING = [
    ({"present", "online"}, {"absent", "absent_duty", "not_target", "waived"}),
    ({"absent", "absent_duty"}, {"present", "online"} | PARTLY),
]


def read_mark(text: str, meanings: Mapping[str, str], year: FiscalYear) -> Mark | None:
    """The meaning of a mark: ○, △（遅刻15分）, 録画(8/30視聴), 遅10分; None if it is unknown.

    ``meanings`` maps the key of a mark to its status: the codebook's, overlaid by the file's own
    legend. What stands in brackets may say which kind of mark it is (△（遅刻）), how much was
    lost, when a recording was watched, or why somebody was away. Somebody else in a person's place
    (代理) is that person's absence, whatever the sign.
    """
    if not text:
        return Mark("unknown")
    if status := meanings.get(key(text)):
        return Mark(status)
    plain = unicodedata.normalize("NFKC", text)
    match = WITH_DETAIL.match(plain) or WITH_MINUTES.match(plain)
    if match is None:
        return None
    detail = match["detail"].strip()
    words = re.sub(r"[\d/.:月日時分]+", "", detail)  # 「15分遅刻」→「遅刻」
    inner, outer = meanings.get(key(words)), meanings.get(key(match["mark"]))
    if match["mark"].strip() and outer is None:
        return None
    if "代理" in detail:
        return Mark("absent", reason="代理")  # the name beside it is of somebody else
    if any(outer in signs and inner in kinds for signs, kinds in CONTRADICTING):
        return None
    status = inner if outer is None or inner in REFINED_BY.get(outer, ()) else outer
    if status is None:
        return None
    minutes = MINUTES.search(detail) if status in PARTLY else None
    watched = None
    if status in CAUGHT_UP:
        watched = read_date(detail, year) or read_date(re.sub(r"^\D+", "", detail), year)
    is_said = minutes or watched or (status == inner and status not in ("absent", "absent_duty"))
    return Mark(status, int(minutes[1]) if minutes else None, watched and watched.day, "" if is_said else detail)


def meanings(marks: Mapping[str, str], legend: Mapping[str, str]) -> dict[str, str]:
    """The codebook's marks overlaid by what this file's legend says."""
    return dict(marks) | {key(mark): status for mark, status in legend.items()}


def read_entries(
    sheet: Sheet,
    marks: Mapping[str, str],
    year: FiscalYear,
    findings: Findings,
    fills: Mapping[str, str] = NOTHING,
    decided: Mapping[str, str] = NOTHING,
) -> list[RegisterEntry]:
    """Every person × session of the register; an unknown mark is a fatal finding.

    A mark in merged cells is that of each. ``fills``: colour (RRGGBB) → the status that it means, "" for none;
    ``decided``: address of a cell → the status that somebody decided on, whatever its mark, colour or comment, "" for that of its mark.
    """
    entries = []
    merged: dict[Place, list[Cell]] = {}
    uncached: dict[int, list[Cell]] = {}
    for row in sheet.rows:
        for session, column in sheet.by_session("mark").items():
            cell = row.cells[column.number]
            at = coordinate_to_tuple(cell.place.cell)
            if not cell.text and (whole := _merged(sheet.grid, at)):
                cell = Cell(sheet.grid.cells.get(whole), cell.place)
                merged.setdefault(sheet.grid.place(*whole), []).append(cell)
            mark = read_mark(cell.text, marks, year)
            if mark is None:
                findings.add("M01", cell.place, seen=shorten(cell.text))
                continue
            if status := decided.get(cell.place.cell):
                findings.add("M09", cell.place, seen=shorten(cell.text), meaning=codes("status")[status])
                entries.append(RegisterEntry(row, session, mark._replace(status=status), cell))
                continue
            mark = _painted(mark, cell, sheet.grid.fills.get(at, ""), fills, findings)
            if not cell.text and at in sheet.grid.formulas:
                uncached.setdefault(column.number, []).append(cell)
            elif not cell.text and mark.status == "unknown":
                findings.add("M02", cell.place)
            elif mark.status == "partial":
                findings.add("M03", cell.place, seen=shorten(cell.text))
            elif "代理" in cell.text:
                findings.add("M04", cell.place)
            elif mark.reason and key(mark.reason) not in marks:
                findings.add("M05", cell.place, seen=shorten(cell.text))
            entries.append(RegisterEntry(row, session, mark, cell))
    for place, cells in merged.items():
        findings.add("M06", place, seen=shorten(cells[0].text), count=len(cells) + 1)
    for cells in uncached.values():
        where = "、".join(cell.place.cell for cell in cells[:12])
        findings.add("M07", cells[0].place, count=len(cells), cells=where)
    return entries


def _merged(grid: Grid, at: tuple[int, int]) -> tuple[int, int] | None:
    """The cell that speaks for a merged one, if that holds anything."""
    row, column = at
    inside = ((r1, c1) for r1, r2, c1, c2 in grid.merges if r1 <= row <= r2 and c1 <= column <= c2)
    return next((first for first in inside if first in grid.cells), None)


def _painted(mark: Mark, cell: Cell, colour: str, fills: Mapping[str, str], findings: Findings) -> Mark:
    """The mark as its colour makes it more exact, as words in brackets would."""
    meaning = fills.get(colour, "")
    if not meaning or meaning == mark.status:
        return mark
    if mark.status == "unknown" or meaning in REFINED_BY.get(mark.status, ()):
        return mark._replace(status=meaning)
    findings.add("M08", cell.place, seen=shorten(cell.text), colour=colour, meaning=codes("status")[meaning])
    return mark


def number_sessions(
    sheet: Sheet, declared: Mapping[int, date | None], year: FiscalYear, findings: Findings, number: int | None = None
) -> None:
    """Gives the columns that have a date in place of a number the number of their session.

    ``declared``: number → day, where one is declared. A day is the session's of that day; where none is declared, and
    there are as many columns as sessions, they stand in order of time. ``number``: the sheet's own, where each session
    has a sheet. What can't be told is a fatal finding.
    """
    undated = {
        c.number: _day(sheet, c, year) for c in sheet.columns if c.heading.column == "mark" and not c.match.session
    }
    numbers = {day: n for n, day in declared.items() if day}
    if number is not None and len(undated) == 1:
        found = dict.fromkeys(undated, number)
    elif not numbers and len(set(undated.values()) - {None}) == len(undated) == len(declared):
        by_day = sorted(undated, key=lambda c: undated[c] or date.min)
        found = dict(zip(by_day, sorted(declared), strict=True))
    else:
        found = {c: numbers[day] for c, day in undated.items() if day in numbers}
    for column in sorted(undated.keys() - found.keys()):
        place = sheet.grid.place(sheet.head, column)
        findings.add("D06", place, seen=next(c.wording for c in sheet.columns if c.number == column))
    sheet.columns = [
        c._replace(match=c.match._replace(session=found[c.number])) if c.number in found else c for c in sheet.columns
    ]


def _day(sheet: Sheet, column: FoundColumn, year: FiscalYear) -> date | None:
    read = _read_day(sheet, column, year)
    return read.day if read else None


def _read_day(sheet: Sheet, column: FoundColumn, year: FiscalYear) -> ReadDate | None:
    """The date in a heading, or, where each session has a sheet, in the lines above it."""
    values = [sheet.grid.cells.get((row, column.number)) for row in sheet.head_rows]
    if dated := next((value for value in values if isinstance(value, datetime)), None):
        return read_date(dated, year)
    if read := read_date(column.match.date.lstrip("("), year):
        return read
    above = [v for row in sheet.grid.rows() if row < min(sheet.head_rows) for v in sheet.grid.row(row).values()]
    if sum(c.heading.column == "mark" for c in sheet.columns) == 1 and not column.match.date:
        return next(filter(None, (read_date(NUMBERED.sub("", str(v)), year) for v in above)), None)
    return None


def read_session_days(
    sheet: Sheet, year: FiscalYear, findings: Findings, declared: Mapping[int, date | None] = NOTHING
) -> dict[int, date]:
    """When each session was held, from the register's headings or as ``declared``: session → day."""
    days = {}
    unread: list[tuple[Place, str]] = []
    for session, column in sheet.by_session("mark").items():
        place = sheet.grid.place(sheet.head, column.number)
        read, stated = _read_day(sheet, column, year), declared.get(session)
        if stated:
            days[session] = stated
            if read and read.day != stated:
                findings.add("D05", place, seen=in_words(read.day), day=in_words(stated))
            continue
        if read is None:
            unread.append((place, column.wording))
            continue
        days[session] = read.day
        text = in_words(read.day)
        if read.is_weekday_wrong:
            findings.add("D01", place, day=text, true=read.true_weekday, seen=read.weekday)
        if holiday := jpholiday.is_holiday_name(read.day):
            findings.add("D02", place, day=text, name=holiday)
    if unread:
        place, wording = unread[0]
        cells = "、".join(place.cell for place, _ in unread[:12])
        findings.add("D03", place, count=len(unread), seen=shorten(wording), cells=cells)
    return days
