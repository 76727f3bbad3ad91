"""The total of a quiz in a questionnaire → scores: one test a person and course, of known full marks."""

from pipeline.findings import Place
from pipeline.ingest.headings import Sheet
from pipeline.ingest.quiz import read_points
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.preparing.survey_answers import Instrument, Respondent
from pipeline.text import shorten


def record_scores(
    reading: Reading, raw: RawFile, sheet: Sheet, kept: list[Respondent], instrument: Instrument, scores: Rows
) -> None:
    """The totals of the answers that count → scores.

    No export says how many points there were to get: without ``full_score`` in ``year.toml`` the
    totals mean nothing, and a finding says that they are not used. So are those of nobody known,
    and a second test of the same course (``scores``: those of the sources before).
    """
    full, findings, own = raw.source.full_score, reading.findings, reading.tables["scores"]
    column = next((c for c in sheet.columns if c.heading.column == "total_points"), None)
    if column is None:
        if full is not None:
            findings.add("S22", sheet.grid.place(sheet.head), full=full)
        return
    head = sheet.grid.place(sheet.head, column.number)
    if full is None:
        findings.add("S18", head)
        return
    known = {(row["participant_id"], row["course_id"]): row["source_ref"] for row in [*scores, *own]}
    nobodys, again = 0, []
    for answer, match, sent_at in kept:
        cell = answer.row["total_points"]
        if not cell.text:
            continue
        points = read_points(cell.value)
        if points is None:
            findings.add("S19", cell.place, seen=shorten(cell.text))
        elif points > full:
            findings.add("S20", cell.place, seen=shorten(cell.text), full=full)
        elif match.participant_id is None:
            nobodys += 1
        elif first := known.get((match.participant_id, instrument.course_id)):
            again.append((cell, first))
        else:
            own.append(
                {
                    "participant_id": match.participant_id,
                    "course_id": instrument.course_id,
                    "score": points,
                    "full_score": float(full),
                    "taken_on": sent_at.date(),
                    "source_ref": cell.place.reference,
                }
            )
    if nobodys:
        findings.add("S23", head, count=nobodys)
    if again:
        cell, first = again[0]
        before = Place.parse(first)
        findings.add("S24", cell.place, count=len(again), file=before.file, cell=before.cell)
