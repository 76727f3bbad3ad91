"""What is wrong with, or worth knowing about, the raw files.

A *finding* names the place (file, sheet, cell), the rule, what was seen and what to do. The wording
stands in ``codebook/rules.csv``: one line a rule, so that all messages can be read, and corrected,
in one place. A finding of severity ``fatal`` stops the year: :class:`BadInput`.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.text import key

RULES = Path(__file__).parent / "codebook" / "rules.csv"
COLUMNS = (
    "severity",
    "rule_id",
    "file",
    "sheet",
    "cell",
    "what",
    "remedy",
    "finding_id",
    "answer",
    "answer_note",
    "answered_by",
    "answered_on",
)


class Place(NamedTuple):
    """Where something stands in the raw files: as Excel names it."""

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        parts = [f"ファイル「{self.file}」"]
        if self.sheet:
            parts.append(f"シート「{self.sheet}」")
        if self.cell:
            parts.append(self.cell if "行" in self.cell else f"セル {self.cell}")
        return " ".join(parts)

    @property
    def reference(self) -> str:
        """The place as tables hold it in ``source_ref``: ``名簿.xlsx!名簿!D5``."""
        return "!".join(self)

    @classmethod
    def parse(cls, reference: str) -> "Place":
        file, sheet, cell = reference.rsplit("!", 2)
        return cls(file, sheet, cell)


class Finding(NamedTuple):
    severity: str
    rule_id: str
    file: str
    sheet: str
    cell: str
    what: str
    remedy: str
    finding_id: str | None = None  # see ``numbered``
    answer: str | None = None  # what the office answered in the 確認票, in its words
    answer_note: str | None = None
    answered_by: str | None = None  # office and post, no name
    answered_on: date | None = None

    def __str__(self) -> str:
        place = Place(self.file, self.sheet, self.cell)
        return f"[{self.rule_id}] {place}\n    {self.what}\n    → {self.remedy}"


class BadInput(Exception):
    """Something only a person can put right; the message is for that person, in Japanese.

    The same fault in many cells of one sheet (a label that changed) is told once, with the cells.
    """

    def __init__(self, findings: Iterable[Finding]):
        self.findings = tuple(findings)
        same: dict[Finding, list[str]] = {}
        for found in self.findings:
            same.setdefault(found._replace(cell=""), []).append(found.cell)
        super().__init__(
            f"このままでは処理できない点が{len(self.findings)}件あります。\n"
            + "\n".join(str(f._replace(cell=_listed(cells))) for f, cells in same.items())
        )


def _listed(cells: list[str], most: int = 10) -> str:
    rest = f" ほか{len(cells) - most}か所" if len(cells) > most else ""
    return "、".join(cells[:most]) + rest


def numbered(findings: Iterable[Finding], year: str) -> list[Finding]:
    """The findings of ``year`` with their ids: 「D01-5b0c31e8」, the same in every run.

    An id stands for the rule and the place (a second one there is numbered), not for what was seen:
    other findings may come and go. A fatal finding has none, because no document shows it.
    """
    seen: Counter[str] = Counter()
    result = []
    for found in findings:
        address = "|".join((year, found.rule_id, key(found.file), key(found.sheet), key(found.cell)))
        if found.severity == "fatal":
            result.append(found)
            continue
        seen[address] += 1
        mark = hashlib.sha256(f"{address}|{seen[address]}".encode()).hexdigest()[:8]
        result.append(found._replace(finding_id=f"{found.rule_id}-{mark}"))
    return result


@cache
def rules() -> dict[str, dict[str, str]]:
    """rule_id → its line of ``rules.csv`` (severity, standard, title, what, remedy)."""
    with RULES.open(encoding="utf-8-sig", newline="") as lines:
        return {row["rule_id"]: row for row in csv.DictReader(lines)}


def finding(rule_id: str, place: Place, **facts: object) -> Finding:
    """The finding of one rule at one place; ``facts`` fill the rule's sentences."""
    rule = rules()[rule_id]
    return Finding(rule["severity"], rule_id, *place, rule["what"].format(**facts), rule["remedy"].format(**facts))


@dataclass
class Findings:
    """The findings of one run, in the order in which they were made."""

    items: list[Finding] = field(default_factory=list)

    def add(self, rule_id: str, place: Place, **facts: object) -> None:
        self.items.append(finding(rule_id, place, **facts))

    def fatal(self) -> list[Finding]:
        return [f for f in self.items if f.severity == "fatal"]

    def stop_if_fatal(self) -> None:
        if self.fatal():
            raise BadInput(self.fatal())
