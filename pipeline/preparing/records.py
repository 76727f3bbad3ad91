"""The list of ideas and the notes of interviews → their tables."""

import re

from pipeline.findings import Findings
from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Cell
from pipeline.preparing.identity import Directory
from pipeline.preparing.reading import RawFile, Reading
from pipeline.text import key, shorten
from pipeline.year import Year


def read_ideas(year: Year, files: list[RawFile], directory: Directory) -> Reading:
    """The ideas, with their authors' ids; names in their texts are masked."""
    reading = Reading(year, directory)
    for raw, row in reading.rows(files, "ideas"):
        office = reading.office(row.get("office"))
        match = reading.met(directory.match(row["name"], office))
        if match.how == "outsider":
            reading.ledger.set_aside(raw.grid, row.number, "名簿外の人")
            continue
        submitted = row.get("submitted_on")
        read = read_date(submitted.value, year.fiscal_year)
        if submitted.text and read is None:
            reading.findings.add("S03", submitted.place, seen=shorten(submitted.text))
        reading.check_day(read and read.day, submitted.place)
        number = len(reading.tables["ideas"]) + 1
        reading.tables["ideas"].append(
            {
                "idea_id": f"idea-{number:02d}",
                "participant_id": match.participant_id,
                **{
                    name: directory.masked(row.get(name).text, offices=False) or None
                    for name in ("title", "problem", "solution", "related_offices", "channel", "phase")
                },
                "lead_office": reading.office(row.get("lead_office")) or None,
                "action_item": _action_item(row.get("action_item"), reading.findings),
                "submitted_on": read.day if read else None,
            }
        )
    return reading


def _action_item(cell: Cell, findings: Findings) -> int | None:
    """The number of the action plan's item: 「33」, 「No.33」; of two numbers none is chosen."""
    if not cell.text:
        return None
    if match := re.fullmatch(r"(?:no\.?)?(\d+)", key(cell.text)):
        return int(match[1])
    findings.add("S10", cell.place, seen=shorten(cell.text))
    return None


def read_interviews(year: Year, files: list[RawFile], directory: Directory) -> Reading:
    """What staff and instructors said, without their names."""
    reading = Reading(year, directory)
    for _, row in reading.rows(files, "interviews"):
        reading.tables["interviews"].append(
            {name: directory.masked(row[name].text, offices=False) for name in ("group", "question", "statement")}
        )
    return reading
