"""What came of the training: follow-up, improvement reports, indicators."""

import re
from collections.abc import Container
from datetime import datetime
from typing import NamedTuple

from pipeline.codebook import codes
from pipeline.ingest.dates import read_timestamp
from pipeline.ingest.headings import Cell, Row
from pipeline.ingest.numbers import NOT_THERE, NOTHING, number
from pipeline.preparing.cells import coded, course_ids, day, filled, flag
from pipeline.preparing.identity import Directory, Match
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.schema import NOT_APPLICABLE
from pipeline.text import key, shorten
from pipeline.year import Year

YEAR = "year:"  # the columns of a table of indicators: year:R… for every fiscal year


class Reply(NamedTuple):
    """One answer to the follow-up, and the row it stands in."""

    sent: datetime | None
    raw: RawFile
    row: Row
    fields: dict


def read_followups(year: Year, files: list[RawFile], directory: Directory, courses: Rows) -> Reading:
    """Months after a course: was it used? The last answer of a person on a course counts."""
    reading, known = Reading(year, directory), {row["course_id"] for row in courses}
    by_person: dict[object, list[Reply]] = {}
    for raw, row in reading.rows(files, "followup"):
        if reply := _reply(reading, raw, row, known):
            person_id, course_id = reply.fields["participant_id"], reply.fields["course_id"]
            # Answers of nobody known are all kept: they can't be told apart.
            at = (person_id, course_id) if person_id else (raw.grid.file, row.number)
            by_person.setdefault(at, []).append(reply)
    kept = []
    for replies in by_person.values():
        *earlier, last = sorted(replies, key=lambda r: (r.sent or datetime.min, r.row.number))
        kept.append(last.fields)
        for reply in earlier:
            reading.ledger.set_aside(reply.raw.grid, reply.row.number, "重複回答（先の送信）")
        if earlier:
            place = last.row["submitted_at"].place
            reading.findings.add("S07", place, count=len(replies), kept=place.cell)
    reading.tables["followups"] += sorted(kept, key=lambda r: (r["participant_id"] or "", r["course_id"]))
    return reading


def _reply(reading: Reading, raw: RawFile, row: Row, known: Container[str]) -> Reply | None:
    """One row; None if it is an outsider's, or without a course (a fatal finding)."""
    at, staff_no, name, course = (row["submitted_at"], row["staff_no"], row.get("name"), row["course"])
    sent = read_timestamp(at.value, reading.year.fiscal_year)
    if sent is None:
        reading.findings.add("S03", at.place, seen=shorten(at.text))
    else:
        reading.check_day(sent.date(), at.place)
    match = reading.met(reading.directory.match_number(staff_no, name))
    if match.how == "nameless" and name.text:
        match = reading.met(reading.directory.match(name))
    if match.how == "outsider":
        reading.ledger.set_aside(raw.grid, row.number, "名簿外の人")
        return None
    if match.how == "nameless":
        reading.findings.add("S08", staff_no.place)
    if key(course.text) in NOTHING:
        reading.findings.add("E29", course.place, item="研修No.")
        return None
    courses = course_ids(reading, course, known)
    if len(courses) > 1:
        reading.findings.add("E25", course.place, seen=shorten(course.text))
    return Reply(sent, raw, row, _use(reading, row, match, courses[0], sent)) if len(courses) == 1 else None


def _use(reading: Reading, row: Row, match: Match, course_id: str, sent: datetime | None) -> dict:
    use = coded(reading, row["use"], "use", "活用状況")
    return {
        "participant_id": match.participant_id,
        "course_id": course_id,
        "use": None if use is None else list(codes("use"))[-int(use)],  # used is 4, not_used 1
        "is_confirmed": flag(reading, row.get("is_confirmed"), "所属長確認"),
        "example": reading.directory.masked(row.get("example").text) or None,
        "submitted_at": sent,
        "source_ref": row["use"].place.reference,
    }


def read_improvements(year: Year, files: list[RawFile], directory: Directory, courses: Rows) -> Reading:
    """Improvement reports are filed by an office, not by a person."""
    reading, known = Reading(year, directory), {row["course_id"] for row in courses}
    seen: dict[str, Row] = {}
    for raw, row in reading.rows(files, "improvements"):
        if not filled(reading, row, office="所属", title="件名"):
            continue
        report_no = row["report_no"]
        first = seen.setdefault(key(report_no.text), row)
        if first is not row:
            is_copy = [c.text for c in first.cells.values()] == [c.text for c in row.cells.values()]
            where = first["report_no"].place.cell
            if is_copy:
                reading.findings.add("W04", report_no.place, first=where)
            else:
                reading.findings.add("W03", report_no.place, first=where)
            reading.ledger.set_aside(raw.grid, row.number, "受付番号の重複")
            continue
        category = re.match(r"[1-4](?!\d)", key(row["category"].text))
        if row["category"].text and category is None:
            reading.findings.add(
                "E27", row["category"].place, seen=shorten(row["category"].text), known="1」「2」「3」「4"
            )
        reading.tables["improvements"].append(
            {
                "report_id": report_no.text,
                "office": reading.office(row["office"]),
                "submitted_on": day(reading, row["submitted_on"]),
                "title": directory.masked(row["title"].text, offices=False),
                "category": int(category[0]) if category else None,
                "is_dx": flag(reading, row["is_dx"], "DX該当"),
                "course_ids": ";".join(course_ids(reading, row.get("courses"), known)) or None,
                "hours_saved": number(row.get("hours_saved"), "効果(時間/年)", reading.findings, "(?:時間(?:/年)?|h)"),
                "source_ref": report_no.place.reference,
            }
        )
    return reading


def read_indicators(year: Year, files: list[RawFile]) -> Reading:
    """A table of indicators × years → one row an indicator and year."""
    reading = Reading(year)
    seen: dict[str, Cell] = {}
    for raw, row in reading.rows(files, "kpi"):
        if not filled(reading, row, unit="単位", source="出典"):
            continue
        name, unit = row["indicator"], row["unit"].text
        if (first := seen.setdefault(key(name.text), name)) is not name:
            reading.findings.add("F20", name.place, what=f"この指標（もう一つは {first.place.cell}）")
            reading.ledger.set_aside(raw.grid, row.number, "指標の重複")
            continue
        for column in row.columns:
            if not column.startswith(YEAR):
                continue
            cell = row[column]
            value = number(cell, f"{column.removeprefix(YEAR)} の値", reading.findings, re.escape(key(unit)))
            # Excel's percent format holds 35 % as 0.35: beside 「%」 nobody can tell.
            if key(unit) == "%" and isinstance(cell.value, float) and 0 < cell.value < 1:
                reading.findings.add("W05", cell.place, seen=cell.text)
            reading.tables["indicators"].append(
                {
                    "indicator": name.text,
                    "unit": unit,
                    "value": value,
                    "fiscal_year": column.removeprefix(YEAR),
                    "missing_reason": NOT_APPLICABLE if key(cell.text) in NOT_THERE else None,
                    "source": row["source"].text,
                }
            )
    return reading
