"""What one fiscal year declares about itself in its ``year.toml`` (checked by ``declaration``)."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipeline.codebook import Codebook
from pipeline.declaration import STAGES, problems_of, unfilled
from pipeline.edition import Edition
from pipeline.findings import BadInput, Finding, Place, finding
from pipeline.fiscal_year import FiscalYear
from pipeline.inference.plan import Plan
from pipeline.ingest.dates import in_words
from pipeline.store import Store
from pipeline.text import each_text, printable


@dataclass(frozen=True)
class Source:
    """One line of the year's sources: a file (or a pattern of files) and what it holds."""

    file: str
    kind: str
    sheet: str | None = None
    # "" is not declared; ``declaration`` refuses a source that lacks what its kind needs.
    course: str = ""
    instrument: str = ""
    tool: str = ""
    session: str = ""
    link_mode: str = ""
    legend: dict[str, str] = field(default_factory=dict)
    same_as: str = ""
    as_of: str = ""  # pattern of the date in the file's name: (year)(month)(day)
    about: str = ""  # the course's name in the file of another organisation
    reversed: tuple[str, ...] = ()  # questions whose numbers run the other way (1 is best)
    fills: dict[str, str] = field(default_factory=dict)  # RRGGBB → the status that the colour means, "" for none
    cells: dict[str, str] = field(
        default_factory=dict
    )  # address of a mark → the status that was decided, "" for its own
    without_struck: bool = False  # whether crossed-out rows are set aside
    full_score: int | None = None  # of the test in a questionnaire (合計点)


@dataclass(frozen=True)
class Year:
    """A fiscal year as declared: :meth:`open` reads and checks ``year.toml``."""

    store: Store
    declared: dict

    @classmethod
    def open(cls, store: Store) -> "Year":
        """Raises BadInput with one finding a problem: all of them, not only the first."""
        path = store.declaration
        place = Place(f"{store.year}/year.toml")
        if not path.is_file():
            raise BadInput([finding("Y06", place, year=store.year)])
        try:
            text = path.read_text(encoding="utf-8-sig")
            # A file may be named as nobody would type it; whatever else is written is shown.
            declared = each_text(tomllib.loads(text), printable, but=("file", "same_as"))
        except UnicodeDecodeError:
            raise BadInput([finding("Y08", place)]) from None
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"line (\d+), column (\d+)", str(error))
            where = f"{at[1]}行目の{at[2]}文字目" if at else "ファイルの終わり"
            raise BadInput([finding("Y01", place, where=where)]) from None
        except RecursionError:
            raise BadInput([finding("Y01", place, where="括弧が深すぎる所")]) from None
        if problems := unfilled(text, place) + problems_of(declared, store.year, place):
            raise BadInput(problems)
        return cls(store, declared)

    @property
    def fiscal_year(self) -> FiscalYear:
        return self.store.year

    @property
    def synthetic(self) -> bool:
        return self.declared["synthetic"]

    @property
    def awaits_answers(self) -> bool:
        """Whether answers still come in: the year is declared as 速報."""
        return self.declared["stage"] == STAGES[0]

    @property
    def revisions(self) -> list[dict]:
        """Every publication of the year, the first one first: stage, published_on (ISO), note."""
        return [
            {"stage": r["stage"], "published_on": r["published_on"].isoformat(), "note": r["note"]}
            for r in self.declared.get("revision", [])
        ]

    @property
    def courses(self) -> list[dict]:
        return self.declared["course"]

    def course(self, course_id: str) -> dict:
        """What is declared of one course; KeyError if nothing is."""
        return self._courses[course_id]

    @cached_property
    def _courses(self) -> dict[str, dict]:
        return {course["course_id"]: course for course in self.courses}

    @property
    def plan(self) -> Plan:
        """The analysis plan, as it stands in ``[analysis]``."""
        return Plan.parse(self.declared["analysis"])

    def edition(self, name: str) -> Edition:
        """An edition of the year's documents, with the thresholds that the year declares."""
        return Edition(name, self.declared["disclosure"][f"min_cell_{name}"])

    @property
    def retention(self) -> dict[str, str]:
        """How long what is kept: kind (`retention.KINDS`) → 「3年」; nothing for what isn't declared."""
        return self.declared.get("retention", {})

    @property
    def published(self) -> list[dict]:
        """The numbers that the town has published itself, as it did: indicator (its id), value, source (words)."""
        return self.declared.get("published", [])

    @property
    def completion_share(self) -> float:
        """The share of its sessions from which a course counts as completed."""
        return float(self.declared["attendance"]["completion_share"])

    @cached_property
    def sources(self) -> list[Source]:
        return [Source(**source) for source in self.declared["source"]]

    @cached_property
    def codebook(self) -> Codebook:
        return Codebook(str(self.fiscal_year))

    @property
    def cover(self) -> dict:
        """What stands on the cover of every document of the year."""
        return {
            "year_label": self.fiscal_year.label_ad,
            "title": self.declared["title"],
            "stage": self.declared["stage"],
            "synthetic": self.synthetic,
            "town": self.declared["town"]["name"],
            "department": self.declared["town"]["department"],
            "revisions": self.revisions,
        }

    def check_day(self, day: date, place: Place) -> Finding | None:
        """A finding if a date lies outside the fiscal year."""
        if day in self.fiscal_year:
            return None
        year = self.fiscal_year
        return finding(
            "S04",
            place,
            seen=in_words(day),
            year=year.label,
            start=in_words(year.starts_on),
            end=in_words(year.ends_on),
        )
