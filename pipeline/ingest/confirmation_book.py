"""The filled 確認票 → answers: every word that is answered with is known, and who said it and when.

What a line says of itself is judged here; whether it fits the findings of this run is judged in
``preparing.confirmation_book``, which knows them.
"""

from datetime import date
from typing import NamedTuple

from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import in_words, read_date
from pipeline.ingest.headings import Row, Sheet
from pipeline.text import key, shorten

SHEET = "確認票"
AS_IT_IS, MENDED, NEXT_TIME, UNKNOWN = ("元の資料のとおりでよい", "元の資料を直した", "次回から直す", "分からない")
ANSWERS = (AS_IT_IS, MENDED, NEXT_TIME, UNKNOWN)


class OfficeAnswer(NamedTuple):
    """One answered line of the sheet; texts as written, ``row`` for the cells' places."""

    row: Row
    finding_id: str
    answer: str
    note: str
    answered_by: str
    answered_on: date

    @property
    def said(self) -> tuple:
        """What must be the same for two lines to be one answer."""
        return self.answer, key(self.note), key(self.answered_by), self.answered_on


def read_answers(sheet: Sheet, year: FiscalYear, findings: Findings) -> list[OfficeAnswer]:
    """The answered lines of ``sheet``, the 確認票 of ``year``; a line without an answer still waits.

    One that is incomplete or can't be read is a fatal finding and left out.
    """
    return [answer for row in sheet.rows if (answer := _answer(row, year, findings))]


def _answer(row: Row, year: FiscalYear, findings: Findings) -> OfficeAnswer | None:
    cell, finding_id = row["answer"], row["finding_id"].text
    note, answered_by = row.get("note").text, row["answered_by"].text
    if not cell.text:
        if note:  # somebody answered, and it would be passed over
            findings.add("Q03", cell.place, item="回答")
        return None
    known = {key(word): word for word in ANSWERS}
    answer = known.get(key(cell.text))
    if answer is None:
        findings.add("Q01", cell.place, seen=shorten(cell.text), known="」「".join(ANSWERS))
    if not finding_id:
        findings.add("Q02", row["finding_id"].place, seen=shorten(cell.text))
    if not answered_by:
        findings.add("Q03", row["answered_by"].place, item="回答者")
    answered_on = _day(row, year, findings)
    if not (answer and finding_id and answered_by and answered_on):
        return None
    return OfficeAnswer(row, finding_id, answer, note, answered_by, answered_on)


def _day(row: Row, year: FiscalYear, findings: Findings) -> date | None:
    """The day of an answer, from the year asked about to the end of the next."""
    cell = row["answered_on"]
    if not cell.text:
        findings.add("Q03", cell.place, item="回答日")
        return None
    first, last = year.starts_on, year.following.ends_on
    read = read_date(cell.value, year)
    if read is None or not first <= read.day <= last:
        findings.add("Q04", cell.place, seen=shorten(cell.text), start=in_words(first), end=in_words(last))
        return None
    return read.day
