"""The filled 新旧対照表, line by line, against the proposals that were handed out → the table ``decisions``.

What a line says of itself is judged in ``ingest.decisions``; here, whether it fits the proposals and the other
lines. Whatever doesn't fit becomes a finding.
"""

import pandas as pd

from pipeline.codebook import Codebook, code_of, codes
from pipeline.findings import Findings, Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ids import course_id, parts
from pipeline.ingest.decisions import AMENDED, APPROVED, DecisionLine, read_lines
from pipeline.ingest.headings import Sheet
from pipeline.menu.adoption import NEW, ROW_COLUMNS, conflicts, is_merged
from pipeline.menu.fields import HOW, choices, field_label, field_of, parse
from pipeline.menu.rules import PENDING
from pipeline.schema import CONTRACTS
from pipeline.text import key, shorten

# What the secretariat wrote, which nobody else may change: column → column of ROW_COLUMNS.
FIXED = {"number": "number", "title": "title", "change": "change", "field": "field_label"}
NAMELESS = "氏名・日時などの無い行"  # as ingest.headings sets a row aside that has no 案番号


def judge(
    sheet: Sheet, rows: pd.DataFrame | None, year: FiscalYear, findings: Findings, codebook: Codebook
) -> list[dict]:
    """The decisions of a filled 新旧対照表, one dict a line that can be read (schema ``decisions``).

    ``rows``: the table as it was handed out (``adoption.ROW_COLUMNS``), or None where it isn't known: then
    the lines are only checked among themselves. ``year``: the one whose evaluation is decided on.
    ``codebook`` knows the fields of the menu. Every problem becomes a finding; with a fatal one the
    result must not be used.
    """
    lines = read_lines(sheet, year, findings)
    for aside in sheet.set_aside:
        if aside.reason == NAMELESS:
            findings.add("A34", sheet.grid.place(aside.row))
    if rows is None:
        rows = pd.DataFrame([_as_written(line) for line in lines], columns=ROW_COLUMNS)
    known = {row["decision_id"]: row for row in rows.to_dict("records")}
    courses = {row["course_id"] for row in known.values() if row["title"]}
    seen: dict[str, DecisionLine] = {}
    for line in lines:
        place = line.row["decision_id"].place
        if line.decision_id in seen:
            findings.add(
                "A09", place, seen=shorten(line.decision_id), first=seen[line.decision_id].row["decision_id"].place.cell
            )
            continue
        course = parts(line.decision_id)[0]
        if line.decision_id in known and known[line.decision_id]["title"]:
            seen[line.decision_id] = line
        elif course and course not in courses:
            findings.add("A06", place, seen=shorten(line.decision_id), course=shorten(course))
        else:
            findings.add("A05", place, seen=shorten(line.decision_id))
    if missing := [i for i, row in known.items() if i not in seen and row["title"]]:
        findings.add("A17", Place(sheet.grid.file, sheet.grid.sheet), ids="、".join(missing))
    fields = choices(codebook.headings("menu"))
    decided = [_decision(line, known[i], fields, findings) for i, line in seen.items()]
    _check_conflicts(decided, seen, findings)
    for decision in filter(is_merged, decided):
        _check_merger(decision, seen[decision["decision_id"]], findings)
    return decided


def _as_written(line: DecisionLine) -> dict:
    """A line taken at its word, for want of the table that was handed out."""
    row = line.row
    change = _change(row.get("change").text)
    # What waits was handed out without a field: the one that stands there is a decision.
    label = "" if change == PENDING else row.get("field").text
    return {
        "decision_id": line.decision_id,
        "course_id": parts(line.decision_id)[0],
        "number": row.get("number").text,
        "title": row.get("title").text,
        "change": change,
        "field": field_of(label),
        "field_label": label,
        "before": row.get("before").text,
        "proposed": row.get("proposed").text,
    }


def _change(text: str) -> str:
    """The change of a word in the column 改定区分; a word that nobody knows stays itself."""
    return code_of("change", text) or text


