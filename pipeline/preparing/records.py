"""The list of ideas and the notes of interviews → their tables."""

import re

from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Cell
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.text import key, shorten


def read_ideas(run: Run, files: list[RawFile]) -> None:
    """The ideas, with their authors' ids; names in their texts are masked."""
    for raw in of_kind(files, "ideas"):
        sheet = run.sheet(raw, "ideas")
        for row in sheet.rows if sheet else []:
            office = run.office(row.get("office"))
            match = run.directory.match(row["name"].text, office, row["name"].place)
            if match.how == "outsider":
                run.ledger.set_aside(raw.grid, row.number, "名簿外の人")
                continue
            submitted = row.get("submitted_on")
            read = read_date(submitted.value, run.year.fiscal_year)
            if submitted.text and read is None:
                run.findings.add("S03", submitted.place, seen=shorten(submitted.text))
            run.check_day(read and read.day, submitted.place)
            number = len(run.tables["ideas"]) + 1
            run.tables["ideas"].append(
                {
                    "idea_id": f"idea-{number:02d}",
                    "participant_id": match.participant_id,
                    **{
                        name: run.masked(row.get(name).text, offices=False) or None
                        for name in ("title", "problem", "solution", "related_offices", "channel", "phase")
                    },
                    "lead_office": run.office(row.get("lead_office")) or None,
                    "action_item": _action_item(run, row.get("action_item")),
                    "submitted_on": read.day if read else None,
                }
            )


def _action_item(run: Run, cell: Cell) -> int | None:
    """The number of the action plan's item: 「33」, 「No.33」; of two numbers none is chosen."""
    if not cell.text:
        return None
    if match := re.fullmatch(r"(?:no\.?)?(\d+)", key(cell.text)):
        return int(match[1])
    run.findings.add("S10", cell.place, seen=shorten(cell.text))
    return None


def read_interviews(run: Run, files: list[RawFile]) -> None:
    for raw in of_kind(files, "interviews"):
        sheet = run.sheet(raw, "interviews")
        for row in sheet.rows if sheet else []:
            run.tables["interviews"].append(
                {name: run.masked(row[name].text, offices=False) for name in ("group", "question", "statement")}
            )
