"""Records that a system kept by itself (Teams, an e-learning service) → attendance.

They fill only what the owner's record (出席簿, 受講管理表) leaves open. Where the two contradict each
other, the owner's record stands and a finding says so: a log knows connections, not people.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pipeline.findings import Findings, Place
from pipeline.ids import session_id
from pipeline.ingest.dates import in_words
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.schema import MISSED, TOOK_PART
from pipeline.year import Year


class Logged(NamedTuple):
    """What a log says of one person in one session, and until when it knows."""

    participant_id: str
    session_id: str
    status: str
    place: Place
    known_until: date | None
    minutes_lost: int | None = None
    reason: str | None = None


def fill(year: Year, logged: Iterable[Logged], attendance: Rows) -> Reading:
    """The rows of attendance that a log adds to the owner's, or has in place of an unknown one."""
    reading = Reading(year)
    known = {(row["participant_id"], row["session_id"]): row for row in attendance}
    for log in logged:
        at = log.participant_id, log.session_id
        row = known.get(at)
        if row is not None and row["status"] != "unknown":
            _compare(row, log, reading.findings)
            continue
        known[at] = {
            "participant_id": log.participant_id,
            "session_id": log.session_id,
            "status": log.status,
            "minutes_lost": log.minutes_lost,
            "caught_up_on": None,
            "reason": log.reason,
            "source_ref": log.place.reference,
        }
        reading.tables["attendance"].append(known[at])
    return reading


def _compare(row: dict, log: Logged, findings: Findings) -> None:
    """The owner's record against the log; what happened after the log's day is no contradiction."""
    owner = Place.parse(row.get("source_ref") or "!!")
    status, later = row["status"], row.get("caught_up_on")
    if later and log.known_until and later > log.known_until:
        return
    if status in MISSED and log.status in ("online", "e_learning"):
        findings.add("E23", log.place, file=owner.file, cell=owner.cell, owner="受けていない", log="受けた")
    elif status in TOOK_PART and log.status in MISSED:
        findings.add("E23", log.place, file=owner.file, cell=owner.cell, owner="受けた", log="受けていない")
    elif status == "online" and log.status == "partial":
        findings.add("E24", log.place, file=owner.file, cell=owner.cell, minutes=log.minutes_lost)


def open_session(
    reading: Reading, raw: RawFile, number: int, format_: str, held_on: date | None, courses: Rows, sessions: Rows
) -> str | None:
    """The id of the session that a log is of; what nobody has declared is a fatal finding.

    A session that isn't among ``sessions``, or gets its day here, is added to the reading.
    """
    year, opened, place = reading.year, reading.tables["sessions"], Place(raw.grid.file)
    course_id = raw.source.course
    wanted = session_id(course_id, number)
    row = next((s for s in reversed([*sessions, *opened]) if s["session_id"] == wanted), None)
    if row is None:
        course = next((c for c in courses if c["course_id"] == course_id), None)
        declared = {s["number"]: s for c in year.courses if c["course_id"] == course_id for s in c.get("session", [])}
        if course is None or (number not in declared if declared else number != 1):
            reading.findings.add("E07", place, number=number, course=course_id)
            return None
        whole = {"number": 1, "title": course.get("title"), "format": format_, "hours": course.get("hours")}
        row = {"session_id": wanted, "course_id": course_id, "held_on": held_on, **declared.get(number, whole)}
        opened.append(row)
    elif held_on and not row["held_on"]:
        opened.append(row | {"held_on": held_on})
    elif held_on and held_on != row["held_on"]:
        reading.findings.add("E05", place, here=in_words(held_on), there=in_words(row["held_on"]))
    return wanted
