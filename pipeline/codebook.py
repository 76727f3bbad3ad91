"""What a heading, a label or a mark means in a given year: the CSV files of ``codebook/``.

What drifts from year to year is data. ``headers.csv`` and ``items.csv`` have one column a fiscal
year, whose cell lists the wordings in use (``|`` between alternatives); the others have one row a
label, so that an old label stays valid for old years.
"""

import csv
import io
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pipeline.findings import BadInput, Place, finding
from pipeline.text import decoded, key, shorten

FOLDER = Path(__file__).parent / "codebook"
PLACEHOLDERS = {
    "{session}": r"(?P<session>\d+)",
    "{date}": r"(?P<date>.*)",
    # A heading that is nothing but a day: 「8/5(金)」, 「R4.8.5」, a date of Excel's.
    "{day}": r"(?P<date>(?:(?:令和|r)?(?:元|\d{1,4})[年./-])?\d{1,2}[月./-]\d{1,2}日?(?:\([^)]*\)|00:00:00)?)",
}


@cache
def codes(name: str) -> dict[str, str]:
    """One set of ``codes.csv``: code → what a reader calls it, in the order of the file.

    The same in every year, so that contracts and checks can be made of it. KeyError for an unknown set.
    """
    return dict(_code_sets()[name])


def code_of(name: str, written: object) -> str | None:
    """The code whose word somebody has written, in a set of ``codes.csv``; None for a word that isn't there."""
    return next((code for code, word in codes(name).items() if key(word) == key(written)), None)


@cache
def _code_sets() -> dict[str, dict[str, str]]:
    sets: dict[str, dict[str, str]] = {}
    for line in lines("codes"):
        sets.setdefault(line["set"], {})[line["code"]] = line["word"]
    return sets


@cache
def rated() -> tuple[str, ...]:
    """The dimensions of questions in which more is better: their scales have four points or more, counted from 1.

    The same in every year. Two-sided scales (too short – right – too long) aren't among them.
    """
    values: dict[str, set[float]] = {}
    for line in lines("scales"):
        if line["value"] and line["is_two_sided"] != "1":
            values.setdefault(line["scale_id"], set()).add(float(line["value"]))
    graded = {scale for scale, points in values.items() if len(points) > 3 and min(points) == 1}
    return tuple(dict.fromkeys(line["dimension"] for line in lines("items") if line["scale_id"] in graded))


@cache
def column_types(table: str) -> dict[str, str]:
    """The columns of a table that a stage saves → their types, as ``dictionary.csv`` has them (`schema.TYPES`)."""
    return {line["column"]: line["type"] for line in lines("dictionary") if line["table"] == table and line["column"]}


@cache
def segments() -> tuple[str, ...]:
    """The segments that a menu can name."""
    return tuple(dict.fromkeys(line["segment"] for line in lines("segments")))


def lines(name: str) -> list[dict[str, str]]:
    """One file of the codebook that is the same in every year, line by line; all text."""
    head, *rows = _rows(name, FOLDER)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _rows(name: str, folder: Path) -> list[list[str]]:
    """A file of the codebook, the heading first. Raises BadInput for a file that isn't a table, with the row."""
    data = (folder / f"{name}.csv").read_bytes()
    try:
        text = decoded(data)
    except UnicodeDecodeError as error:
        raise _unreadable(name, data[: error.start].count(b"\n") + 1, "文字コードが正しくありません") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    begins = 1  # the line at which the row begins: an open quotation mark reaches to the end of the file
    try:
        for row in reader:
            begins = reader.line_num + 1
            if row and rows and len(row) != len(rows[0]):
                raise _unreadable(name, reader.line_num, f"列の数が見出し（{len(rows[0])}列）と違い、{len(row)}列です")
            rows += [row] if row else []
    except csv.Error:
        raise _unreadable(name, begins, '引用符（"）の使い方が正しくありません') from None
    if not rows or len(rows[0]) < 2:
        raise _unreadable(name, 1, "見出しの列が、コンマで区切られていません")
    return rows


def _unreadable(name: str, row: int, why: str) -> BadInput:
    return BadInput([finding("K05", Place(f"pipeline/codebook/{name}.csv", "", f"{row}行目"), why=why)])


class HeadingMatch(NamedTuple):
    """What stands in a heading beside its fixed words: a session's number, a date."""

    session: int | None
    date: str


@dataclass(frozen=True)
class KnownHeading:
    """One line of headers.csv or items.csv: a column and the wordings that mean it."""

    column: str
    need: str  # required / optional / ignored
    is_anchor: bool
    fills_down: bool
    wordings: tuple[str, ...]

    def match(self, wording: object) -> HeadingMatch | None:
        for pattern in self._patterns:
            if found := pattern.fullmatch(key(wording)):
                groups = found.groupdict()
                session = groups.get("session")
                return HeadingMatch(int(session) if session else None, groups.get("date") or "")
        return None

    @cached_property
    def _patterns(self) -> list[re.Pattern]:
        return [_pattern(w) for w in self.wordings]


def _pattern(wording: str) -> re.Pattern:
    parts = re.split("(" + "|".join(map(re.escape, PLACEHOLDERS)) + ")", wording)
    return re.compile("".join(PLACEHOLDERS.get(p) or re.escape(key(p)) for p in parts))


class Label(NamedTuple):
    """An answer's label on a scale: its value, or the reason why it has none."""

    value: float | None
    missing_reason: str | None


class KnownItem(NamedTuple):
    """A question of a family of questionnaires, in the year's words."""

    concept: str
    dimension: str
    scale_id: str
    need: str
    wordings: tuple[str, ...]

    @property
    def named(self) -> str:
        """How messages name the question."""
        return shorten(self.wordings[0])


