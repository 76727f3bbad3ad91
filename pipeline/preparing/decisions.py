"""The decisions on last year's proposals → the table ``decisions``; whatever doesn't fit is refused."""

import pandas as pd

from pipeline.findings import Place
from pipeline.fiscal_year import FiscalYear
from pipeline.menu.adoption import old_and_new
from pipeline.menu.decisions import judge
from pipeline.preparing.identity import Directory
from pipeline.preparing.reading import RawFile, Reading
from pipeline.schema import CONTRACTS
from pipeline.store import Store
from pipeline.year import Year

BASE = ("courses", "targets", "course_years")


def read_decisions(year: Year, files: list[RawFile], directory: Directory) -> Reading:
    """What was decided on the proposals of the year before; checked against those proposals."""
    reading, before = Reading(year, directory), FiscalYear(year.fiscal_year.number - 1)
    for raw in files:
        sheet = reading.sheet(raw, "decisions")
        if sheet is None:
            continue
        rows = proposed(Store(year.store.root, before), str(year.fiscal_year))
        if rows is None:
            reading.findings.add("A19", Place(raw.grid.file), year=before.label)
        for decision in judge(sheet, rows, before, reading.findings, year.codebook):
            masked = {
                name: decision[name] and directory.masked(decision[name], offices=False)
                for name in ("decided_by", "note", "after")
            }
            reading.tables["decisions"].append(decision | masked)
    return reading


def proposed(store: Store, next_year: str) -> pd.DataFrame | None:
    """The 新旧対照表 as it was handed out; None where the year before was not evaluated here."""
    if not all(store.table(name).exists() for name in ("proposals", "courses")):
        return None
    courses, targets, course_years = base(store)
    return old_and_new(store.load("proposals"), courses, targets, course_years, next_year)


def base(store: Store) -> list[pd.DataFrame]:
    """courses, targets, course_years of a year; a trial has no menu, so its last two are empty."""
    return [
        store.load(name) if store.table(name).exists() else pd.DataFrame(columns=list(CONTRACTS[name].columns))
        for name in BASE
    ]
