"""The registers (出席簿) → attendance and sessions."""

from datetime import date

from pipeline.findings import Place
from pipeline.ingest.headings import Row, Sheet
from pipeline.ingest.register import Entry, meanings, read_entries, read_session_days
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.text import key

PRESENT = ("present", "late", "early", "partial", "online")


def read_registers(run: Run, files: list[RawFile]) -> None:
    """The registers → attendance and sessions.

    A roster lists who was to come: who is on it but not in a register is unknown. A staff list is
    of everybody: there, only who is in the register was to come.
    """
    year, findings = run.year, run.findings
    is_by_roster = not any(source.kind == "staff" for source in year.sources)
    titles = {row["course_id"]: row["title"] for row in run.tables["courses"]}
    for raw in of_kind(files, "register"):
        sheet = run.sheet(raw, "register")
        if sheet is None:
            continue
        course = next(c for c in year.courses if c["course_id"] == raw.source.course)
        if any(row["course_id"] == raw.source.course for row in run.tables["sessions"]):
            findings.add("F20", Place(raw.grid.file), what=f"研修「{titles.get(raw.source.course, '')}」の出席簿")
            continue
        days = read_session_days(sheet, year.fiscal_year, findings)
        _sessions(run, course, days, sheet)
        marks = meanings(year.codebook.marks, raw.source.legend)
        entries = read_entries(sheet, marks, year.fiscal_year, findings)
        by_row: dict[int, str | None] = {}
        seen: dict[str, Place] = {}
        for row in sheet.rows:
            place = row["name"].place
            match = run.directory.match(row["name"].text, run.office(row.get("office")), place)
            by_row[row.number] = match.participant_id
            if match.participant_id is None:
                run.ledger.set_aside(sheet.grid, row.number, "名簿外の人")
            elif match.participant_id in seen:
                findings.add("I13", place, first=seen[match.participant_id].cell)
            else:
                seen[match.participant_id] = place
            _check_total(run, row, [e for e in entries if e.row is row], sheet)
        for entry in entries:
            run.check_day(entry.mark.caught_up_on, entry.cell.place)
            if person_id := by_row[entry.row.number]:
                run.tables["attendance"].append(
                    {
                        "participant_id": person_id,
                        "session_id": f"{raw.source.course}-{entry.session}",
                        **entry.mark._asdict(),
                        "reason": run.masked(entry.mark.reason),
                        "source_ref": "!".join(entry.cell.place),
                    }
                )
        for person in run.directory.people:
            if is_by_roster and person.participant_id not in seen:
                findings.add("I10", person.place, register=sheet.grid.file)
                run.tables["attendance"] += [
                    {
                        "participant_id": person.participant_id,
                        "session_id": f"{raw.source.course}-{number}",
                        "status": "unknown",
                    }
                    for number in days
                ]
    run.tables["attendance"].sort(key=lambda row: (row["participant_id"], row["session_id"]))


def _check_total(run: Run, row: Row, entries: list[Entry], sheet: Sheet) -> None:
    """The row's own total against the count: of people in the room, or with recordings.

    Towns count either way; a total is reported only if it agrees with neither.
    """
    stated = row.get("stated_total")
    place = stated.place
    if (row.number, row.columns.get("stated_total")) in sheet.grid.formulas and not stated.text:
        run.findings.add("L16", sheet.grid.place(row.number, row.columns["stated_total"]))
    if not stated.text:
        return
    counted = sum(e.mark.status in PRESENT for e in entries)
    watched = sum(e.mark.status in ("recording", "e_learning") for e in entries)
    plain = sum(e.mark.status == "present" for e in entries)
    if key(stated.text) not in {str(plain), str(counted), str(counted + watched)}:
        run.findings.add("C03", place, stated=stated.text, counted=counted)


def _sessions(run: Run, course: dict, days: dict[int, date], sheet: Sheet) -> None:
    declared = {s["number"]: s for s in course.get("session", [])}
    marked = {c.match.session for c in sheet.columns if c.heading.column == "mark"}
    if declared.keys() != marked:
        run.findings.add(
            "D04",
            Place(sheet.grid.file, sheet.grid.sheet, f"{max(sheet.head_rows)}行"),
            register="、".join(map(str, sorted(marked))),
            declared="、".join(map(str, sorted(declared))),
        )
    for number, day in sorted(days.items()):
        column = next(c for c in sheet.columns if c.match.session == number)
        run.check_day(day, sheet.grid.place(max(sheet.head_rows), column.number))
        if number in declared:
            session_id = f"{course['course_id']}-{number}"
            run.days[session_id] = day
            run.tables["sessions"].append(
                {"session_id": session_id, "course_id": course["course_id"], "held_on": day, **declared[number]}
            )
