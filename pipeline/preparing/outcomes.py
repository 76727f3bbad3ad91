"""What came of the training: follow-up, working groups, improvement reports, indicators."""

import re
from datetime import datetime
from typing import NamedTuple

from pipeline.ingest.dates import read_timestamp
from pipeline.ingest.headings import Cell, Row
from pipeline.preparing.cells import NOT_THERE, NOTHING, coded, course_ids, day, filled, flag, number
from pipeline.preparing.identity import Match
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.preparing.working_groups import read_working_groups
from pipeline.schema import NOT_APPLICABLE, USES
from pipeline.text import key, shorten

YEAR = "year:"  # the columns of a table of indicators: year:R… for every fiscal year


class Reply(NamedTuple):
    """One answer to the follow-up, and the row it stands in."""

    sent: datetime | None
    raw: RawFile
    row: Row
    fields: dict


def read_outcomes(run: Run, files: list[RawFile]) -> None:
    read_followups(run, files)
    read_working_groups(run, files)
    read_improvements(run, files)
    read_indicators(run, files)


def read_followups(run: Run, files: list[RawFile]) -> None:
    """Months after a course: was it used? The last answer of a person on a course counts."""
    by_person: dict[object, list[Reply]] = {}
    for raw in of_kind(files, "followup"):
        sheet = run.sheet(raw, "followup")
        for row in sheet.rows if sheet else []:
            if reply := _reply(run, raw, row):
                person_id, course_id = reply.fields["participant_id"], reply.fields["course_id"]
                # Answers of nobody known are all kept: they can't be told apart.
                at = (person_id, course_id) if person_id else (raw.grid.file, row.number)
                by_person.setdefault(at, []).append(reply)
    kept = []
    for replies in by_person.values():
        *earlier, last = sorted(replies, key=lambda r: (r.sent or datetime.min, r.row.number))
        kept.append(last.fields)
        for reply in earlier:
            run.ledger.set_aside(reply.raw.grid, reply.row.number, "重複回答（先の送信）")
        if earlier:
            place = last.row["submitted_at"].place
            run.findings.add("S07", place, count=len(replies), kept=place.cell)
    run.tables["followups"] += sorted(kept, key=lambda r: (r["participant_id"] or "", r["course_id"]))


def _reply(run: Run, raw: RawFile, row: Row) -> Reply | None:
    """One row; None if it is an outsider's, or without a course (a fatal finding)."""
    at, staff_no, name, course = (row["submitted_at"], row["staff_no"], row.get("name"), row["course"])
    sent = read_timestamp(at.value, run.year.fiscal_year)
    if sent is None:
        run.findings.add("S03", at.place, seen=shorten(at.text))
    else:
        run.check_day(sent.date(), at.place)
    match = run.directory.match_number(staff_no.text, name.text, staff_no.place)
    if match.how == "nameless" and name.text:
        match = run.directory.match(name.text, "", name.place)
    if match.how == "outsider":
        run.ledger.set_aside(raw.grid, row.number, "名簿外の人")
        return None
    if match.how == "nameless":
        run.findings.add("S08", staff_no.place)
    if key(course.text) in NOTHING:
        run.findings.add("E29", course.place, item="研修No.")
        return None
    courses = course_ids(run, course)
    if len(courses) > 1:
        run.findings.add("E25", course.place, seen=shorten(course.text))
    return Reply(sent, raw, row, _use(run, row, match, courses[0], sent)) if len(courses) == 1 else None


def _use(run: Run, row: Row, match: Match, course_id: str, sent: datetime | None) -> dict:
    use = coded(run, row["use"], "use", "活用状況")
    return {
        "participant_id": match.participant_id,
        "course_id": course_id,
        "use": None if use is None else USES[len(USES) - use],  # used is 4, not_used 1
        "is_confirmed": flag(run, row.get("is_confirmed"), "所属長確認"),
        "example": run.masked(row.get("example").text) or None,
        "submitted_at": sent,
        "source_ref": "!".join(row["use"].place),
    }


def read_improvements(run: Run, files: list[RawFile]) -> None:
    """Improvement reports are filed by an office, not by a person."""
    seen: dict[str, Row] = {}
    for raw in of_kind(files, "improvements"):
        sheet = run.sheet(raw, "improvements")
        for row in sheet.rows if sheet else []:
            if not filled(run, row, office="所属", title="件名"):
                continue
            report_no = row["report_no"]
            first = seen.setdefault(key(report_no.text), row)
            if first is not row:
                is_copy = [c.text for c in first.cells.values()] == [c.text for c in row.cells.values()]
                where = first["report_no"].place.cell
                if is_copy:
                    run.findings.add("W04", report_no.place, first=where)
                else:
                    run.findings.add("W03", report_no.place, first=where)
                run.ledger.set_aside(raw.grid, row.number, "受付番号の重複")
                continue
            category = re.match(r"[1-4](?!\d)", key(row["category"].text))
            if row["category"].text and category is None:
                run.findings.add(
                    "E27", row["category"].place, seen=shorten(row["category"].text), known="1」「2」「3」「4"
                )
            run.tables["improvements"].append(
                {
                    "report_id": report_no.text,
                    "office": run.office(row["office"]),
                    "submitted_on": day(run, row["submitted_on"]),
                    "title": run.masked(row["title"].text, offices=False),
                    "category": int(category[0]) if category else None,
                    "is_dx": flag(run, row["is_dx"], "DX該当"),
                    "course_ids": ";".join(course_ids(run, row.get("courses"))) or None,
                    "hours_saved": number(run, row.get("hours_saved"), "効果(時間/年)", "時間(?:/年)?|h"),
                    "source_ref": "!".join(report_no.place),
                }
            )


def read_indicators(run: Run, files: list[RawFile]) -> None:
    """A table of indicators × years → one row an indicator and year."""
    seen: dict[str, Cell] = {}
    for raw in of_kind(files, "kpi"):
        sheet = run.sheet(raw, "kpi")
        for row in sheet.rows if sheet else []:
            if not filled(run, row, unit="単位", source="出典"):
                continue
            name, unit = row["indicator"], row["unit"].text
            if (first := seen.setdefault(key(name.text), name)) is not name:
                run.findings.add("F20", name.place, what=f"この指標（もう一つは {first.place.cell}）")
                run.ledger.set_aside(raw.grid, row.number, "指標の重複")
                continue
            for column in row.columns:
                if not column.startswith(YEAR):
                    continue
                cell = row[column]
                value = number(run, cell, f"{column.removeprefix(YEAR)} の値", re.escape(key(unit)))
                # Excel's percent format holds 35 % as 0.35: beside 「%」 nobody can tell.
                if key(unit) == "%" and isinstance(cell.value, float) and 0 < cell.value < 1:
                    run.findings.add("W05", cell.place, seen=cell.text)
                run.tables["indicators"].append(
                    {
                        "indicator": name.text,
                        "unit": unit,
                        "value": value,
                        "fiscal_year": column.removeprefix(YEAR),
                        "missing_reason": NOT_APPLICABLE if key(cell.text) in NOT_THERE else None,
                        "source": row["source"].text,
                    }
                )
