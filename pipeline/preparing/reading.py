"""What one reader gives: rows for the tables, findings, whom it met, and where its raw rows went."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.findings import Findings, Place
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import Cell, Row, Sheet, read_sheet
from pipeline.preparing.accounts import Ledger
from pipeline.preparing.identity import Directory, Match
from pipeline.text import key, shorten
from pipeline.year import Source, Year

Rows = list[dict]  # of one canonical table, before its contract


class RawFile(NamedTuple):
    """One declared file, read: the sheet that is meant, and the file's declaration; ``session``: of a sheet for each."""

    source: Source
    grid: Grid
    session: int | None = None


@dataclass
class Reading:
    """Begun and filled by one reader; whoever gets it only looks."""

    year: Year
    directory: Directory = Directory()  # who is known: nobody, before the lists of people are read
    tables: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))
    findings: Findings = field(default_factory=Findings)
    matches: list[Match] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)

    def sheet(self, raw: RawFile, table: str) -> Sheet | None:
        """The sheet of a file under the headings that the codebook has for ``table``; its rows are taken."""
        headings = self.year.codebook.headings(table)
        source, year = raw.source, str(self.year.fiscal_year)
        sheet = read_sheet(
            raw.grid, headings, table, year, self.findings, {*source.fills, *source.cells}, source.without_struck
        )
        return self.taken(raw.grid, sheet)

    def rows(self, files: Iterable[RawFile], table: str) -> Iterator[tuple[RawFile, Row]]:
        """The rows of all these files, each with its file; a file that can't be read has none."""
        for raw in files:
            if sheet := self.sheet(raw, table):
                yield from ((raw, row) for row in sheet.rows)

    def taken(self, grid: Grid, sheet: Sheet | None) -> Sheet | None:
        if sheet is None:
            self.ledger.set_aside_grid(grid, "見出しを読めない")
        else:
            self.ledger.take(sheet)
        return sheet

    def met(self, match: Match) -> Match:
        """Notes for the match report who was looked for, and what is to be said of it."""
        self.matches.append(match)
        if match.finding:
            self.findings.items.append(match.finding)
        return match

    def check_day(self, day: date | None, place: Place) -> None:
        """A fatal finding if a date lies outside the fiscal year."""
        if day and (problem := self.year.check_day(day, place)):
            self.findings.items.append(problem)

    def office(self, cell: Cell) -> str:
        """The office's name as the codebook has it; an unknown one is a fatal finding."""
        if not cell.text:
            return ""
        known = self.year.codebook.offices.get(key(cell.text))
        if known is None:
            self.findings.add("O01", cell.place, seen=shorten(cell.text))
            return cell.text
        return known[0]

    def number_in_name(self, pattern: str, file: str) -> int | None:
        """The session's number that stands in a file's name; a fatal finding if none does."""
        match = re.search(pattern, unicodedata.normalize("NFKC", file))
        if match is None or not match[1].isdecimal():
            self.findings.add("F19", Place(file), pattern=pattern)
            return None
        return int(match[1])


# What a later reader says of the same session, or of a person in it, stands in place of what an earlier one said.
ONE_ROW = {"sessions": ("session_id",), "attendance": ("participant_id", "session_id")}
# The order of the raw rows must not show in later tables; several appointments of one person stay in order of time.
ORDER = {
    "participants": ("participant_id",),
    "appointments": ("participant_id",),
    "sessions": ("course_id", "number"),
    "attendance": ("participant_id", "session_id"),
}


def join(*readings: Reading) -> Reading:
    """Everything that these readers gave, in their order, as one reading."""
    known = (reading.directory for reading in readings if reading.directory.people)
    whole = Reading(readings[0].year, next(known, Directory()))
    for reading in readings:
        for table, rows in reading.tables.items():
            whole.tables[table] += rows
        whole.findings.items += reading.findings.items
        whole.matches += reading.matches
        whole.ledger.add(reading.ledger)
    for table, columns in ONE_ROW.items():
        whole.tables[table] = list({_values(row, columns): row for row in whole.tables[table]}.values())
    for table, columns in ORDER.items():
        whole.tables[table].sort(key=lambda row: _values(row, columns))
    return whole


def _values(row: dict, columns: tuple[str, ...]) -> tuple:
    return tuple(row[column] for column in columns)