class Option(NamedTuple):
    option_id: str
    label: str


@dataclass(frozen=True)
class Codebook:
    """The codebook as it holds for one fiscal year."""

    fiscal_year: str
    folder: Path = FOLDER

    def read(self, name: str) -> pd.DataFrame:
        """One file of the codebook; all columns text, empty cells ""."""
        if name not in self._read:
            head, *rows = _rows(name, self.folder)
            self._read[name] = pd.DataFrame(rows, columns=head, dtype=str)
        return self._read[name].copy()

    @cached_property
    def _read(self) -> dict[str, pd.DataFrame]:
        return {}

    def headings(self, table: str) -> list[KnownHeading]:
        """The columns that a kind of table may have this year."""
        return self._headings.get(table, [])

    @cached_property
    def _headings(self) -> dict[str, list[KnownHeading]]:
        headings: dict[str, list[KnownHeading]] = {}
        for line in self._of_year("headers").to_dict("records"):
            wordings = tuple(line[self.fiscal_year].split("|"))
            heading = KnownHeading(
                line["column"], line["need"], line["is_anchor"] == "1", line["fills_down"] == "1", wordings
            )
            headings.setdefault(line["table"], []).append(heading)
        return headings

    def items(self, instrument: str) -> dict[str, KnownItem]:
        """The questions of a family of questionnaires this year, by concept."""
        return self._items.get(instrument, {})

    @cached_property
    def _items(self) -> dict[str, dict[str, KnownItem]]:
        items: dict[str, dict[str, KnownItem]] = {}
        for line in self._of_year("items").to_dict("records"):
            wordings = tuple(line[self.fiscal_year].split("|"))
            item = KnownItem(line["concept"], line["dimension"], line["scale_id"], line["need"], wordings)
            items.setdefault(line["instrument"], {})[item.concept] = item
        return items

    @cached_property
    def instruments(self) -> list[str]:
        """The families of questionnaires that the codebook knows, of any year."""
        return list(dict.fromkeys(self.read("items")["instrument"]))

    def item_headings(self, instrument: str) -> list[KnownHeading]:
        return [
            KnownHeading(item.concept, item.need, False, False, item.wordings)
            for item in self.items(instrument).values()
        ]

    def _of_year(self, name: str) -> pd.DataFrame:
        lines = self.read(name)
        if self.fiscal_year not in lines:
            raise BadInput([finding("K01", Place(f"pipeline/codebook/{name}.csv"), year=self.fiscal_year)])
        return lines[lines[self.fiscal_year] != ""]

    @cached_property
    def scales(self) -> dict[str, dict[str, Label]]:
        """scale_id → key of the label → its meaning."""
        scales: dict[str, dict[str, Label]] = {}
        for row, line in enumerate(self.read("scales").to_dict("records"), start=2):
            if not re.fullmatch(r"\d*(\.\d+)?", line["value"]):
                raise _unreadable("scales", row, f"value の「{line['value']}」が数ではありません")
            label = Label(float(line["value"]) if line["value"] else None, line["missing_reason"] or None)
            scales.setdefault(line["scale_id"], {})[key(line["label"])] = label
        return scales

    @cached_property
    def points(self) -> dict[str, int]:
        """scale_id → its highest value: 5 of a five-point scale."""
        return {
            scale_id: int(max((m.value for m in labels.values() if m.value is not None), default=0))
            for scale_id, labels in self.scales.items()
        }

    @cached_property
    def marks(self) -> dict[str, str]:
        """Key of an attendance mark → status."""
        lines = self.read("marks")
        for row, status in enumerate(lines["status"], start=2):
            if status not in codes("status"):
                raise _unreadable("marks", row, f"status の「{status}」は出欠の区分にありません")
        return dict(zip(map(key, lines["mark"]), lines["status"], strict=True))

    @cached_property
    def positions(self) -> dict[str, str]:
        """Key of a job title → position (職位), in the official order."""
        lines = self.read("positions")
        return dict(zip(map(key, lines["title"]), lines["position"], strict=True))

    @cached_property
    def segments(self) -> dict[str, str]:
        """Key of a segment as written → segment (セグメント)."""
        lines = self.read("segments")
        return dict(zip(map(key, lines["written"]), lines["segment"], strict=True))

    @cached_property
    def offices(self) -> dict[str, tuple[str, str]]:
        """Key of an office's name or alias → (office, department)."""
        return {
            key(alias): (line["office"], line["department"])
            for line in self.read("offices").to_dict("records")
            for alias in [line["office"], *filter(None, line["aliases"].split("|"))]
        }

    def order(self, kind: str) -> list[str]:
        """The official order of what ``kind`` names: position, segment, office or department; that of its file."""
        lines = self.read({"department": "offices"}.get(kind, f"{kind}s"))
        return list(dict.fromkeys(lines[kind]))

    def options(self, concept: str) -> pd.DataFrame:
        """The options of a multiple-answer question: option_id, label."""
        lines = self.read("options")
        return lines[lines["concept"] == concept]

    @cached_property
    def choices(self) -> dict[str, list[Option]]:
        """concept → the options of its question, in order; an option has a line for every wording."""
        choices: dict[str, list[Option]] = {}
        for line in self.read("options").to_dict("records"):
            choices.setdefault(line["concept"], []).append(Option(line["option_id"], line["label"]))
        return choices

    def labels(self, *names: str) -> dict[str, str]:
        """Physical column names → what a reader calls them, in the order given.

        Raises KeyError for a name without a line in ``columns.csv``.
        """
        lines = self.read("columns").set_index("name")["label"]
        return {name: lines[name] for name in names}
