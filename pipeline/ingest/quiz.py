"""What a quiz of Microsoft Forms adds to a questionnaire: points and feedback for every question.

The total (合計点) is a column like any other. Beside each question X stand 「ポイント - X」 and
「フィードバック - X」, also where X asks for an opinion; so a question is one of the test only if
somebody got points for it. Such a question is asked of no other year: the codebook need not know it.
"""

from pipeline.codebook import KnownHeading
from pipeline.findings import Findings, Place
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import SEARCH_ROWS, Cell
from pipeline.text import key, shorten

DETAILS = ("points", "feedback")


def marked_questions(grid: Grid, headings: list[KnownHeading], findings: Findings) -> list[KnownHeading]:
    """The questions of the test that ``headings`` don't know, as headings to be passed over.

    That they, their points and their feedback are passed over is said once, at the first of them.
    """
    of_points = [h for h in headings if h.column == "points"]
    for number in grid.rows()[:SEARCH_ROWS] if of_points else ():
        wordings = grid.row(number)
        points = {column: match.date for column, wording in wordings.items() if (match := of_points[0].match(wording))}
        if not points:
            continue
        marked = {
            points[column]
            for (row, column), value in grid.cells.items()
            if row > number and column in points and read_points(value)
        }
        asked = [
            str(wording)
            for wording in wordings.values()
            if key(wording) in marked and not any(h.match(wording) for h in headings)
        ]
        details = [w for w in wordings.values() if any(h.match(w) for h in headings if h.column in DETAILS)]
        findings.add(
            "S21",
            grid.place(number, min(points)),
            count=len(details) + len(asked),
            seen="」「".join(shorten(w) for w in [*asked, *details][:3]),
        )
        return [KnownHeading("test_question", "ignored", False, False, (wording,)) for wording in asked]
    return []


def read_points(value: object) -> float | None:
    """Points as a number: 8, 7.5, 「8点」; None if it is none.

    >>> read_points("７.５点")
    7.5
    """
    text = key(Cell(value, Place("")).text).removesuffix("点")
    try:
        points = float(text)
    except ValueError:
        return None
    return points if 0 <= points < float("inf") else None
