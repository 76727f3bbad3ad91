"""What is known so far of one year while its files are read, and the declared files themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.findings import BadInput, Findings, Place, finding
from pipeline.ingest.files import Grid, closed, read_file, sha256
from pipeline.ingest.headings import Cell, Sheet, read_sheet
from pipeline.ingest.sheets import pick_sheet
from pipeline.preparing.accounts import Ledger
from pipeline.preparing.identity import Directory, masked
from pipeline.schema import SCHEMAS
from pipeline.store import is_litter
from pipeline.text import key, shorten
from pipeline.year import Source, Year

# Text files whose columns are not always parted by commas, and those made of several sections.
SEPARATORS = {"limesurvey": ",;\t", "teams": "\t"}
WITH_SECTIONS = {"teams"}


class RawFile(NamedTuple):
    """One declared file, read: the sheet that is meant, and the file's declaration."""

    source: Source
    grid: Grid


@dataclass
class Run:
    """What is known so far of one year: files, people, findings, rows of tables."""

    year: Year
    findings: Findings = field(default_factory=Findings)
    ledger: Ledger = field(default_factory=Ledger)
    tables: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    directory: Directory | None = None
    days: dict[str, date] = field(default_factory=dict)  # session_id → held on

    def sheet(self, raw: RawFile, table: str) -> Sheet | None:
        headings = self.year.codebook.headings(table)
        sheet = read_sheet(raw.grid, headings, table, str(self.year.fiscal_year), self.findings)
        return self.taken(raw.grid, sheet)

    @property
    def offices(self) -> list[str]:
        """The names of offices to mask: also the short ones, if they can't be ordinary words."""
        return [name for name in self.year.codebook.offices if re.search("[課局所室]$", name)]

    def masked(self, text: str, offices: bool = True) -> str:
        """Free text without names; ideas keep the offices, which are what they are about."""
        return masked(text, self.directory.names, self.offices if offices else ())

    def check_day(self, day: date | None, place: Place) -> None:
        """A fatal finding if a date lies outside the fiscal year."""
        if day and (problem := self.year.check_day(day, place)):
            self.findings.items.append(problem)

    def taken(self, grid: Grid, sheet: Sheet | None) -> Sheet | None:
        if sheet is None:
            self.ledger.set_aside_grid(grid, "見出しを読めない")
        else:
            self.ledger.take(sheet)
        return sheet

    def office(self, cell: Cell) -> str:
        """The office's name as the codebook has it; an unknown one is a fatal finding."""
        if not cell.text:
            return ""
        known = self.year.codebook.offices.get(key(cell.text))
        if known is None:
            self.findings.add("O01", cell.place, seen=shorten(cell.text))
            return cell.text
        return known[0]


def read_files(run: Run) -> list[RawFile]:
    """Every declared file, read; the rest of the folder is listed, not ignored in silence."""
    folder, files, declared = run.year.store.raw_dir, [], set()
    for source in run.year.sources:
        paths = [folder / source.file]
        if "*" in source.file:
            found = sorted(folder.glob(source.file))
            paths = [p for p in found if p.is_file() and not is_litter(p.relative_to(folder))]
        if not paths:
            run.findings.add("F01", Place(source.file))
        for path in paths:
            name = path.relative_to(folder).as_posix()
            if path in declared:
                run.findings.add("F12", Place(name))
                continue
            declared.add(path)
            try:
                form = source.tool or source.kind
                grids = read_file(path, name, SEPARATORS.get(form, ","), form in WITH_SECTIONS, run.findings)
            except BadInput as error:
                run.findings.items += error.findings
                continue
            run.ledger.open(name, source.kind, sha256(path), grids)
            chosen, others = pick_sheet(grids, source.sheet, run.findings)
            for grid, reason in others:
                run.ledger.set_aside_grid(grid, reason)
            if chosen is None:
                continue
            files.append(RawFile(source, chosen))
    for path in run.year.store.raw_files:
        if path not in declared and path != run.year.store.declaration:
            name = path.relative_to(folder).as_posix()
            run.findings.items.append(closed(path, name) or finding("F10", Place(name)))
    return files


def of_kind(files: list[RawFile], kind: str) -> Iterator[RawFile]:
    return (f for f in files if f.source.kind == kind)
