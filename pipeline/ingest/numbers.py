"""Numbers as people write them in a cell: 「1,200」, 「約5万円（税込）」, 「12.5%」."""

import re

from pipeline.findings import Findings
from pipeline.ingest.headings import Cell
from pipeline.text import key, shorten

NOT_THERE = {"-", "－", "―", "−", "ー", "なし", "無し"}  # there is no such thing: 該当なし
NOTHING = NOT_THERE | {"", "未定", "集計中", "未調査"}
SIZES = {None: 1, "千": 1_000, "万": 10_000}


def number(cell: Cell, item: str, findings: Findings, unit: str = r"\D*") -> float | None:
    """The number of a cell; without its unit, or with it: ``unit`` is a pattern, of ``text.key``'s characters.

    None where there is nothing, and, with a finding that names ``item``, where the cell says no number. 「1,2」 is none:
    nobody can tell whether it is 12, 1.2 or two numbers. 「5万」 needs the unit: beside 「千円」 it could be 5 or 50 of them.
    """
    text = key(cell.text)
    if text in NOTHING:
        return None
    pattern = rf"約?[¥\\]?(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:([千万])(?={unit}$))?(?:{unit})?"
    match = re.fullmatch(pattern, text)
    if match is None:
        findings.add("E28", cell.place, item=item, seen=shorten(cell.text))
        return None
    return float(match[1].replace(",", "")) * SIZES[match[2]]
