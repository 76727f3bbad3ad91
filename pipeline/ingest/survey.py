"""Exports of questionnaires: one row an answer, whatever tool made it.

A tool is known by its own columns (time, number, status: ``codebook/headers.csv``); the questions
come from ``codebook/items.csv``. What the tools do differently inside a cell is read the same way
everywhere: times by ``dates``, several options in one cell by the list of options.
"""

import re
import unicodedata
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from pipeline.codebook import Codebook
from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import read_timestamp
from pipeline.ingest.files import Grid
from pipeline.ingest.headings import Cell, Row, Sheet, read_sheet
from pipeline.text import INVISIBLE, shorten, visible

SEPARATORS = re.compile(r"^[\s;,、，；/／・\n]+|[\s;,、，；/／・\n]+$")


class Answer(NamedTuple):
    """One person's answers to one questionnaire."""

    row: Row
    submitted_at: datetime
    name: str
    answers: dict[tuple[str, int | None], Cell]  # (concept, session of a grid) → cell


def read_answers(
    grid: Grid, tool: str, instrument: str, codebook: Codebook, year: FiscalYear,
    findings: Findings,
) -> tuple[Sheet | None, list[Answer]]:  # fmt: skip
    """The answers in one export; (None, []) with fatal findings if its headings aren't known."""
    headings = [*codebook.headings(tool), *codebook.headings("respondent"),
                *codebook.item_headings(instrument)]  # fmt: skip
    concepts = set(codebook.items(instrument)["concept"])
    sheet = read_sheet(grid, headings, f"{tool}・respondent・{instrument}",
                       codebook.fiscal_year, findings)  # fmt: skip
    if sheet is None:
        return None, []
    answers = []
    for row in sheet.rows:
        time = row["submitted_at"]
        submitted_at = read_timestamp(time.value, year)
        if submitted_at is None:
            findings.add("S03", time.place, seen=shorten(time.value))
            continue
        answers.append(
            Answer(
                row,
                submitted_at,
                row.get("name").text,
                {
                    (c.heading.column, c.match.session): row.cells[c.number]
                    for c in sheet.columns
                    if c.heading.column in concepts
                },
            )
        )
    return sheet, answers


class Chosen(NamedTuple):
    option_ids: list[str]
    other_text: str


def read_choices(text: str, options: pd.DataFrame) -> Chosen:
    """Which options a cell names, and what else it says.

    Never by splitting: options contain 「、」 and 「・」 themselves. The longest known option is taken
    out first; what is left, without separators, is other text.

    Parameters: ``options`` has option_id and label.
    """
    rest = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    found = {}
    for option in sorted(options.to_dict("records"), key=lambda o: -len(o["label"])):
        label = unicodedata.normalize("NFKC", option["label"])
        pattern = r"\s*".join(map(re.escape, re.sub(r"\s", "", label)))
        # An option is a whole word of the list: 「その他」 inside 「その他の課題」 is not one.
        match = re.search(rf"(?:(?<=[;,、，/・\s])|^){pattern}(?=[;,、，/・\s(（:]|$)", rest)
        if match:
            found[option["option_id"]] = match.start()
            rest = rest[: match.start()] + "\n" + rest[match.end() :]
    parts = [SEPARATORS.sub("", part) for part in rest.split("\n")]
    other = "、".join(part.strip("()（）:： ") for part in parts if part)
    order = {option_id: n for n, option_id in enumerate(dict.fromkeys(options["option_id"]))}
    return Chosen(sorted(found, key=order.get), visible(other))
