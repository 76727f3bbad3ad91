"""What each number of an evaluation is: the lines of ``codebook/indicators.csv``, one an indicator.

A row of evidence carries ids and numbers only; whoever needs to know what it is of, or shows it, asks here. The
themes of the comments and the options of a multiple-answer question are indicators too: a line with ``ids_from``
stands for each of theirs (``themes``: themes.csv; ``options/obstacles``: the options of that question).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from pipeline.codebook import Codebook, codes

BEYOND = ("behaviour", "results")  # the levels beyond the classroom
PEOPLE = "people"  # what an indicator counts: of a register, or of those who wrote or chose a thing
STATED = "stated"  # the unit of a KPI: the town gives it, and evidence has it as ``scale_id``
DESCRIBED = ["level", "indicator", "subject", "unit", "counts", "of", "points", "chapter"]


@dataclass(frozen=True)
class Indicator:
    """One line of indicators.csv.

    ``level``: a code of the set ``level``. ``words``: what a table calls it; it may hold {points} and {upper} of the
    scale, {wording} of the question. ``subject``: how a sentence begins with it (「研修全体に満足した人」); ``heading``: the
    head of a column or figure. ``unit`` of the value: rate, count, score, points (a difference of scores), hours,
    yen, stated. ``counts``: what the value counts, or is a share or a mean of; ``of``: what n counts, "" where the
    value is counted of nothing but itself. ``derived_from``: the ids that this one is computed from: where one of
    them isn't shown, neither is this one. ``dimension`` and ``upper``: the rated question, and how many of the upper
    points of its scale count. ``headlines``: whether it is among the few figures of a year of one course
    (``course``) or of several (``year``), of the ``index`` of all years, or answers the ``question`` of the year. ``scorecard``: the id under which it has its column in the scorecard;
    ``is_drawn``: whether its answers have a figure; ``public``: the head of its column in the public edition.
    """

    id: str
    level: str
    words: str
    subject: str
    heading: str
    unit: str
    counts: str
    of: str
    derived_from: tuple[str, ...]
    dimension: str
    upper: int
    chapter: str
    headlines: tuple[str, ...]
    scorecard: str
    is_drawn: bool
    public: str

    @property
    def is_named(self) -> bool:
        """Whether it counts the people who wrote or chose a thing: a theme, an option."""
        return self.unit == "count" and self.counts == PEOPLE


class Indicators(Mapping[str, Indicator]):
    """Every indicator by its id, in the order of the table."""

    def __init__(self, lines: Mapping[str, Indicator], points: Mapping[str, int]):
        self._lines, self._points = dict(lines), dict(points)

    @classmethod
    def of(cls, book: Codebook) -> "Indicators":
        """Those that a codebook knows; ValueError for an id that stands for two."""
        return _read(book)

    def __getitem__(self, evidence_id: str) -> Indicator:
        return self._lines[evidence_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def rated(self) -> list[Indicator]:
        """Those that count the upper answers to a rated question about a whole course."""
        return [line for line in self.values() if line.upper]

    @property
    def drawn(self) -> list[Indicator]:
        """Those rated questions whose answers have a figure of their own."""
        return [line for line in self.values() if line.is_drawn]

    @property
    def in_public(self) -> dict[str, str]:
        """The shares that the public edition has of each course: id → head."""
        return {line.id: line.public for line in self.values() if line.public}

    @property
    def scorecard(self) -> dict[str, str]:
        """The columns of the scorecard: id → head."""
        return {line.scorecard: self[line.scorecard].heading for line in self.values() if line.scorecard}

    def headlines(self, of: str) -> list[Indicator]:
        """The few figures of a year of one course (``course``) or of several (``year``), or of the ``index``."""
        return [line for line in self.values() if of in line.headlines]

    @property
    def question(self) -> Indicator:
        """The one that answers the question of the year."""
        [line] = self.headlines("question")
        return line

    def points(self, scale_id: object) -> int | None:
        """How many points a scale has; None where there is no scale."""
        return self._points.get(str(scale_id))

    def words(self, evidence_id: str, scale_id: object = None, wording: object = None) -> str:
        """What a table calls an indicator, asked on one scale in one wording."""
        line, points = self[evidence_id], self.points(scale_id)
        upper = "・".join(str(n) for n in range(points - line.upper + 1, points + 1)) if points else ""
        return line.words.format(points=points, upper=upper, wording=wording)

    def described(self, evidence: pd.DataFrame) -> pd.DataFrame:
        """The rows with DESCRIBED: level (code), indicator and subject (words), unit, counts, of, points, chapter.

        ``evidence``: evidence_id, and where known scale_id and wording. A row without evidence_id has none of them.
        """
        names = [c for c in ("evidence_id", "scale_id", "wording") if c in evidence]
        told = [self._described(*row) for row in evidence[names].itertuples(index=False)]
        return evidence.assign(**pd.DataFrame(told, columns=DESCRIBED, index=evidence.index, dtype=object))

    def _described(self, evidence_id: object, scale_id: object = None, wording: object = None) -> list:
        if evidence_id not in self:
            return [None] * len(DESCRIBED)
        line = self[str(evidence_id)]
        unit = str(scale_id) if line.unit == STATED else line.unit
        words = self.words(line.id, scale_id, wording)
        return [line.level, words, line.subject, unit, line.counts, line.of, self.points(scale_id), line.chapter]


@cache
def _read(book: Codebook) -> Indicators:
    lines: list[Indicator] = []
    for row in book.read("indicators").to_dict("records"):
        family = Indicator(
            id=row["id"],
            level=row["level"],
            words=row["words"],
            subject=row["subject"],
            heading=row["heading"],
            unit=row["unit"],
            counts=row["counts"],
            of=row["of"],
            derived_from=tuple(filter(None, row["derived_from"].split(";"))),
            dimension=row["dimension"],
            upper=int(row["upper"] or 0),
            chapter=row["chapter"],
            headlines=tuple(filter(None, row["headline"].split(";"))),
            scorecard=row["scorecard"],
            is_drawn=row["figure"] == "1",
            public=row["public"],
        )
        lines += _members(family, row["ids_from"], book) if row["ids_from"] else [family]
    ids = [line.id for line in lines]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"indicators.csv・themes.csv・options.csv に同じ指標の記号が二度あります：{'、'.join(twice)}")
    return Indicators(dict(zip(ids, lines, strict=True)), book.points)


def _members(family: Indicator, ids_from: str, book: Codebook) -> list[Indicator]:
    """One indicator a theme, or an option of a question, in the words of the family."""
    name, _, concept = ids_from.partition("/")
    table = book.options(concept) if concept else book.read(name)
    key = {"themes": "theme_id", "options": "option_id"}[name]
    return [
        replace(
            family,
            id=one[key],
            words=family.words.format(label=one["label"].replace("{", "{{").replace("}", "}}")),
            subject=family.subject.format(short=one["short"]),
            heading=one["short"],
        )
        for one in table.drop_duplicates(key).to_dict("records")
    ]


def in_order(level: pd.Series) -> pd.Series:
    """Levels as numbers, to sort by: from how the training was held to what came of it."""
    return level.map(list(codes("level")).index)
