"""What a heading, a label or a mark means in a given year: the CSV files of ``codebook/``.

What drifts from year to year is data. ``headers.csv`` and ``items.csv`` have one column a fiscal
year, whose cell lists the wordings in use (``|`` between alternatives); the others have one row a
label, so that an old label stays valid for old years.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pipeline.findings import BadInput, Place, finding
from pipeline.text import key

FOLDER = Path(__file__).parent / "codebook"
PLACEHOLDERS = {"{session}": r"(?P<session>\d+)", "{date}": r"(?P<date>.*)"}


class HeadingMatch(NamedTuple):
    """What stands in a heading beside its fixed words: a session's number, a date."""

    session: int | None
    date: str


@dataclass(frozen=True)
class Heading:
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
    parts = re.split(r"(\{session\}|\{date\})", wording)
    return re.compile("".join(PLACEHOLDERS.get(p) or re.escape(key(p)) for p in parts))


class Label(NamedTuple):
    """An answer's label on a scale: its value, or the reason why it has none."""

    value: float | None
    missing_reason: str | None


@dataclass(frozen=True)
class Codebook:
    """The codebook as it holds for one fiscal year."""

    fiscal_year: str
    folder: Path = FOLDER

    def read(self, name: str) -> pd.DataFrame:
        """One file of the codebook; all columns text, empty cells ""."""
        if name not in self._read:
            self._read[name] = pd.read_csv(
                self.folder / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig"
            )
        return self._read[name].copy()

    @cached_property
    def _read(self) -> dict[str, pd.DataFrame]:
        return {}  # every cell of a questionnaire asks for its options

    def headings(self, table: str) -> list[Heading]:
        """The columns that a kind of table may have this year."""
        lines = self._of_year("headers")
        lines = lines[lines["table"] == table]
        return [
            Heading(
                line["column"],
                line["need"],
                line["is_anchor"] == "1",
                line["fills_down"] == "1",
                tuple(line[self.fiscal_year].split("|")),
            )
            for line in lines.to_dict("records")
        ]

    def items(self, instrument: str) -> pd.DataFrame:
        """The questions of a family of questionnaires this year.

        Columns: instrument, concept, dimension, scale_id, need, and the year's wording.
        """
        lines = self._of_year("items")
        return lines[lines["instrument"] == instrument]

    @cached_property
    def instruments(self) -> list[str]:
        """The families of questionnaires that the codebook knows, of any year."""
        return list(dict.fromkeys(self.read("items")["instrument"]))

    def item_headings(self, instrument: str) -> list[Heading]:
        return [
            Heading(line["concept"], line["need"], False, False, tuple(line[self.fiscal_year].split("|")))
            for line in self.items(instrument).to_dict("records")
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
        for line in self.read("scales").to_dict("records"):
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
        return dict(zip(map(key, lines["mark"]), lines["status"], strict=True))

    @cached_property
    def positions(self) -> dict[str, str]:
        """Key of a job title → position (職位), in the official order."""
        lines = self.read("positions")
        return dict(zip(map(key, lines["title"]), lines["position"], strict=True))

    @cached_property
    def offices(self) -> dict[str, tuple[str, str]]:
        """Key of an office's name or alias → (office, department)."""
        return {
            key(alias): (line["office"], line["department"])
            for line in self.read("offices").to_dict("records")
            for alias in [line["office"], *filter(None, line["aliases"].split("|"))]
        }

    def options(self, concept: str) -> pd.DataFrame:
        """The options of a multiple-answer question: option_id, label."""
        lines = self.read("options")
        return lines[lines["concept"] == concept]

    def labels(self, *names: str) -> dict[str, str]:
        """Physical column names → what a reader calls them, in the order given.

        Raises KeyError for a name without a line in ``columns.csv``.
        """
        lines = self.read("columns").set_index("name")["label"]
        return {name: lines[name] for name in names}
