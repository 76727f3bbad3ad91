"""What became of an adopted change: the indicator it rested on, the year before it and the year after.

The two years are compared only where the question and its scale stayed the same. For rates the
difference has the interval of Newcombe (1998, method 10), which takes the years as independent groups.
No difference says what caused it: everything else changed with the year too.
"""

from collections.abc import Mapping
from math import hypot
from typing import Any

import numpy as np
import pandas as pd

from pipeline.comprehension import share
from pipeline.ids import course_id, parts
from pipeline.indicators import Indicators
from pipeline.ingest.decisions import AMENDED
from pipeline.menu.adoption import is_adopted
from pipeline.menu.rules import KEPT, Rule

COLUMNS = [
    "decision_id",
    "course_id",
    "compared_course_id",
    "title",
    "change",
    "decision",
    "field",
    "text",
    "is_amended",
    "evidence_id",
    "scale_id",
    "wording",
    "unit",
    "n_before",
    "before",
    "before_low",
    "before_high",
    "n_after",
    "after",
    "after_low",
    "after_high",
    "difference",
    "diff_low",
    "diff_high",
    "is_comparable",
    "is_named",
    "why_not",
]
SAME = ("wording", "scale_id")  # what both years must have in common


def newcombe(
    hits_before: int, n_before: int, hits_after: int, n_after: int, alpha: float = 0.05
) -> tuple[float, float, float]:
    """The difference of two independent rates, after − before, and its interval (Newcombe 1998)."""
    first, low_1, high_1 = share(hits_before, n_before, alpha)
    second, low_2, high_2 = share(hits_after, n_after, alpha)
    difference = second - first
    return (
        difference,
        difference - hypot(second - low_2, high_1 - first),
        difference + hypot(high_2 - second, first - low_1),
    )


def after(
    decisions: pd.DataFrame,
    evidence_before: pd.DataFrame,
    evidence_after: pd.DataFrame,
    rules: list[Rule],
    indicators: Indicators,
) -> pd.DataFrame:
    """One row an adopted change: the indicator of its rule (or its ``follow``) before and after; COLUMNS, no words.

    ``decisions``: those on the proposals of the year before; ``evidence_before`` and ``evidence_after``: the
    evidence of that year and of the year for which the change was made. A decision that was reflected in another
    course (``reflected_in``, one menu number) is looked for there. ``text``: what was decided, as it was written.
    ``is_named``: a share of the people who wrote or chose a thing, of which nothing is judged. ``why_not``: a code of
    the set ``not_compared`` where the two can't be compared.
    """
    followed = {rule.rule_id: rule.follow or rule.evidence_id for rule in rules}
    before, now = _by_course(evidence_before), _by_course(evidence_after)
    rows = []
    for decision in decisions.to_dict("records"):
        if not is_adopted(decision) or decision["change"] == KEPT:  # of what wasn't changed nothing can have come
            continue
        evidence_id, compared = followed.get(parts(decision["decision_id"])[1], ""), _course_after(decision)
        pair = before.get((decision["course_id"], evidence_id)), now.get((compared, evidence_id))
        rows.append(
            {
                **{
                    name: decision[name]
                    for name in ("decision_id", "course_id", "title", "change", "decision", "field")
                },
                "text": decision["after"],
                "compared_course_id": compared,
                "is_amended": decision["decision"] == AMENDED,
                **_compared(decision["change"], evidence_id, *pair, indicators),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _by_course(evidence: pd.DataFrame) -> dict[tuple[str, str], dict]:
    rows = evidence.drop_duplicates(["course_id", "evidence_id"]).to_dict("records")
    return {(row["course_id"], row["evidence_id"]): row for row in rows}


def _course_after(decision: dict) -> str:
    """The course in which the change was made: another one, where the record says so."""
    number = decision.get("reflected_in")
    if isinstance(number, str) and number.isdigit():
        return course_id(int(number))
    return decision["course_id"]


def _compared(change: str, evidence_id: str, before: dict | None, now: dict | None, indicators: Indicators) -> dict:
    line = indicators.get(evidence_id)
    # How many said a thing, as a share of those who answered: four of 22 and four of 60 differ. Without an interval:
    # who writes a comment isn't drawn from those who think so (assumption A15).
    is_named = line is not None and line.is_named
    known = before or now or {}
    row = {
        "evidence_id": evidence_id if known else None,
        **{name: known.get(name) for name in SAME},
        "unit": "rate" if is_named else line and line.unit,
        **_side("before", before, is_named),
        **_side("after", now, is_named),
        "difference": np.nan,
        "diff_low": np.nan,
        "diff_high": np.nan,
        "is_named": is_named,
    }
    why_not = _why_not(change, before, now, row)
    if why_not is None:
        row["difference"] = row["after"] - row["before"]
        # A rate without its own interval counts attendances, of which a person has several.
        if row["unit"] == "rate" and pd.notna(row["before_low"]) and pd.notna(row["after_low"]):
            counts = [(round(row[k] * row[f"n_{k}"]), int(row[f"n_{k}"])) for k in ("before", "after")]
            row |= dict(zip(("difference", "diff_low", "diff_high"), newcombe(*counts[0], *counts[1]), strict=True))
    return row | {"is_comparable": why_not is None, "why_not": why_not}


def _side(name: str, item: Mapping | None, is_named: bool) -> dict:
    """n, value and interval of one of the two years, as the columns call them."""
    found: Mapping = item or {}
    n, value = found.get("n", np.nan), found.get("estimate", np.nan)
    return {
        f"n_{name}": n,
        name: (value / n if n else np.nan) if is_named else value,
        f"{name}_low": found.get("ci_low", np.nan),
        f"{name}_high": found.get("ci_high", np.nan),
    }


def _why_not(change: str, before: dict | None, now: dict | None, row: dict) -> str | None:
    """Why the two can't be compared, a code of the set ``not_compared``; None if they can."""
    if before is None and now is None:
        return "no_indicator"
    if before is None or pd.isna(row["before"]):
        return "no_before"
    if now is None or pd.isna(row["after"]):
        return "ended" if change == "end" else "no_after"
    differing = [name for name in SAME if _text(before[name]) != _text(now[name])]
    return "_".join(differing) or None


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)
