"""Exports of questionnaires: one row an answer, whatever tool made it.

A tool is known by its own columns (time, number, status: ``codebook/headers.csv``); the questions
come from ``codebook/items.csv``. What the tools do differently inside a cell is read the same way
everywhere: times by ``dates``, several options in one cell by the list of options. LimeSurvey gives
each option a column of its own; such columns are put together into the one cell of the other tools.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline.codebook import Codebook, Option, codes
from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import read_timestamp
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import SEARCH_ROWS, Cell, Row, Sheet, read_sheet
from pipeline.ingest.quiz import marked_questions
from pipeline.text import key, printable, shorten, visible

TOOLS = codes("tool")
SEPARATORS = re.compile(r"^[\s;,、，；/／・\n]+|[\s;,、，；/／・\n]+$")


class Answer(NamedTuple):
    """One person's answers to one questionnaire."""

    row: Row
    submitted_at: datetime | None  # None: begun, never sent (LimeSurvey exports these too)
    name: str
    answers: dict[tuple[str, int | None], Cell]  # (concept, session of a grid) → cell


def read_answers(
    grid: Grid, tool: str, instrument: str, codebook: Codebook, year: FiscalYear, findings: Findings
) -> tuple[Sheet | None, list[Answer]]:
    """The answers in one export; (None, []) with fatal findings if its headings aren't known."""
    headings = [*codebook.headings(tool), *codebook.headings("respondent"), *codebook.item_headings(instrument)]
    if found := _other_tool(grid, tool, codebook):
        seen, number = found
        findings.add("S11", grid.place(number), tool=tool, seen="か".join(f"「{t}」（{TOOLS[t]}）" for t in seen))
        return None, []
    headings += marked_questions(grid, headings, findings)
    items = codebook.items(instrument)
    ticked = {concept for concept, item in items.items() if item.dimension == "choice"}
    sheet = read_sheet(grid, headings, f"{tool}・respondent・{instrument}", codebook.fiscal_year, findings)
    if sheet is None:
        return None, []
    wordings = {(c.heading.column, c.match.session): c.wording for c in sheet.columns}
    answers = []
    for row in sheet.rows:
        time = row["submitted_at"]
        submitted_at = read_timestamp(time.value, year)
        if submitted_at is None and time.text:
            findings.add("S03", time.place, seen=shorten(time.value))
            continue
        cells = {
            (c.heading.column, c.match.session): row.cells[c.number] for c in sheet.columns if c.heading.column in items
        }
        cells = _joined(cells, ticked, wordings, codebook, findings)
        answers.append(Answer(row, submitted_at, row.get("name").text, cells))
    return sheet, answers


def _other_tool(grid: Grid, tool: str, codebook: Codebook) -> tuple[list[str], int] | None:
    """The tools whose own columns all stand in a row, if the declared one's don't; and that row."""
    own = {t: [h for h in codebook.headings(t) if h.need == "required"] for t in TOOLS}
    for number in grid.rows()[:SEARCH_ROWS]:
        wordings = grid.row(number).values()
        fitting = [
            t for t, headings in own.items() if headings and all(any(h.match(w) for w in wordings) for h in headings)
        ]
        if fitting:
            return None if tool in fitting else (fitting, number)
    return None


def _joined(
    cells: dict[tuple[str, int | None], Cell],
    ticked: set[str],
    wordings: dict[tuple[str, int | None], str],
    codebook: Codebook,
    findings: Findings,
) -> dict[tuple[str, int | None], Cell]:
    """The columns of a multiple-answer question's options (はい, Y, empty) as one cell."""
    joined, marks = {}, codebook.scales["ticked"]
    for (concept, session), cell in cells.items():
        if session is None or concept not in ticked:
            joined[concept, session] = cell
            continue
        mark = marks.get(key(cell.text)) if cell.text else None
        if cell.text and mark is None:
            findings.add(
                "S01", cell.place, item=shorten(wordings[concept, session]), seen=shorten(cell.text), scale="ticked"
            )
        first = joined.setdefault((concept, None), cell._replace(value=""))
        if mark and mark.value:
            first = first if first.text else cell._replace(value="")
            joined[concept, None] = first._replace(value=f"{first.text};第{session}回".strip(";"))
    return joined


class Chosen(NamedTuple):
    option_ids: list[str]
    other_text: str


def read_choices(text: str, options: Sequence[Option]) -> Chosen:
    """Which options a cell names, and what else it says.

    Never by splitting: options contain 「、」 and 「・」 themselves. The longest known option is taken
    out first; what is left, without separators, is other text.
    """
    rest = unicodedata.normalize("NFKC", printable(text))
    found = set()
    for option_id, label in sorted(options, key=lambda option: -len(option.label)):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", label))
        pattern = r"\s*".join(map(re.escape, plain))
        # An option is a whole word of the list: 「その他」 inside 「その他の課題」 is not one.
        match = re.search(rf"(?:(?<=[;,、，/・\s])|^){pattern}(?=[;,、，/・\s(（:]|$)", rest)
        if match:
            found.add(option_id)
            rest = rest[: match.start()] + "\n" + rest[match.end() :]
    parts = [SEPARATORS.sub("", part) for part in rest.split("\n")]
    other = "、".join(part.strip("()（）:： ") for part in parts if part)
    order = dict.fromkeys(option.option_id for option in options)
    return Chosen([option_id for option_id in order if option_id in found], visible(other))
