"""Grid → rows under known headings; every row of the sheet is used or set aside with a reason.

A town hall's sheet has a title and a date above its headings, headings in one or two rows with
merged cells, a legend and totals below its data, and cells that say 「同上」. What a heading means
is said by the codebook; a heading that it doesn't know is an error, not a guess.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.codebook import HeadingMatch, KnownHeading
from pipeline.findings import Findings, Place
from pipeline.ingest.files import Grid
from pipeline.text import is_ditto, key, shorten, visible

SEARCH_ROWS = 20  # headings stand near the top
TOTAL = re.compile(r"(計|合計|小計|総計|total|(出席|欠席|回答)(計|者数|者計))(数|人数|\(.*\))?")
# A sign alone is a mark of a row whose name is missing, not a remark.
SUFFIX = re.compile(r"[._\-(]*\d+\)?$")  # a tool's number for the second of two same headings
REMARK = re.compile(r"凡例|注|備考|[※*＊]|[○〇◯×△●].|見本|作成|[（(]注")


class Cell(NamedTuple):
    value: object
    place: Place

    @property
    def text(self) -> str:
        """What a reader sees in the cell; a spreadsheet may hold 5 as 5.0."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return visible(self.value)


class FoundColumn(NamedTuple):
    """A column of the sheet: what it is in the codebook, and what its heading says."""

    number: int
    heading: KnownHeading
    match: HeadingMatch
    wording: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of data under known headings: ``row["name"]`` is its cell in the column ``name``."""

    number: int
    cells: dict[int, Cell]  # by column number; every known column is there
    columns: dict[str, int]  # column name → number, for names that stand once

    def __getitem__(self, name: str) -> Cell:
        return self.cells[self.columns[name]]

    def get(self, name: str) -> Cell:
        """The cell, or an empty one where the sheet has no such column."""
        if name in self.columns:
            return self[name]
        return Cell(None, Place(next(iter(self.cells.values())).place.file))


class SetAside(NamedTuple):
    file: str
    sheet: str
    row: int
    reason: str


@dataclass
class Sheet:
    """The rows of one sheet, and where all its other rows went."""

    grid: Grid
    columns: list[FoundColumn]
    rows: list[Row]
    set_aside: list[SetAside]
    head_rows: list[int]

    @property
    def head(self) -> int:
        """The row of the headings, the lower one of two."""
        return max(self.head_rows)

    def by_session(self, name: str) -> dict[int, FoundColumn]:
        """The columns ``name`` that stand once a session (第1回, 第2回 …), by its number."""
        return {c.match.session: c for c in self.columns if c.heading.column == name and c.match.session is not None}


def read_sheet(
    grid: Grid,
    headings: list[KnownHeading],
    table: str,
    year: str,
    findings: Findings,
    meant: Collection[str] = (),
    without_struck: bool = False,
) -> Sheet | None:
    """The rows of ``grid`` under ``headings``; None, with a fatal finding, if that can't be done.

    ``table`` names the lines of the codebook (for messages). A data row is one that has something
    in an anchor column (a name, a time) and isn't a total or a legend; the others are title,
    total, legend, or reported. Value cells without a heading are an error: nobody would miss them.
    Where the headings stand twice side by side, the rows of both blocks are rows. ``meant``: the colours (RRGGBB) and
    cells whose meaning is declared; ``without_struck``: whether crossed-out rows are set aside.
    """
    head = _find_head(grid, headings)
    if head is None:
        wanted = "、".join(h.wordings[0] for h in headings if h.need == "required")
        findings.add("H01", Place(grid.file, grid.sheet), wanted=wanted, table=table, year=year)
        return None
    start, width, shifts = _blocks(grid, head[0], headings)
    is_of_first = lambda column: len(shifts) == 1 or column < start + width  # noqa: E731
    first = replace(grid, cells={at: value for at, value in grid.cells.items() if is_of_first(at[1])})
    columns = _columns(first, head, headings, table, year, findings)
    if columns is None:
        return None
    sheet = Sheet(grid, columns, [], [], head)
    _report_looks(grid, max(head), {c.number + shift: c for c in columns for shift in shifts}, meant, findings)
    once = {c.heading.column: c.number for c in columns if not c.match.session}
    anchors = [c.number for c in columns if c.heading.is_anchor]
    headed = {c for row in head for c in first.row(row)}
    strays: dict[int, Place] = {}  # column without a heading → its first value
    above: dict[tuple[int, int], object] = {}
    for number in grid.rows():
        if number in head:
            continue
        if number < min(head):
            sheet.set_aside.append(SetAside(grid.file, grid.sheet, number, "表題・前書き"))
            continue
        reasons: list[str] = []
        for shift in shifts:
            values = {
                c - shift: v for c, v in grid.row(number).items() if len(shifts) == 1 or 0 <= c - shift - start < width
            }
            reason = _why_no_data(values, any(a in values for a in anchors))
            if reason is None and without_struck and any((number, a + shift) in grid.struck for a in anchors):
                reason = "取り消し線の行"
            if reason is not None:
                if not reason:
                    findings.add("H06", grid.place(number), seen=shorten(next(iter(values.values()))))
                reasons.append(reason or "氏名・日時などの無い行")
                continue
            for stray in values.keys() - headed:
                strays.setdefault(stray, grid.place(number, stray + shift))
            cells = {}
            for column in columns:
                value = values.get(column.number)
                if column.heading.fills_down and (value is None or is_ditto(value)):
                    value = above.get((shift, column.number))
                above[shift, column.number] = value
                cells[column.number] = Cell(value, grid.place(number, column.number + shift))
            sheet.rows.append(Row(number, cells, once))
        if len(reasons) == len(shifts):
            sheet.set_aside.append(SetAside(grid.file, grid.sheet, number, reasons[0]))
    for place in strays.values():
        findings.add("H05", place)
    if not sheet.rows and table != "aliases":  # a year may need no judgement of a name
        findings.add("H07", grid.place(max(head)))
    return sheet


def _blocks(grid: Grid, head: int, headings: list[KnownHeading]) -> tuple[int, int, list[int]]:
    """Where the first of several equal blocks side by side begins, its width, and how far each lies from it: [0] for one."""
    known = [(c, h.column, m) for c, v in grid.row(head).items() for h in headings if (m := h.match(v))]
    starts = [c for c, *what in known if what == list(known[0][1:])] if known else []
    if len(starts) > 1:
        width, shifts = starts[1] - starts[0], [start - starts[0] for start in starts]
        blocks = [[(c - at, *what) for c, *what in known if at <= c < at + width] for at in starts]
        if len(blocks[0]) > 1 and all(block == blocks[0] for block in blocks):
            return starts[0], width, shifts
    return 0, 0, [0]


def _find_head(grid: Grid, headings: list[KnownHeading]) -> list[int] | None:
    """The one or two rows of headings: the first row in which two or more headings are known."""
    for number in grid.rows()[:SEARCH_ROWS]:
        known = [v for v in grid.row(number).values() if any(h.match(v) for h in headings)]
        if len(known) >= min(2, len(headings)):
            below = grid.row(number + 1)
            vertical = [m for m in grid.merges if m[0] == number and m[1] == number + 1]
            # Without merges (a converter may have dissolved them) the second row shows itself:
            # it has a known heading where the first has none.
            second = vertical or any(
                any(h.match(v) for h in headings) and c not in _known_columns(grid, number, headings)
                for c, v in below.items()
            )
            return [number, number + 1] if second else [number]
    return None


def _known_columns(grid: Grid, number: int, headings: list[KnownHeading]) -> set[int]:
    return {c for c, v in grid.row(number).items() if any(h.match(v) for h in headings)}


def _columns(
    grid: Grid, head: list[int], headings: list[KnownHeading], table: str, year: str, findings: Findings
) -> list[FoundColumn] | None:
    """What each column is; None after reporting unknown, doubled or missing headings."""
    wordings: dict[int, tuple[int, object]] = {}
    for number in head:
        for column, wording in grid.row(number).items():
            # The lower row speaks where both do (above it stands the group's title), unless it
            # only completes the upper one: 「第1回」 over 「8/5（金）」.
            if column in wordings and not any(m.session or not m.date for m in _matches(wording, headings)):
                whole = f"{visible(wordings[column][1])}\n{visible(wording)}"
                wording = whole if _matches(whole, headings) else wording
            wordings[column] = (number, wording)
    columns, is_sound = [], True
    seen: dict[tuple[str, int | str], Place] = {}
    for number, (row, wording) in sorted(wordings.items()):
        found = [(h, m) for h in headings if (m := h.match(wording))]
        place = grid.place(row, number)
        if not found and (first := _numbered(wording, headings, seen)):
            findings.add("S17", place, seen=shorten(wording, 60), first=first.cell)
            is_sound = False
            continue
        if not found:
            findings.add("H02", place, seen=shorten(wording, 60), table=table, year=year)
            is_sound = False
            continue
        heading, match = found[0]
        if heading.need == "ignored":
            continue
        what = (heading.column, match.session or match.date)
        if what in seen:
            findings.add("H03", place, seen=shorten(wording, 60), first=seen[what].cell)
            is_sound = False
        seen[what] = place
        columns.append(FoundColumn(number, heading, match, visible(wording)))
    for heading in headings:
        if heading.need == "required" and not any(c.heading is heading for c in columns):
            findings.add("H04", grid.place(head[0]), wanted=heading.wordings[0], table=table, year=year)
            is_sound = False
    return columns if is_sound else None


def _matches(wording: object, headings: list[KnownHeading]) -> list[HeadingMatch]:
    return [m for h in headings if (m := h.match(wording))]


def _numbered(wording: object, headings: list[KnownHeading], seen: dict) -> Place | None:
    """Where the heading stands that this one only adds a number to (満足度 → 満足度.1, 満足度2)."""
    stem = SUFFIX.sub("", key(wording))
    found = [(h.column, m.session or m.date) for h in headings if (m := h.match(stem))]
    return next((seen[what] for what in found if what in seen), None)


def _why_no_data(values: Mapping[int, object], has_anchor: bool) -> str | None:
    """Why a row below the headings is no data: None if it is, "" if nothing says why not."""
    texts = [visible(v) for v in values.values()]
    if not texts:
        return "空の行"
    if any(TOTAL.fullmatch(key(t)) for t in texts[:3]):
        return "合計の行"
    if texts[0].startswith("凡例"):
        return "凡例・注記"
    if has_anchor:
        return None
    return "凡例・注記" if REMARK.match(texts[0]) else ""


def _report_looks(
    grid: Grid, head: int, columns: Mapping[int, FoundColumn], meant: Collection[str], findings: Findings
) -> None:
    """What is said by looks alone: hidden rows and columns, fills, strokes, comments (L1-10, 11, 13).

    Where a colour may change what a mark says, somebody has to be asked.
    """
    last = max((r for r, _ in grid.cells), default=0)
    numbers = set(columns)
    for row in sorted(r for r in grid.hidden_rows if head < r <= last and grid.row(r)):
        findings.add("L13", grid.place(row), what="行")
    for column in sorted(grid.hidden_columns & numbers):
        findings.add("L13", grid.place(head, column), what="列")
    for at, text in sorted(grid.comments.items()):
        place = grid.place(*at)
        is_mark = at[0] > head and at[1] in numbers and columns[at[1]].heading.column == "mark"
        if place.cell not in meant:
            what = {"text": shorten(text, 40), "cell": place.cell}
            findings.add("L19", place, **what) if is_mark else findings.add("L10", place, **what)
    by_colour: dict[tuple[str, bool], list[str]] = {}
    rows = [row for row in grid.rows() if row > head]
    # Stripes, or a whole column, are paint of the sheet, not of a mark.
    striped = {row for row in rows if len({grid.fills.get((row, c)) for c in columns}) == 1}
    painted = {c for c in columns if len({grid.fills.get((row, c)) for row in rows}) == 1}
    for at, colour in sorted(grid.fills.items()):
        if at[0] not in rows or at[1] not in columns or colour in ("FFFFFF", *meant):
            continue
        is_mark = columns[at[1]].heading.column == "mark" and at[0] not in striped and at[1] not in painted
        if at in grid.cells or is_mark:
            by_colour.setdefault((colour, is_mark), []).append(grid.place(*at).cell)
    for (colour, is_mark), cells in by_colour.items():
        place = Place(grid.file, grid.sheet, cells[0])
        shown = {"colour": colour, "count": len(cells), "cells": "、".join(cells[:12])}
        findings.add("L18", place, **shown) if is_mark else findings.add("L11", place, **shown)
    struck = [
        grid.place(*at).cell for at in sorted(grid.struck) if at[0] > head and at[1] in numbers and at in grid.cells
    ]
    if struck:
        findings.add("L17", Place(grid.file, grid.sheet, struck[0]), count=len(struck), cells="、".join(struck[:12]))
