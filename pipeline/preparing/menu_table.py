"""The training menu → courses, targets, plans of the years; and the sessions nobody declares.

What the menu says of a course is taken from it; who keeps its attendance, and its sessions if it
has several, are declared in ``year.toml``. A year without a menu has its courses from there alone.
"""

from pipeline.findings import Findings, Place
from pipeline.ids import session_id
from pipeline.ingest.menu_table import Line, read_menu
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.year import Year

IN_WORDS = {"required": "必須", "recommended": "推奨", "selected": "指名or公募"}


def read_courses(year: Year, files: list[RawFile]) -> Reading:
    """courses, targets, course_years and sessions of the year, from the menu or else as declared."""
    reading = Reading(year)
    for raw in files[1:]:
        reading.findings.add("F20", Place(raw.grid.file), what="研修メニュー")
        reading.ledger.set_aside_grid(raw.grid, "二つ目の研修メニュー")
    if files:
        _read_menu(reading, files[0])
    elif not any(source.kind == "menu" for source in year.sources):
        reading.tables["courses"] += map(_declared, year.courses)
    return reading


def _declared(course: dict) -> dict:
    return {"is_priority": False, "confidence": "stated"} | {k: v for k, v in course.items() if k != "session"}


def _read_menu(reading: Reading, raw: RawFile) -> None:
    year, tables = reading.year, reading.tables
    this_year = str(year.fiscal_year)
    sheet, lines = read_menu(raw.grid, year.codebook.headings("menu"), this_year, reading.findings)
    if reading.taken(raw.grid, sheet) is None:
        return
    _check_declarations(year, lines, reading.findings)
    declared = {course["course_id"]: course for course in year.courses}
    for line in sorted(lines, key=lambda line: line.number):
        course = declared.get(line.course_id)
        is_held = line.plans.get(this_year, "none") != "none"
        if course is None and is_held:
            reading.findings.add("N07", line.row["title"].place, course=line.course_id)
        targets = _targets(year, line)
        is_inferred = any(target["confidence"] == "inferred" for target in targets)
        tables["courses"].append(
            line.course
            | {
                "owner": course["owner"] if course else "",
                "target": _in_words(line),
                "confidence": "inferred" if is_inferred else "stated",
            }
        )
        tables["targets"] += targets
        tables["course_years"] += [
            {"course_id": line.course_id, "fiscal_year": fiscal_year, "plan": plan}
            for fiscal_year, plan in line.plans.items()
        ]
        if is_held:
            tables["sessions"] += _sessions(year, line, course or {})


def _check_declarations(year: Year, lines: list[Line], findings: Findings) -> None:
    """Everything in ``year.toml`` that speaks of the menu must be found in it."""
    place = Place(f"{year.fiscal_year}/year.toml")
    known = {line.course_id for line in lines}
    for number, course in enumerate(year.courses, start=1):
        if course["course_id"] not in known:
            findings.add("N06", place, number=number, course=course["course_id"])
    cells = {f"{line.course_id}:{target.name}" for line in lines for target in line.targets}
    menu = year.declared.get("menu", {})
    for name, allowed in (("inferred", known), ("confirmed", cells)):
        for value in menu.get(name, []):
            if value not in allowed:
                findings.add("N08", place, key=name, value=value)


def _targets(year: Year, line: Line) -> Rows:
    """The targets; which of them were only inferred from a damaged text is declared."""
    menu = year.declared.get("menu", {})
    inferred, confirmed = set(menu.get("inferred", [])), set(menu.get("confirmed", []))
    return [
        {
            "course_id": line.course_id,
            "kind": target.kind,
            "name": target.name,
            "obligation": target.obligation,
            "confidence": "inferred"
            if line.course_id in inferred and f"{line.course_id}:{target.name}" not in confirmed
            else "stated",
        }
        for target in line.targets
    ]


def _in_words(line: Line) -> str:
    """The targets as a reader says them: 「必須：部課長・副参事／推奨：行革幹事」."""
    parts = []
    for obligation, word in IN_WORDS.items():
        names = [target.name for target in line.targets if target.obligation == obligation]
        if names:
            parts.append(f"{word}：{'・'.join(names)}")
    return "／".join(parts) or "対象の記載なし"


def _sessions(year: Year, line: Line, course: dict) -> Rows:
    """The sessions of a course without a register of its own; a register brings its own sessions.

    A course of one session, which nobody declares, has session 1: the course itself.
    """
    if any(source.kind == "register" and source.course == line.course_id for source in year.sources):
        return []
    itself = {"number": 1, "title": line.title, "format": line.format, "hours": line.hours}
    return [
        {
            "session_id": session_id(line.course_id, session["number"]),
            "course_id": line.course_id,
            "held_on": None,
            **session,
        }
        for session in course.get("session") or [itself]
    ]
