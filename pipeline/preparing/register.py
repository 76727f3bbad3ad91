"""The registers (出席簿) → attendance and sessions."""

from datetime import date

from pipeline.findings import Findings, Place
from pipeline.ids import session_id
from pipeline.ingest.headings import Row, Sheet
from pipeline.ingest.register import RegisterEntry, meanings, read_entries, read_session_days
from pipeline.preparing.identity import Directory
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.text import key
from pipeline.year import Year

PRESENT = ("present", "late", "early", "partial", "online")


def read_registers(year: Year, files: list[RawFile], directory: Directory, courses: Rows) -> Reading:
    """The registers → attendance and sessions.

    A roster lists who was to come: who is on it but not in a register is unknown. A staff list is
    of everybody: there, only who is in the register was to come. ``courses``: their titles.
    """
    reading = Reading(year, directory)
    titles = {row["course_id"]: row["title"] for row in courses}
    for raw in files:
        sheet = reading.sheet(raw, "register")
        if sheet is None:
            continue
        course = year.course(raw.source.course)
        if any(row["course_id"] == raw.source.course for row in reading.tables["sessions"]):
            what = f"研修「{titles.get(raw.source.course, '')}」の出席簿"
            reading.findings.add("F20", Place(raw.grid.file), what=what)
            continue
        days = read_session_days(sheet, year.fiscal_year, reading.findings)
        _sessions(reading, course, days, sheet)
        marks = meanings(year.codebook.marks, raw.source.legend)
        entries = read_entries(sheet, marks, year.fiscal_year, reading.findings)
        people = _people(reading, sheet, entries)
        for entry in entries:
            reading.check_day(entry.mark.caught_up_on, entry.cell.place)
            if person_id := people[entry.row.number]:
                reading.tables["attendance"].append(
                    {
                        "participant_id": person_id,
                        "session_id": session_id(raw.source.course, entry.session),
                        **entry.mark._asdict(),
                        "reason": directory.masked(entry.mark.reason),
                        "source_ref": entry.cell.place.reference,
                    }
                )
        if not any(source.kind == "staff" for source in year.sources):
            seen = set(people.values())
            for person in (p for p in directory.people if p.participant_id not in seen):
                reading.findings.add("I10", person.place, register=sheet.grid.file)
                reading.tables["attendance"] += [
                    {
                        "participant_id": person.participant_id,
                        "session_id": session_id(raw.source.course, number),
                        "status": "unknown",
                    }
                    for number in days
                ]
    return reading


def _people(reading: Reading, sheet: Sheet, entries: list[RegisterEntry]) -> dict[int, str | None]:
    """Row → who is meant; and what is wrong with the people and totals of the rows."""
    people: dict[int, str | None] = {}
    seen: dict[str, Place] = {}
    by_row: dict[int, list[RegisterEntry]] = {}
    for entry in entries:
        by_row.setdefault(entry.row.number, []).append(entry)
    for row in sheet.rows:
        place = row["name"].place
        match = reading.met(reading.directory.match(row["name"], reading.office(row.get("office"))))
        person_id = people[row.number] = match.participant_id
        if person_id is None:
            reading.ledger.set_aside(sheet.grid, row.number, "名簿外の人")
        elif seen.setdefault(person_id, place) is not place:
            reading.findings.add("I13", place, first=seen[person_id].cell)
        _check_total(row, by_row.get(row.number, []), sheet, reading.findings)
    return people


def _check_total(row: Row, entries: list[RegisterEntry], sheet: Sheet, findings: Findings) -> None:
    """The row's own total against the count: of people in the room, or with recordings.

    Towns count either way; a total is reported only if it agrees with neither.
    """
    stated = row.get("stated_total")
    place = stated.place
    if (row.number, row.columns.get("stated_total")) in sheet.grid.formulas and not stated.text:
        findings.add("L16", sheet.grid.place(row.number, row.columns["stated_total"]))
    if not stated.text:
        return
    counted = sum(e.mark.status in PRESENT for e in entries)
    watched = sum(e.mark.status in ("recording", "e_learning") for e in entries)
    plain = sum(e.mark.status == "present" for e in entries)
    if key(stated.text) not in {str(plain), str(counted), str(counted + watched)}:
        findings.add("C03", place, stated=stated.text, counted=counted)


def _sessions(reading: Reading, course: dict, days: dict[int, date], sheet: Sheet) -> None:
    declared = {s["number"]: s for s in course.get("session", [])}
    columns = sheet.by_session("mark")
    if declared.keys() != columns.keys():
        reading.findings.add(
            "D04",
            sheet.grid.place(sheet.head),
            register="、".join(map(str, sorted(columns))),
            declared="、".join(map(str, sorted(declared))),
        )
    for number, day in sorted(days.items()):
        reading.check_day(day, sheet.grid.place(sheet.head, columns[number].number))
        if number in declared:
            reading.tables["sessions"].append(
                {
                    "session_id": session_id(course["course_id"], number),
                    "course_id": course["course_id"],
                    "held_on": day,
                    **declared[number],
                }
            )
