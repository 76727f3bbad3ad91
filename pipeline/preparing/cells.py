"""Cells of the office's own lists: course numbers, labels, days. What is wrong is told."""

import re
from collections.abc import Container
from datetime import date

from pipeline import ids
from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Cell, Row
from pipeline.ingest.numbers import NOTHING
from pipeline.preparing.reading import Reading
from pipeline.text import key, shorten


def course_ids(reading: Reading, cell: Cell, known: Container[str]) -> list[str]:
    """The courses named in a cell: 「No.5」, 「5」, 「No.5、No.7」; one that isn't ``known`` is fatal."""
    if key(cell.text) in NOTHING:
        return []
    found: list[str] = []
    for part in filter(None, re.split(r"[、,;・/\n]+|(?<=\d)\s+", _plain(cell.text))):
        number = ids.course_number(part)
        course_id = "" if number is None else ids.course_id(number)
        if course_id not in known:
            reading.findings.add("E25", cell.place, seen=shorten(part))
        elif course_id not in found:
            found.append(course_id)
    return found


def _plain(text: str) -> str:
    return text.translate(str.maketrans("，；／", ",;/"))


def coded(reading: Reading, cell: Cell, scale: str, item: str) -> int | None:
    """The value of a label of the codebook's scales; None if the cell is empty or unknown."""
    if not cell.text:
        return None
    label = reading.year.codebook.scales[scale].get(key(cell.text))
    if label is None:
        reading.findings.add("S01", cell.place, item=item, seen=shorten(cell.text), scale=scale)
        return None
    return None if label.value is None else int(label.value)


def flag(reading: Reading, cell: Cell, item: str) -> bool | None:
    value = coded(reading, cell, "yes_no", item)
    return None if value is None else bool(value)


def day(reading: Reading, cell: Cell) -> date | None:
    """The day written in a cell; one that can't be read, or of another year, is a fatal finding."""
    if not cell.text:
        return None
    read = read_date(cell.value, reading.year.fiscal_year)
    if read is None:
        reading.findings.add("S03", cell.place, seen=shorten(cell.text))
        return None
    reading.check_day(read.day, cell.place)
    return read.day


def filled(reading: Reading, row: Row, **columns: str) -> bool:
    """Whether all these columns hold something; an empty one is a fatal finding."""
    empty = [name for name in columns if not row[name].text]
    for name in empty:
        reading.findings.add("E29", row[name].place, item=columns[name])
    return not empty
