"""The registers (出席簿) → attendance and sessions."""

from collections.abc import Mapping
from itertools import groupby

from openpyxl.utils.cell import coordinate_to_tuple

from pipeline.findings import Findings, Place
from pipeline.ids import session_id
from pipeline.ingest.headings import Row, Sheet
from pipeline.ingest.register import RegisterEntry, meanings, number_sessions, read_entries, read_session_days
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
    for (source, file), own in groupby(files, key=lambda raw: (raw.source, raw.grid.file)):
        sheets = [(raw, sheet) for raw in own if (sheet := reading.sheet(raw, "register"))]
        if not sheets:
            continue
        if any(row["course_id"] == source.course for row in reading.tables["sessions"]):
            what = f"研修「{titles.get(source.course, '')}」の出席簿"
            reading.findings.add("F20", Place(file), what=what)
            continue
        course = year.course(source.course)
        declared = {s["number"]: s for s in course.get("session", [])}
        days = {number: s.get("held_on") for number, s in declared.items()}
        marks = meanings(year.codebook.marks, source.legend)
        seen: set[str | None] = set()
        for raw, sheet in sheets:
            number_sessions(sheet, days, year.fiscal_year, reading.findings, raw.session)
            _sessions(reading, course["course_id"], declared, sheet)
            entries = read_entries(sheet, marks, year.fiscal_year, reading.findings, source.fills, source.cells)
            people = _people(reading, sheet, entries)
            seen |= set(people.values())
            for entry in entries:
                reading.check_day(entry.mark.caught_up_on, entry.cell.place)
                if person_id := people[entry.row["name"].place]:
                    reading.tables["attendance"].append(
                        {
                            "participant_id": person_id,
                            "session_id": session_id(source.course, entry.session),
                            **entry.mark._asdict(),
                            "reason": directory.masked(entry.mark.reason),
                            "source_ref": entry.cell.place.reference,
                        }
                    )
        found = sorted(number for _, sheet in sheets for number in sheet.by_session("mark"))
        if found != sorted(declared):
            names = ("、".join(map(str, numbers)) for numbers in (found, sorted(declared)))
            place = sheets[0][1].grid.place(sheets[0][1].head)
            reading.findings.add("D04", place, **dict(zip(("register", "declared"), names, strict=True)))
        if not any(source.kind == "staff" for source in year.sources):
            for person in (p for p in directory.people if p.participant_id not in seen):
                reading.findings.add("I10", person.place, register=file)
                reading.tables["attendance"] += [
                    {
                        "participant_id": person.participant_id,
                        "session_id": session_id(source.course, number),
                        "status": "unknown",
                    }
                    for number in found
                ]
    return reading


def _people(reading: Reading, sheet: Sheet, entries: list[RegisterEntry]) -> dict[Place, str | None]:
    """Place of the name → who is meant; and what is wrong with the people and totals of the rows."""
    people: dict[Place, str | None] = {}
    seen: dict[str, Place] = {}
    by_person: dict[Place, list[RegisterEntry]] = {}
    for entry in entries:
        by_person.setdefault(entry.row["name"].place, []).append(entry)
    for row in sheet.rows:
        place = row["name"].place
        match = reading.met(reading.directory.match(row["name"], reading.office(row.get("office"))))
        person_id = people[place] = match.participant_id
        if person_id is None:
            reading.ledger.set_aside(sheet.grid, row.number, "名簿外の人")
        elif seen.setdefault(person_id, place) is not place:
            reading.findings.add("I13", place, first=seen[person_id].cell)
        _check_total(row, by_person.get(place, []), sheet, reading.findings)
    return people


def _check_total(row: Row, entries: list[RegisterEntry], sheet: Sheet, findings: Findings) -> None:
    """The row's own total against the count: of people in the room, or with recordings.

    Towns count either way; a total is reported only if it agrees with neither.
    """
    stated = row.get("stated_total")
    place = stated.place
    if place.cell and coordinate_to_tuple(place.cell) in sheet.grid.formulas and not stated.text:
        findings.add("L16", place)
    if not stated.text:
        return
    counted = sum(e.mark.status in PRESENT for e in entries)
    watched = sum(e.mark.status in ("recording", "e_learning") for e in entries)
    plain = sum(e.mark.status == "present" for e in entries)
    if key(stated.text) not in {str(plain), str(counted), str(counted + watched)}:
        findings.add("C03", place, stated=stated.text, counted=counted)


def _sessions(reading: Reading, course_id: str, declared: Mapping[int, dict], sheet: Sheet) -> None:
    """The sessions of a sheet that are declared, with their days."""
    days = {number: one.get("held_on") for number, one in declared.items()}
    columns = sheet.by_session("mark")
    for number, day in sorted(read_session_days(sheet, reading.year.fiscal_year, reading.findings, days).items()):
        reading.check_day(day, sheet.grid.place(sheet.head, columns[number].number))
        if number in declared:
            own = {"session_id": session_id(course_id, number), "course_id": course_id, **declared[number]}
            reading.tables["sessions"].append(own | {"held_on": day})