def _decision(line: DecisionLine, row: dict, fields: dict[str, str], findings: Findings) -> dict:
    """One decision; findings where the secretariat's columns were changed or a value can't be read."""
    cells = line.row
    # Without a field of its own, a proposal may be amended in a field that whoever decides has chosen.
    is_free = not row["field"] and row["change"] != NEW
    waits = row["change"] == PENDING
    field = row["field"]
    if is_free and line.decision == AMENDED:
        field = _chosen(line, row, fields, findings)
    for name, column in FIXED.items():
        if name == "field" and (is_free and line.decision == AMENDED or waits):
            continue
        value = codes("change").get(row[column], row[column]) if name == "change" else row[column]
        expected = "" if pd.isna(value) else str(value)
        if name in cells.columns and key(cells[name].text) != key(expected):
            findings.add("A18", cells[name].place, seen=shorten(cells[name].text), expected=shorten(expected) or "空欄")
    if key(cells["proposed"].text) != key(row["proposed"]):
        place, said = (
            cells["proposed"].place,
            {"seen": shorten(cells["proposed"].text), "expected": shorten(row["proposed"]) or "空欄"},
        )
        if line.decision == APPROVED:  # 修正 is what they meant
            findings.add("A03", place, **said)
        else:
            findings.add("A18", place, **said)
    if waits and line.decision and line.decision != AMENDED and cells["field"].text:
        word = codes("decision")[line.decision]
        findings.add("A21", cells["field"].place, seen=shorten(cells["field"].text), decision=word)
    after = {APPROVED: row["proposed"], AMENDED: line.amended}.get(line.decision, "")
    is_readable = not field or not after or parse(field, after) is not None
    if not is_readable:
        findings.add("A15", cells["after"].place, seen=shorten(after), field=field_label(field))
    return {
        "decision_id": line.decision_id,
        "course_id": row["course_id"],
        "title": row["title"],
        "change": row["change"],
        "field": field or None,
        "before": row["before"] or None,
        "proposed": row["proposed"] or None,
        "after": (after if is_readable else "") or None,
        "opinion": line.opinion or None,
        "decision": line.decision,
        "decided_by": line.decided_by or None,
        "decided_on": line.decided_on,
        "note": line.note or None,
        "reflected_in": line.reflected_in or None,
        "is_edited": line.decision == AMENDED,
    }


def _chosen(line: DecisionLine, row: dict, fields: dict[str, str], findings: Findings) -> str:
    """The field that an amendment changes; "" for one that changes how the course is held."""
    cell = line.row["field"]
    if not cell.text:
        findings.add("A20", cell.place)
        return ""
    if key(cell.text) == key(row["field_label"]):
        return ""
    known = {key(label): field for label, field in fields.items()}
    if key(cell.text) not in known:
        findings.add("A22", cell.place, seen=shorten(cell.text), known="」「".join(fields), how=HOW)
    return known.get(key(cell.text), "")


def _check_merger(decision: dict, line: DecisionLine, findings: Findings) -> None:
    """A course is merged into one other; whether the menu has that one, ``mergers`` knows."""
    cell, into = line.row.get("reflected_in"), decision["reflected_in"]
    place = cell.place if cell.place.cell else line.row["decision"].place
    if into is None:
        if not cell.text:  # else A16 has said that it can't be read
            findings.add("A23", place, title=decision["title"])
    elif not into.isdigit():
        findings.add("A24", place, seen=shorten(cell.text), title=decision["title"])
    elif course_id(int(into)) == decision["course_id"]:
        findings.add("A27", place, title=decision["title"], number=into)


def _check_conflicts(decided: list[dict], lines: dict[str, DecisionLine], findings: Findings) -> None:
    sound = [d for d in decided if d["decision"]]
    by_id = {d["decision_id"]: d for d in sound}
    for what, first, second in conflicts(pd.DataFrame(sound, columns=list(CONTRACTS["decisions"].columns))):
        facts = {
            "title": by_id[second]["title"],
            "first": first,
            "second": second,
            "cell": lines[first].row["decision"].place.cell,
        }
        place = lines[second].row["decision"].place
        if what == "ended":
            findings.add("A08", place, **facts)
        else:
            field = by_id[second]["field"] or by_id[first]["field"] or "plan"
            findings.add(
                "A07", place, field=field_label(field), **facts, one=_said(by_id[first]), other=_said(by_id[second])
            )


def _said(decision: dict) -> str:
    return shorten(decision["after"] or codes("change")[PENDING])
