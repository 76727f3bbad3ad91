"""The completion table (受講管理表) → attendance of the courses of one session."""

import pandas as pd

from pipeline.findings import Place
from pipeline.ingest.completion import TOOK_PART, Entry, read_entries
from pipeline.ingest.headings import Sheet
from pipeline.obligations import obligations
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.schema import conform

# How somebody takes part who just took a course of this format.
BY_FORMAT = {
    "room": "present",
    "workshop": "present",
    "online": "online",
    "recording": "recording",
    "e_learning": "e_learning",
}
MISSED = ("absent", "absent_duty")
SIGNS = {"required": "●", "recommended": "○", "selected": "▲"}


def read_completions(run: Run, files: list[RawFile]) -> None:
    """The tables → attendance; what a register already says of a person and a session stands."""
    for raw in of_kind(files, "completion"):
        sheet = run.sheet(raw, "completion")
        if sheet is None:
            continue
        people = _people(run, raw, sheet)
        entries = read_entries(sheet, _numbers(run, sheet), run.year.fiscal_year, run.findings)
        _record(run, entries, people)
        if not run.findings.fatal():
            _check_printed(run, entries, people)
    for name, order in (("attendance", ("participant_id", "session_id")), ("sessions", ("course_id", "number"))):
        run.tables[name].sort(key=lambda row: tuple(row[column] for column in order))


def _numbers(run: Run, sheet: Sheet) -> dict[int, tuple[str, str]]:
    """The courses whose columns can be used: number → (method, status of who just took it)."""
    courses = {row["course_id"]: row for row in run.tables["courses"]}
    numbers = {}
    for column in sheet.columns:
        if column.heading.column != "mark":
            continue
        number, place = column.match.session, sheet.grid.place(max(sheet.head_rows), column.number)
        course_id = f"no{number:02d}"
        sessions = [row for row in run.tables["sessions"] if row["course_id"] == course_id]
        if course_id not in courses or not sessions:
            run.findings.add("N11", place, number=number)
        elif len(sessions) > 1:
            run.findings.add("N13", place, number=number, count=len(sessions))
        else:
            usual = BY_FORMAT.get(sessions[0]["format"], "present")
            numbers[number] = (courses[course_id]["method"], usual)
    return numbers


def _people(run: Run, raw: RawFile, sheet: Sheet) -> dict[int, str | None]:
    """Row → who is meant, by the staff number; without one, by the name."""
    people: dict[int, str | None] = {}
    seen: dict[str, Place] = {}
    for row in sheet.rows:
        number, name = row["staff_no"], row["name"]
        if number.text:
            match = run.directory.match_number(number.text, name.text, number.place)
        else:
            match = run.directory.match(name.text, run.office(row.get("office")), name.place)
        person_id = people[row.number] = match.participant_id
        if person_id is None:
            run.ledger.set_aside(raw.grid, row.number, "名簿外の人")
        elif person_id in seen:
            run.findings.add("N17", name.place, first=seen[person_id].cell)
            people[row.number] = None
        else:
            seen[person_id] = name.place
    return people


def _record(run: Run, entries: list[Entry], people: dict[int, str | None]) -> None:
    known = {(row["participant_id"], row["session_id"]): row for row in run.tables["attendance"]}
    for entry in entries:
        run.check_day(entry.taken_on, entry.cell.place)
        person_id = people[entry.row.number]
        if person_id is None:
            continue
        at = (person_id, f"no{entry.number:02d}-1")
        if first := known.get(at):
            if {_took_part(first["status"]), _took_part(entry.mark.status)} == {True, False}:
                run.findings.add("N19", entry.cell.place, first=first.get("source_ref") or "―")
            continue
        known[at] = {
            "participant_id": person_id,
            "session_id": at[1],
            **entry.mark._asdict(),
            "reason": run.masked(entry.mark.reason, offices=False),
            "source_ref": "!".join(entry.cell.place),
        }
        run.tables["attendance"].append(known[at])


def _check_printed(run: Run, entries: list[Entry], people: dict[int, str | None]) -> None:
    """The printed obligations against the menu, which is followed."""
    names = ("appointments", "targets", "courses", "course_years")
    tables = [conform(name, run.tables[name]) for name in names]
    if tables[1].empty:
        return
    before = pd.DataFrame(columns=["participant_id", "course_id", "fiscal_year"])
    known = {
        (row.participant_id, row.course_id): row.obligation
        for row in obligations(*tables, before, run.year.fiscal_year).itertuples()
    }
    for entry in entries:
        person_id = people[entry.row.number]
        if entry.obligation is None or person_id is None or entry.mark.status == "not_target":
            continue  # who was away is no longer a target of the menu either
        expected = known.get((person_id, f"no{entry.number:02d}"))
        if expected != entry.obligation:
            run.findings.add("N20", entry.cell.place, seen=SIGNS[entry.obligation], menu=SIGNS.get(expected, "対象外"))


def _took_part(status: str) -> bool | None:
    """None where the record doesn't say: neither a contradiction nor its opposite."""
    if status in MISSED:
        return False
    return True if status in (*TOOK_PART, "late", "early", "partial") else None
