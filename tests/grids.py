"""Small sheets for the tests of reading: rows of values as a grid, files, and what was found."""

import csv
import io

from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.files import Grid

R4 = FiscalYear.parse("R4")


def grid(*rows, file="表.xlsx", sheet="Sheet1", merges=(), **looks):
    """The grid of a sheet; ``None`` and "" are empty cells, ``merges`` and ``looks`` as in ``Grid``."""
    cells = {
        (r, c): value
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row, start=1)
        if value not in (None, "")
    }
    return Grid(file, sheet, cells, merges=list(merges), **looks)


def csv_bytes(rows, encoding="cp932"):
    """Rows as a form service writes them: every field quoted, CRLF."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def found(findings: Findings):
    """(rule, cell) of every finding."""
    return [(f.rule_id, f.cell) for f in findings.items]
