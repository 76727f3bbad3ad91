"""The completion table (受講管理表) → attendance of the courses of one session."""

from collections.abc import Mapping

from pipeline.findings import Findings, Place
from pipeline.ids import course_id, session_id
from pipeline.ingest.completion_table import CompletionEntry, read_entries
from pipeline.ingest.headings import Sheet
from pipeline.preparing.identity import Directory
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.schema import MISSED, TOOK_PART
from pipeline.year import Year

# How somebody takes part who just took a course of this format.
BY_FORMAT = {
    "room": "present",
    "workshop": "present",
    "online": "online",
    "recording": "recording",
    "e_learning": "e_learning",
}
SIGNS = {"required": "●", "recommended": "○", "selected": "▲"}


def read_completions(
    year: Year,
    files: list[RawFile],
    directory: Directory,
    courses: Rows,
    sessions: Rows,
    attendance: Rows,
    obliged: Mapping[tuple[str, str], str] | None,
) -> Reading:
    """The tables → attendance; what is known already of a person and a session (``attendance``) stands.

    ``obliged``: (participant_id, course_id) → obligation of the menu, against which the printed ones are
    checked; None where there is nothing to check them against.
    """
    reading = Reading(year, directory)
    known = {(row["participant_id"], row["session_id"]): row for row in attendance}
    for raw in files:
        sheet = reading.sheet(raw, "completion")
        if sheet is None:
            continue
        people = _people(reading, raw, sheet)
        numbers = _numbers(sheet, courses, sessions, reading.findings)
        entries = read_entries(sheet, numbers, year.fiscal_year, reading.findings)
        for entry in entries:
            reading.check_day(entry.taken_on, entry.cell.place)
            if person_id := people[entry.row.number]:
                _record(reading, entry, person_id, known)
        if obliged is not None and not reading.findings.fatal():
            _check_printed(entries, people, obliged, reading.findings)
    return reading


def _numbers(sheet: Sheet, courses: Rows, sessions: Rows, findings: Findings) -> dict[int, tuple[str, str]]:
    """The courses whose columns can be used: number → (method, status of who just took it)."""
    methods = {row["course_id"]: row["method"] for row in courses}
    held: dict[str, Rows] = {}
    for row in sessions:
        held.setdefault(row["course_id"], []).append(row)
    numbers = {}
    for number, column in sheet.by_session("mark").items():
        place = sheet.grid.place(sheet.head, column.number)
        course, own = course_id(number), held.get(course_id(number), [])
        if course not in methods or not own:
            findings.add("N11", place, number=number)
        elif len(own) > 1:
            findings.add("N13", place, number=number, count=len(own))
        else:
            numbers[number] = (methods[course], BY_FORMAT.get(own[0]["format"], "present"))
    return numbers


def _people(reading: Reading, raw: RawFile, sheet: Sheet) -> dict[int, str | None]:
    """Row → who is meant, by the staff number; without one, by the name."""
    people: dict[int, str | None] = {}
    seen: dict[str, Place] = {}
    for row in sheet.rows:
        number, name = row["staff_no"], row["name"]
        if number.text:
            match = reading.met(reading.directory.match_number(number, name))
        else:
            match = reading.met(reading.directory.match(name, reading.office(row.get("office"))))
        person_id = people[row.number] = match.participant_id
        if person_id is None:
            reading.ledger.set_aside(raw.grid, row.number, "名簿外の人")
        elif person_id in seen:
            reading.findings.add("N17", name.place, first=seen[person_id].cell)
            people[row.number] = None
        else:
            seen[person_id] = name.place
    return people


def _record(reading: Reading, entry: CompletionEntry, person_id: str, known: dict[tuple[str, str], dict]) -> None:
    at = (person_id, session_id(course_id(entry.number), 1))
    if first := known.get(at):
        if {_took_part(first["status"]), _took_part(entry.mark.status)} == {True, False}:
            reading.findings.add("N19", entry.cell.place, first=first.get("source_ref") or "―")
        return
    known[at] = {
        "participant_id": person_id,
        "session_id": at[1],
        **entry.mark._asdict(),
        "reason": reading.directory.masked(entry.mark.reason, offices=False),
        "source_ref": entry.cell.place.reference,
    }
    reading.tables["attendance"].append(known[at])


def _check_printed(
    entries: list[CompletionEntry],
    people: Mapping[int, str | None],
    obliged: Mapping[tuple[str, str], str],
    findings: Findings,
) -> None:
    """The printed obligations against the menu, which is followed."""
    for entry in entries:
        person_id = people[entry.row.number]
        if entry.obligation is None or person_id is None or entry.mark.status == "not_target":
            continue  # who was away is no longer a target of the menu either
        expected = obliged.get((person_id, course_id(entry.number)))
        if expected != entry.obligation:
            menu = SIGNS.get(expected or "", "対象外")
            findings.add("N20", entry.cell.place, seen=SIGNS[entry.obligation], menu=menu)


def _took_part(status: str) -> bool | None:
    """None where the record doesn't say: neither a contradiction nor its opposite."""
    if status in MISSED:
        return False
    return True if status in TOOK_PART else None
