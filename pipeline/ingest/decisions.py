"""The filled 新旧対照表 → lines: every word that is decided with is known, and nothing is left blank.

What a line says of itself is judged here; whether it fits the proposals and the other lines is
judged in ``preparing.decisions``, which knows them.
"""

from datetime import date
from typing import NamedTuple

from pipeline.codebook import code_of, codes
from pipeline.findings import Findings, Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import in_words, read_date
from pipeline.ingest.headings import Row, Sheet
from pipeline.text import key, shorten, unquoted

SHEET = "新旧対照表"
APPROVED, AMENDED = "approved", "amended"
ADOPTED = (APPROVED, AMENDED)
OPINIONS = ("賛成", "修正意見", "反対")


class DecisionLine(NamedTuple):
    """One line of the sheet: ``decision`` a code, "" where it is unclear; texts as written; ``row`` for the cells' places."""

    row: Row
    decision_id: str
    decision: str
    opinion: str
    amended: str
    decided_by: str
    decided_on: date | None
    note: str
    reflected_in: str


def read_lines(sheet: Sheet, year: FiscalYear, findings: Findings) -> list[DecisionLine]:
    """The lines of ``sheet``; ``year`` is the one whose evaluation is decided on (for the dates).

    Blank decisions are one finding that lists all their rows.
    """
    blank = [row for row in sheet.rows if not row["decision"].text]
    if blank:
        findings.add(
            "A02",
            blank[0]["decision"].place,
            count=len(blank),
            whole=len(sheet.rows),
            rows="、".join(f"{row.number}行" for row in blank),
        )
    return [_line(row, year, findings) for row in sheet.rows]


def _line(row: Row, year: FiscalYear, findings: Findings) -> DecisionLine:
    written, amended = row["decision"].text, unquoted(row.get("after").text)
    decision = code_of("decision", written) or ""
    if written and not decision:
        known = "」「".join(codes("decision").values())
        findings.add("A01", row["decision"].place, seen=shorten(written), known=known)
    if decision == AMENDED and not amended:
        findings.add("A04", _place(row, "after"))
    if amended and decision and decision != AMENDED:
        findings.add("A14", _place(row, "after"), seen=shorten(amended), decision=written)
    opinion = row.get("opinion").text
    if opinion and opinion not in OPINIONS:
        findings.add("A13", _place(row, "opinion"), seen=shorten(opinion), known="」「".join(OPINIONS))
    reflected = key(row.get("reflected_in").text).replace("no.", "").replace("、", ",")
    if not all(part.isdigit() for part in reflected.split(",")) and reflected:
        findings.add("A16", _place(row, "reflected_in"), seen=shorten(row.get("reflected_in").text))
    if written:
        check_decider(row, findings)
    return DecisionLine(
        row,
        row["decision_id"].text,
        decision,
        opinion,
        amended,
        row.get("decided_by").text,
        read_day(row, bool(written), year, findings),
        unquoted(row.get("note").text),
        ";".join(str(int(part)) for part in reflected.split(",") if part.isdigit()),
    )


def check_decider(row: Row, findings: Findings) -> None:
    if not row.get("decided_by").text:
        findings.add("A10", _place(row, "decided_by"))


def read_day(row: Row, is_decided: bool, year: FiscalYear, findings: Findings) -> date | None:
    """The day of a decision on the evaluation of ``year``; a blank or an impossible one is a finding."""
    cell = row.get("decided_on")
    if not cell.text:
        if is_decided:
            findings.add("A11", _place(row, "decided_on"))
        return None
    first, last = year.starts_on, FiscalYear(year.number + 1).ends_on
    read = read_date(cell.value, year)
    if read is None or not first <= read.day <= last:
        findings.add("A12", cell.place, seen=shorten(cell.text), start=in_words(first), end=in_words(last))
        return None
    return read.day


def _place(row: Row, name: str) -> Place:
    return row[name].place if name in row.columns else row["decision_id"].place
