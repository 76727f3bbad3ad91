"""A learner list of an e-learning course (J-LIS and others): how far everybody was on one day.

The lists are cumulative: one of February repeats what stood in that of October. What stands in one
list is read here; what changed from list to list is judged in ``preparing.progress``.
"""

import re
from datetime import date
from typing import NamedTuple

from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import in_words, read_date
from pipeline.ingest.headings import Cell, Row, Sheet
from pipeline.ingest.numbers import NOTHING
from pipeline.text import key, shorten

FINISHED = "修了"
UNFINISHED = ("受講中", "未修了", "未受講")
FULL_SCORE = 100.0


class Standing(NamedTuple):
    """How far one learner was: the status as written, percent, day of completion, test score."""

    row: Row
    status: str
    percent: float | None
    completed_on: date | None
    score: float | None

    @property
    def is_finished(self) -> bool:
        return self.status == FINISHED

    @property
    def words(self) -> str:
        """「受講中（進捗 40%）」: why somebody has not finished."""
        if self.percent is None or self.status == "未受講":
            return self.status
        return f"{self.status}（進捗 {self.percent:g}%）"


def of_course(sheet: Sheet, about: str, findings: Findings) -> tuple[list[Row], list[Row]]:
    """The rows of the course that is meant, and those of others; none of it is a fatal finding."""
    mine = [row for row in sheet.rows if key(row["course"].text) == key(about)]
    others = [row for row in sheet.rows if key(row["course"].text) != key(about)]
    if not mine and others:
        findings.add("E11", others[0]["course"].place, about=about, seen=shorten(others[0]["course"].text))
        return mine, others
    told = set()
    for row in others:
        name = key(row["course"].text)
        if name not in told:
            findings.add("E12", row["course"].place, about=about, seen=shorten(row["course"].text))
        told.add(name)
    return mine, others


def read_standing(row: Row, as_of: date, year: FiscalYear, findings: Findings) -> Standing | None:
    """One learner's line; None, with a fatal finding, if its status can't be read."""
    status = next((s for s in (FINISHED, *UNFINISHED) if key(s) == key(row["status"].text)), None)
    if status is None:
        findings.add("E13", row["status"].place, seen=shorten(row["status"].text))
        return None
    percent, completed_on = _percent(row["progress"], findings), None
    done = row.get("completed_on")
    if key(done.text) not in NOTHING:
        read = read_date(done.value, year)
        if read is None:
            findings.add("S03", done.place, seen=shorten(done.text))
        else:
            completed_on = read.day
    standing = Standing(row, status, percent, completed_on, _score(row.get("score"), findings))
    if standing.is_finished and percent is not None and percent < 100:
        findings.add("E15", row["progress"].place, status=status, seen=f"進捗率が {percent:g}%")
    if not standing.is_finished and completed_on:
        findings.add("E15", done.place, status=status, seen=f"修了日が {in_words(completed_on)}")
    if completed_on and completed_on > as_of:
        findings.add("E16", done.place, seen=in_words(completed_on), as_of=in_words(as_of))
    return standing


def _percent(cell: Cell, findings: Findings) -> float | None:
    """「40%」 or 40. A share such as 0.4 (Excel's percent format) is not guessed at."""
    text = key(cell.text)
    if text in NOTHING:
        return None
    match = re.fullmatch(r"(\d{1,3})%?|(\d{1,3}\.\d+)%", text)
    if match is None or float(match[1] or match[2]) > 100:
        findings.add("E14", cell.place, seen=shorten(cell.text))
        return None
    return float(match[1] or match[2])


def _score(cell: Cell, findings: Findings) -> float | None:
    text = key(cell.text)
    if text in NOTHING:
        return None
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)点?", text)
    if match is None or float(match[1]) > FULL_SCORE:
        findings.add("E18", cell.place, seen=shorten(cell.text))
        return None
    return float(match[1])
