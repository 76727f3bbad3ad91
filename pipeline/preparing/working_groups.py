"""The records of the working groups (WG活動記録) → meetings and their people."""

import re
from datetime import date

from pipeline.ingest.headings import Cell
from pipeline.ingest.numbers import NOTHING
from pipeline.preparing.cells import day, filled
from pipeline.preparing.identity import Directory, Match
from pipeline.preparing.reading import RawFile, Reading
from pipeline.text import key, shorten
from pipeline.year import Year

PHASES = ("方針検討", "企画書", "実証", "予算化")
EVERYBODY = "全員"


def read_working_groups(year: Year, files: list[RawFile], directory: Directory) -> Reading:
    """The tables working_groups and wg_people: one meeting a row; leader and members are looked up
    once, though they stand in every row."""
    reading = Reading(year, directory)
    known: dict[tuple[str, str], Match] = {}
    held: dict[tuple[str, str, date], Cell] = {}
    for _, row in reading.rows(files, "working_groups"):
        if not filled(reading, row, theme="テーマ", lead_office="主担当課", leader="リーダー", phase="段階"):
            continue
        leader, members, present = (_people(reading, row[name], known) for name in ("leader", "members", "attendees"))
        group = dict.fromkeys([*leader, *members])
        if key(row["attendees"].text) == EVERYBODY:
            present = list(group)
        elif not row["attendees"].text:
            reading.findings.add("W06", row["attendees"].place)
        guests = [p for p in present if p not in group]
        if guests:
            reading.findings.add("W01", row["attendees"].place, count=len(guests))
        phase = next((p for p in PHASES if key(p) == key(row["phase"].text)), None)
        if phase is None:
            reading.findings.add("E27", row["phase"].place, seen=shorten(row["phase"].text), known="」「".join(PHASES))
            continue
        held_on = day(reading, row["held_on"])
        if held_on is not None:
            place = row["held_on"].place
            first = held.setdefault((place.file, key(row["theme"].text), held_on), row["held_on"])
            if first is not row["held_on"]:
                reading.findings.add("W02", place, first=first.place.cell)
        meeting_id = f"wg-{len(reading.tables['working_groups']) + 1:02d}"
        theme = directory.masked(row["theme"].text, offices=False)
        reading.tables["working_groups"].append(
            {
                "meeting_id": meeting_id,
                "theme": theme,
                "lead_office": reading.office(row["lead_office"]),
                "held_on": held_on,
                "members": len(group),
                "attended": len(set(present) & group.keys()),
                "content": directory.masked(row.get("content").text, offices=False) or None,
                "phase": phase,
                "support": directory.masked(row.get("support").text, offices=False) or None,
            }
        )
        reading.tables["wg_people"] += [
            {
                "meeting_id": meeting_id,
                "theme": theme,
                "participant_id": person_id,
                "role": "leader" if person_id in leader else "member",
                "is_present": person_id in present,
            }
            for person_id in sorted(group)
        ]
    return reading


def _people(reading: Reading, cell: Cell, known: dict[tuple[str, str], Match]) -> list[str]:
    """The people of a cell such as 「山田　太郎、鈴木　花子（税務課）」; outsiders are left out."""
    found = []
    for part in re.split(r"[、，,;；\n]+", cell.text):
        if not key(part) or key(part) in {EVERYBODY, *NOTHING}:
            continue
        at = cell.place.file, key(part)
        if at not in known:
            bracket = re.fullmatch(r"(.+?)\s*[(（](.+)[)）]\s*", part)
            office = reading.year.codebook.offices.get(key(bracket[2])) if bracket else None
            name, where = (bracket[1], office[0]) if bracket and office else (part, "")
            known[at] = reading.met(reading.directory.match(cell._replace(value=name), where))
        found.append(known[at].participant_id)
    return list(dict.fromkeys(p for p in found if p))
