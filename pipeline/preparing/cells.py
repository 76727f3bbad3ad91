"""Cells of the office's own lists: course numbers, labels, numbers, days. What is wrong is told."""

import re
from datetime import date

from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Cell, Row
from pipeline.preparing.intake import Run
from pipeline.text import key, shorten

NOT_THERE = {"-", "－", "―", "ー", "なし", "無し"}  # there is no such thing: 該当なし
NOTHING = NOT_THERE | {"", "未定", "集計中", "未調査"}


def course_ids(run: Run, cell: Cell) -> list[str]:
    """The courses named in a cell: 「No.5」, 「5」, 「No.5、No.7」; one not in the menu is fatal."""
    if key(cell.text) in NOTHING:
        return []
    known = {row["course_id"] for row in run.tables["courses"]}
    found = []
    for part in filter(None, re.split(r"[、,;・/\n]+|(?<=\d)\s+", _plain(cell.text))):
        match = re.fullmatch(r"(?:no\.?)?(\d{1,2})", key(part))
        course_id = f"no{int(match[1]):02d}" if match else None
        if course_id not in known:
            run.findings.add("E25", cell.place, seen=shorten(part))
        elif course_id not in found:
            found.append(course_id)
    return found


def _plain(text: str) -> str:
    return text.translate(str.maketrans("，；／", ",;/"))


def coded(run: Run, cell: Cell, scale: str, item: str) -> int | None:
    """The value of a label of the codebook's scales; None if the cell is empty or unknown."""
    if not cell.text:
        return None
    label = run.year.codebook.scales[scale].get(key(cell.text))
    if label is None:
        run.findings.add("S01", cell.place, item=item, seen=shorten(cell.text), scale=scale)
        return None
    return None if label.value is None else int(label.value)


def flag(run: Run, cell: Cell, item: str) -> bool | None:
    value = coded(run, cell, "yes_no", item)
    return None if value is None else bool(value)


def number(run: Run, cell: Cell, item: str, unit: str) -> float | None:
    """A number, with its unit or without; what is no number is reported and left empty."""
    text = key(cell.text)
    if text in NOTHING:
        return None
    match = re.fullmatch(rf"約?([\d,]+(?:\.\d+)?)(?:{unit})?", text)
    if match is None:
        run.findings.add("E28", cell.place, item=item, seen=shorten(cell.text))
        return None
    return float(match[1].replace(",", ""))


def day(run: Run, cell: Cell) -> date | None:
    """The day written in a cell; one that can't be read, or of another year, is a fatal finding."""
    if not cell.text:
        return None
    read = read_date(cell.value, run.year.fiscal_year)
    if read is None:
        run.findings.add("S03", cell.place, seen=shorten(cell.text))
        return None
    run.check_day(read.day, cell.place)
    return read.day


def filled(run: Run, row: Row, **columns: str) -> bool:
    """Whether all these columns hold something; an empty one is a fatal finding."""
    empty = [name for name in columns if not row[name].text]
    for name in empty:
        run.findings.add("E29", row[name].place, item=columns[name])
    return not empty
