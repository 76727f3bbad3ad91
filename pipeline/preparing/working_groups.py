"""The records of the working groups (WG活動記録) → meetings and their people."""

import re

from pipeline.ingest.headings import Cell
from pipeline.preparing.cells import NOTHING, day, filled
from pipeline.preparing.identity import Match
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.text import key, shorten

PHASES = ("方針検討", "企画書", "実証", "予算化")
EVERYBODY = "全員"


def read_working_groups(run: Run, files: list[RawFile]) -> None:
    """One meeting a row; leader and members are looked up once, though they stand in every row."""
    for raw in of_kind(files, "working_groups"):
        sheet = run.sheet(raw, "working_groups")
        known: dict[str, Match] = {}
        held: dict[tuple[str, object], Cell] = {}
        for row in sheet.rows if sheet else []:
            if not filled(run, row, theme="テーマ", lead_office="主担当課", leader="リーダー", phase="段階"):
                continue
            leader, members, present = (_people(run, row[name], known) for name in ("leader", "members", "attendees"))
            group = dict.fromkeys([*leader, *members])
            if key(row["attendees"].text) == EVERYBODY:
                present = list(group)
            elif not row["attendees"].text:
                run.findings.add("W06", row["attendees"].place)
            guests = [p for p in present if p not in group]
            if guests:
                run.findings.add("W01", row["attendees"].place, count=len(guests))
            phase = next((p for p in PHASES if key(p) == key(row["phase"].text)), None)
            if phase is None:
                run.findings.add("E27", row["phase"].place, seen=shorten(row["phase"].text), known="」「".join(PHASES))
                continue
            held_on = day(run, row["held_on"])
            at = key(row["theme"].text), held_on
            if held_on and (first := held.setdefault(at, row["held_on"])) is not row["held_on"]:
                run.findings.add("W02", row["held_on"].place, first=first.place.cell)
            meeting_id = f"wg-{len(run.tables['working_groups']) + 1:02d}"
            theme = run.masked(row["theme"].text, offices=False)
            run.tables["working_groups"].append(
                {
                    "meeting_id": meeting_id,
                    "theme": theme,
                    "lead_office": run.office(row["lead_office"]),
                    "held_on": held_on,
                    "members": len(group),
                    "attended": len(set(present) & group.keys()),
                    "content": run.masked(row.get("content").text, offices=False) or None,
                    "phase": phase,
                    "support": run.masked(row.get("support").text, False) or None,
                }
            )
            run.tables["wg_people"] += [
                {
                    "meeting_id": meeting_id,
                    "theme": theme,
                    "participant_id": person_id,
                    "role": "leader" if person_id in leader else "member",
                    "is_present": person_id in present,
                }
                for person_id in sorted(group)
            ]


def _people(run: Run, cell: Cell, known: dict[str, Match]) -> list[str]:
    """The people of a cell such as 「山田　太郎、鈴木　花子（税務課）」; outsiders are left out."""
    found = []
    for part in re.split(r"[、，,;；\n]+", cell.text):
        if not key(part) or key(part) in {EVERYBODY, *NOTHING}:
            continue
        if key(part) not in known:
            bracket = re.fullmatch(r"(.+?)\s*[(（](.+)[)）]\s*", part)
            office = run.year.codebook.offices.get(key(bracket[2])) if bracket else None
            name = bracket[1] if office else part
            known[key(part)] = run.directory.match(name.strip(), office[0] if office else "", cell.place)
        found.append(known[key(part)].participant_id)
    return list(dict.fromkeys(p for p in found if p))
