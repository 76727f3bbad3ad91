"""The attendance register (出席簿): people × sessions, one mark a cell."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

import jpholiday

from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import in_words, read_date
from pipeline.ingest.headings import Cell, Row, Sheet
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


def read_mark(text: str, meanings: dict[str, str], year: FiscalYear) -> Mark | None:
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


def meanings(marks: dict[str, str], legend: dict[str, str]) -> dict[str, str]:
    """The codebook's marks overlaid by what this file's legend says."""
    return marks | {key(mark): status for mark, status in legend.items()}


def read_entries(sheet: Sheet, marks: dict[str, str], year: FiscalYear, findings: Findings) -> list[RegisterEntry]:
    """Every person × session of the register; an unknown mark is a fatal finding."""
    entries = []
    for row in sheet.rows:
        for session, column in sheet.by_session("mark").items():
            cell = row.cells[column.number]
            mark = read_mark(cell.text, marks, year)
            if mark is None:
                findings.add("M01", cell.place, seen=shorten(cell.text))
                continue
            if not cell.text:
                findings.add("M02", cell.place)
            elif mark.status == "partial":
                findings.add("M03", cell.place, seen=shorten(cell.text))
            elif "代理" in cell.text:
                findings.add("M04", cell.place)
            elif mark.reason and key(mark.reason) not in marks:
                findings.add("M05", cell.place, seen=shorten(cell.text))
            entries.append(RegisterEntry(row, session, mark, cell))
    return entries


def read_session_days(sheet: Sheet, year: FiscalYear, findings: Findings) -> dict[int, date]:
    """When each session was held, from the register's headings: session → day."""
    days = {}
    for session, column in sheet.by_session("mark").items():
        place = sheet.grid.place(sheet.head, column.number)
        read = read_date(column.match.date.lstrip("("), year)
        if read is None:
            findings.add("D03", place, seen=shorten(column.wording))
            continue
        days[session] = read.day
        text = in_words(read.day)
        if read.is_weekday_wrong:
            findings.add("D01", place, day=text, true=read.true_weekday, seen=read.weekday)
        if holiday := jpholiday.is_holiday_name(read.day):
            findings.add("D02", place, day=text, name=holiday)
    return days
