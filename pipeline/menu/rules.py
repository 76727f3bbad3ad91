"""The rules of the revision (``codebook/menu_rules.csv``): an indicator, a condition, and what it proposes.

A rule may speak from ``min_n`` on. Where n is smaller, or the value is missing, it waits: too few data never decide, in
either direction.
"""

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.codebook import Codebook, codes
from pipeline.indicators import Indicators

OPERATORS = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt}
PENDING = "pending"  # the change that a rule proposes, or a row has, where a matter must wait
KEPT = "keep"  # the change of a rule that changes nothing
ENDING = ("merge", "end")
# How a rule that is not silent takes part: it speaks, or has too few answers, or its value may not be told, or couldn't be
# computed.
SPEAKS, TOO_FEW, UNTOLD, NO_VALUE = "speaks", "too_few", "untold", "no_value"


@dataclass(frozen=True)
class Rule:
    """One line of menu_rules.csv.

    ``column`` is a number of the evidence, or ``code`` (then ``operator`` is ``in``, and ``value`` lists codes by
    ``;``). A ``value`` in % is a share of n, of ``min_people`` people at least. ``is_asked``: the rule is about
    courses that have the indicator at all; else a missing one is too few data. ``unless``: the rules that make this
    one silent. A rule without ``evidence_id`` speaks where no other did. ``follow``: the indicator that shows what
    came of it, where that is another one. ``field`` and ``after``: what the change does to the menu table.
    """

    rule_id: str
    evidence_id: str
    column: str
    operator: str
    value: str
    min_n: int
    min_people: int
    change: str
    proposal: str
    reason: str
    is_asked: bool
    unless: tuple[str, ...]
    follow: str
    field: str
    after: str

    @property
    def is_fallback(self) -> bool:
        return not self.evidence_id

    @property
    def is_share(self) -> bool:
        return self.value.endswith("%")

    @property
    def codes(self) -> list[str]:
        """The codes of which one must hold, for the operator ``in``."""
        return self.value.split(";")

    def state(self, item: Mapping | None) -> str | None:
        """SPEAKS, TOO_FEW, UNTOLD or NO_VALUE on one row of evidence (None: there is none); None where it is silent.

        On what isn't told it neither speaks nor keeps silent: either would tell it.
        """
        if item is None or item["n"] < self.min_n:
            return TOO_FEW
        if not item["is_told"]:
            return UNTOLD
        if pd.isna(item[self.column]):
            return NO_VALUE
        return SPEAKS if self._holds(item[self.column], item["n"]) else None

    def _holds(self, value: object, n: float) -> bool:
        if self.operator == "in":
            return value in self.codes
        number, compare = float(str(value)), OPERATORS[self.operator]
        if self.is_share:
            # Three of 30 are a voice, three of 300 are not: counts are judged against those who answered.
            # One or two are none of any number: no document may show them, so they can't be grounds.
            return number >= self.min_people and bool(compare(number / n, float(self.value.rstrip("%")) / 100))
        return bool(compare(number, float(self.value)))


def read_rules(book: Codebook) -> list[Rule]:
    """The rules in the order of the table; see :func:`parsed`."""
    return parsed(book.read("menu_rules"), Indicators.of(book))


def parsed(lines: pd.DataFrame, indicators: Collection[str]) -> list[Rule]:
    """The lines of menu_rules.csv (all text) as rules.

    Raises ValueError for a rule that names an unknown indicator, change, column, operator or rule, or a value that
    can't be compared.
    """
    rules = []
    for line in lines.to_dict("records"):
        _check(line, indicators, set(lines["rule_id"]))
        given = {name: line[name] for name in ("rule_id", "evidence_id", "column", "operator", "value", "change")}
        words = {name: line[name] for name in ("proposal", "reason", "follow", "field", "after")}
        rules.append(
            Rule(
                **given,
                **words,
                min_n=int(line["min_n"]),
                min_people=int(line["min_people"] or 0),
                is_asked=bool(line["asked"]),
                unless=tuple(filter(None, line["unless"].split(";"))),
            )
        )
    return rules


def _check(line: Mapping, indicators: Collection[str], rule_ids: Collection[str]) -> None:
    known: dict[str, Collection[str]] = {"change": codes("change")}
    if line["evidence_id"]:
        is_code = line["column"] == "code" or line["operator"] == "in"
        known |= {
            "evidence_id": indicators,
            "column": ["code"] if is_code else codes("rule_column"),
            "operator": ["in"] if is_code else OPERATORS,
        }
        if is_code and not set(line["value"].split(";")) <= codes("verdict").keys():
            known["value"] = codes("verdict")
        if line["min_people"] and not (line["min_people"].isdigit() and line["value"].endswith("%")):
            known["min_people"] = ["空欄", "value が % の規則では人数"]
    if line["follow"]:
        known["follow"] = indicators
    for name, allowed in known.items():
        if line[name] not in allowed:
            raise _wrong(line, name, allowed)
    if not set(filter(None, line["unless"].split(";"))) <= set(rule_ids):
        raise _wrong(line, "unless", rule_ids)


def _wrong(line: Mapping, name: str, allowed: Collection[str]) -> ValueError:
    return ValueError(
        f"menu_rules.csv の規則 {line['rule_id']} の {name} が正しくありません：{line[name]!r}"
        f"（使えるもの：{'、'.join(allowed)}）"
    )
