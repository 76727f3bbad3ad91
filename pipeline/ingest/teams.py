"""The attendance report of a Teams meeting: one text file of several sections.

「1. 要約」 says when the meeting was, 「2. 参加者」 who stayed how long (one line a connection), 「3.
会議中のアクティビティ」 repeats the connections one by one. Only the first two are read.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

from pipeline.findings import Findings, Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import read_timestamp
from pipeline.ingest.files import Grid
from pipeline.text import key, shorten

SECTION = re.compile(r"\d+\.(.+)")
SUMMARY, PEOPLE = "要約", "参加者"
LENGTH, START, END = "会議の長さ", "開始時刻", "終了時刻"
DURATION = re.compile(r"(?:(\d+)(?:時間|h))?(?:(\d+)(?:分|m))?(?:(\d+)(?:秒|s))?")
TOLERANCE = 1.0  # minutes by which the two ways to know a meeting's length may differ


class Meeting(NamedTuple):
    """When a meeting was, how many minutes it took, and the section of its participants."""

    held_on: date | None
    minutes: float | None
    people: Grid | None
    others: dict[int, str]  # rows of the other sections → the section's name


def read_duration(text: object) -> float | None:
    """Minutes: 「1 時間 5 分 10 秒」, 「30 分 0 秒」, 「45 秒」; None if it is no duration.

    >>> read_duration("1 時間 30 分 0 秒")
    90.0
    """
    match = DURATION.fullmatch(key(text))
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 60 + minutes + seconds / 60


def read_meeting(grid: Grid, year: FiscalYear, findings: Findings) -> Meeting:
    """The sections taken apart; a missing section or an unreadable length is a fatal finding."""
    sections, name = {}, ""
    for row in grid.rows():
        values = grid.row(row)
        if len(values) == 1 and 1 in values and (title := SECTION.fullmatch(key(values[1]))):
            name = title[1]
        sections[row] = name
    others = {row: f"「{name or '前書き'}」の節" for row, name in sections.items() if name != PEOPLE}
    facts = {
        key(grid.cells.get((row, 1))): (grid.cells[row, 2], grid.place(row, 2))
        for row, name in sections.items()
        if name == SUMMARY and (row, 2) in grid.cells
    }
    start, end = (_moment(facts.get(word), year, findings) for word in (START, END))
    minutes = _length(facts.get(LENGTH), start, end, grid, findings)
    if PEOPLE not in sections.values():
        findings.add("E01", Place(grid.file))
        return Meeting(start and start.date(), minutes, None, others)
    cells = {at: value for at, value in grid.cells.items() if sections[at[0]] == PEOPLE}
    return Meeting(start and start.date(), minutes, Grid(grid.file, grid.sheet, cells), others)


def _moment(fact: tuple | None, year: FiscalYear, findings: Findings) -> datetime | None:
    if fact is None:
        return None
    value, place = fact
    # Teams puts a comma between the day and the clock.
    moment = read_timestamp(unicodedata.normalize("NFKC", str(value)).replace(",", " "), year)
    if moment is None:
        findings.add("S03", place, seen=shorten(value))
    return moment


def _length(
    stated: tuple | None, start: datetime | None, end: datetime | None, grid: Grid, findings: Findings
) -> float | None:
    """Minutes as stated, or from start to end; a difference between the two is reported."""
    counted = (end - start).total_seconds() / 60 if start and end else None
    if stated is None:
        if counted is None or counted <= 0:
            findings.add("E02", Place(grid.file), seen="記載なし")
            return None
        return counted
    value, place = stated
    minutes = read_duration(value)
    if not minutes:
        findings.add("E02", place, seen=shorten(value))
        return None
    if counted is not None and abs(counted - minutes) > TOLERANCE:
        findings.add("E06", place, stated=f"{minutes:.0f}", counted=f"{counted:.0f}")
    return minutes
