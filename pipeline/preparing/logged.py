"""What a log says of a person in a session, and the session it belongs to."""

from datetime import date
from typing import NamedTuple

from pipeline.findings import Place
from pipeline.ingest.dates import in_words
from pipeline.preparing.intake import RawFile, Run


class Logged(NamedTuple):
    """What a log says of one person in one session, and until when it knows."""

    participant_id: str
    session_id: str
    status: str
    place: Place
    known_until: date | None
    minutes_lost: int | None = None
    reason: str | None = None


def open_session(run: Run, raw: RawFile, number: int, format_: str, held_on: date | None) -> str | None:
    """The session's id, known to the table sessions; what nobody has held is a fatal finding."""
    course_id = raw.source.course
    session_id = f"{course_id}-{number}"
    course = next((c for c in run.tables["courses"] if c["course_id"] == course_id), None)
    row = next((s for s in run.tables["sessions"] if s["session_id"] == session_id), None)
    if row is None:
        declared = {
            s["number"]: s for c in run.year.courses if c["course_id"] == course_id for s in c.get("session", [])
        }
        if course is None or (number not in declared if declared else number != 1):
            run.findings.add("E07", Place(raw.grid.file), number=number, course=course_id)
            return None
        whole = {"number": 1, "title": course.get("title"), "format": format_, "hours": course.get("hours")}
        row = {"session_id": session_id, "course_id": course_id, "held_on": held_on, **declared.get(number, whole)}
        run.tables["sessions"].append(row)
    known = run.days.get(session_id) or row.get("held_on")
    if held_on and known and known != held_on:
        run.findings.add("E05", Place(raw.grid.file), here=in_words(held_on), there=in_words(known))
    elif held_on:
        row["held_on"] = run.days[session_id] = held_on
    return session_id
