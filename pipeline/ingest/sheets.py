"""Which sheet of a workbook is meant, and what the others are."""

import re

from pipeline.findings import Findings, Place
from pipeline.ingest.files import Grid

OLD_COPY = re.compile(r"\(\d+\)$|（\d+）$|コピー|copy|旧|old|bak", re.I)


def pick_sheet(grids: list[Grid], name: str | None, findings: Findings) -> tuple[Grid | None, list[tuple[Grid, str]]]:
    """The declared sheet, or the only visible one; and the others, each with what it is.

    None, with a fatal finding, where the sheet is missing or nothing says which one is meant.
    """
    filled = [g for g in grids if g.cells]
    place = Place(grids[0].file)
    if name is not None and grids[0].sheet:
        chosen = next((g for g in grids if g.sheet == name), None)
        if chosen is None:
            names = "」「".join(g.sheet for g in grids)
            findings.add("F13", place, sheet=name, sheets=names)
            return None, []
    else:
        shown = [g for g in filled if not g.is_hidden]
        if not shown:
            findings.add("F03", place)
            return None, []
        if len(shown) > 1:
            names = "」「".join(g.sheet for g in shown)
            findings.add("F14", place, count=len(shown), sheets=names)
            return None, []
        chosen = shown[0]
    others = []
    for grid in grids:
        if grid is chosen or not grid.rows():
            continue
        kind = (
            "非表示のシート"
            if grid.is_hidden
            else "旧版とみられるシート"
            if OLD_COPY.search(grid.sheet)
            else "宣言の無いシート"
        )
        findings.add("F15", Place(grid.file, grid.sheet), kind=kind, rows=len(grid.rows()))
        others.append((grid, kind))
    return chosen, others
