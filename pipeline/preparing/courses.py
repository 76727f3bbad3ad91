"""The training menu → courses, targets, plans of the years; and the sessions nobody declares.

What the menu says of a course is taken from it; who keeps its attendance, and its sessions if it
has several, are declared in ``year.toml``. A year without a menu has its courses from there alone.
"""

from pipeline.findings import Place
from pipeline.ingest.menu_table import Line, read_menu
from pipeline.preparing.intake import RawFile, Run, of_kind

IN_WORDS = {"required": "必須", "recommended": "推奨", "selected": "指名or公募"}


def read_courses(run: Run, files: list[RawFile]) -> None:
    """The courses of the year, from the menu or else as declared."""
    menus = list(of_kind(files, "menu"))
    for raw in menus[1:]:
        run.findings.add("F20", Place(raw.grid.file), what="研修メニュー")
        run.ledger.set_aside_grid(raw.grid, "二つ目の研修メニュー")
    if menus:
        _read_menu(run, menus[0])
    elif not any(source.kind == "menu" for source in run.year.sources):
        _declared_courses(run)


def _declared_courses(run: Run) -> None:
    for course in run.year.courses:
        run.tables["courses"].append(
            {"is_priority": False, "confidence": "stated", **{k: v for k, v in course.items() if k != "session"}}
        )


def _read_menu(run: Run, raw: RawFile) -> None:
    year = str(run.year.fiscal_year)
    sheet, lines = read_menu(raw.grid, run.year.codebook.headings("menu"), year, run.findings)
    run.taken(raw.grid, sheet)
    if sheet is None:
        return
    declared = {course["course_id"]: course for course in run.year.courses}
    _check_declarations(run, lines)
    for line in sorted(lines, key=lambda line: line.number):
        course = declared.get(line.course_id)
        is_held = line.plans.get(year, "none") != "none"
        if course is None and is_held:
            run.findings.add("N07", line.row["title"].place, course=line.course_id)
        targets = _targets(run, line)
        is_inferred = any(target["confidence"] == "inferred" for target in targets)
        run.tables["courses"].append(
            {
                "course_id": line.course_id,
                "number": line.number,
                **{name: line.text(name) for name in ("title", "category", "method", "provider", "month")},
                "hours": line.hours,
                "is_priority": line.is_priority,
                "owner": course["owner"] if course else "",
                "target": _in_words(line),
                "confidence": "inferred" if is_inferred else "stated",
            }
        )
        run.tables["targets"] += targets
        run.tables["course_years"] += [
            {"course_id": line.course_id, "fiscal_year": fiscal_year, "plan": plan}
            for fiscal_year, plan in line.plans.items()
        ]
        if is_held:
            _sessions(run, line, course or {})


def _check_declarations(run: Run, lines: list[Line]) -> None:
    """Everything in ``year.toml`` that speaks of the menu must be found in it."""
    place = Place(f"{run.year.fiscal_year}/year.toml")
    known = {line.course_id for line in lines}
    for number, course in enumerate(run.year.courses, start=1):
        if course["course_id"] not in known:
            run.findings.add("N06", place, number=number, course=course["course_id"])
    cells = {f"{line.course_id}:{target.name}" for line in lines for target in line.targets}
    menu = run.year.declared.get("menu", {})
    for name, allowed in (("inferred", known), ("confirmed", cells)):
        for value in menu.get(name, []):
            if value not in allowed:
                run.findings.add("N08", place, key=name, value=value)


def _targets(run: Run, line: Line) -> list[dict]:
    """The targets; which of them were only inferred from a damaged text is declared."""
    menu = run.year.declared.get("menu", {})
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


def _sessions(run: Run, line: Line, course: dict) -> None:
    """The sessions of a course without a register of its own; a register brings its own sessions.

    A course of one session, which nobody declares, has session 1: the course itself.
    """
    has_register = any(source.kind == "register" and source.course == line.course_id for source in run.year.sources)
    if has_register:
        return
    itself = {"number": 1, "title": line.text("title"), "format": line.format, "hours": line.hours}
    for session in course.get("session") or [itself]:
        run.tables["sessions"].append(
            {
                "session_id": f"{line.course_id}-{session['number']}",
                "course_id": line.course_id,
                "held_on": None,
                **session,
            }
        )
