"""What became of an adopted change: the indicator it rested on, the year before it and the year after.

The two years are compared only where the question and its scale stayed the same. For rates the
difference has the interval of Newcombe (1998, method 10), which takes the years as independent groups.
No difference says what caused it: everything else changed with the year too.
"""

from math import hypot

import numpy as np
import pandas as pd

from pipeline.adoption import is_adopted
from pipeline.comprehension import share
from pipeline.ingest.decision_book import AMENDED, APPROVED
from pipeline.menu_fields import field_label

COLUMNS = [
    "decision_id",
    "course_id",
    "compared_course_id",
    "title",
    "change",
    "decided",
    "is_amended",
    "indicator",
    "indicator_after",
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
    "reason",
    "sentence",
]
AS_PROPOSED = "原案どおり"
KEPT = ("継続",)  # nothing was changed, so nothing can have come of it
SAME = {"unit": "単位", "wording": "設問の文", "scale_id": "回答の尺度"}
# Said once, above the table; each row has its judgement only.
CAUTION = (
    "前と後の違いが改定によるものかどうかは、この表だけでは言えない（講師、受講者、時期なども変わるため）。"
    "「言えない」は、変わっていないという意味ではない。"
)


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
    decisions: pd.DataFrame, evidence_before: pd.DataFrame, evidence_after: pd.DataFrame, rules: pd.DataFrame
) -> pd.DataFrame:
    """One row an adopted change (COLUMNS): the indicator of its rule before and after.

    ``decisions``: those on the proposals of the year before; ``evidence_before`` and ``evidence_after``: the
    evidence of that year and of the year for which the change was made. ``rules``: rule_id, evidence_id
    and ``follow``: the indicator that shows what came of it, where that isn't the one it rested on
    (``menu_rules.csv``). A decision that was reflected in another course (``reflected_in``, one menu
    number) is looked for there. ``decided``: what was decided, in words. ``sentence`` is the judgement of that row, to be read with CAUTION.
    """
    followed = rules["follow"].where(rules["follow"] != "", rules["evidence_id"])
    indicators = dict(zip(rules["rule_id"], followed, strict=True))
    rows = []
    for decision in decisions.to_dict("records"):
        if not is_adopted(decision) or decision["change"] in KEPT:
            continue
        rule_id = decision["decision_id"].rpartition("-")[2]
        evidence_id, course_id = indicators.get(rule_id, ""), _course_after(decision)
        rows.append(
            {
                **{name: decision[name] for name in ("decision_id", "course_id", "title", "change")},
                "compared_course_id": course_id,
                "decided": _decided(decision),
                "is_amended": decision["decision"] == AMENDED,
                **_compared(
                    decision,
                    _find(evidence_before, decision["course_id"], evidence_id),
                    _find(evidence_after, course_id, evidence_id),
                ),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _decided(decision: dict) -> str:
    """「修正：1.5時間」: the word and what holds now; where a field was set, which one."""
    field = field_label(decision["field"]) if _text(decision["field"]) else ""
    word = AS_PROPOSED if decision["decision"] == APPROVED else decision["decision"]
    return "：".join(filter(None, (word, field, _text(decision["after"]))))


def _course_after(decision: dict) -> str:
    number = decision.get("reflected_in")
    if isinstance(number, str) and number.isdigit():
        return f"no{int(number):02d}"
    return decision["course_id"]


def _find(evidence: pd.DataFrame, course_id: str, evidence_id: str) -> dict | None:
    found = evidence[(evidence["course_id"] == course_id) & (evidence["evidence_id"] == evidence_id)]
    return _as_rate(found.iloc[0].to_dict()) if evidence_id and len(found) else None


def _as_rate(item: dict) -> dict:
    """How many said a thing, as a share of those who answered: four of 22 and four of 60 differ.

    Without an interval: who writes a comment isn't drawn from those who think so (assumption A15).
    """
    if item["unit"] != "count" or item["level"] != "反応" or not item["n"] > 0:
        return item
    return item | {"estimate": item["estimate"] / item["n"], "unit": "rate", "is_named": True}


def _compared(decision: dict, before: dict | None, now: dict | None) -> dict:
    known = before or now or {}
    row = {
        "indicator": known.get("indicator"),
        "indicator_after": (now or {}).get("indicator"),
        "unit": known.get("unit"),
    }
    for name, item in (("before", before), ("after", now)):
        item = item or {}
        row |= {
            f"n_{name}": item.get("n", np.nan),
            name: item.get("estimate", np.nan),
            f"{name}_low": item.get("ci_low", np.nan),
            f"{name}_high": item.get("ci_high", np.nan),
        }
    reason = _why_not(decision, before, now)
    row |= {
        "is_comparable": not reason,
        "reason": reason or None,
        "difference": np.nan,
        "diff_low": np.nan,
        "diff_high": np.nan,
    }
    if reason:
        return row | {"sentence": f"比べられない：{reason}。"}
    row["difference"] = row["after"] - row["before"]
    # A rate without its own interval counts attendances, of which a person has several.
    if row["unit"] == "rate" and pd.notna(row["before_low"]) and pd.notna(row["after_low"]):
        counts = [(round(row[k] * row[f"n_{k}"]), int(row[f"n_{k}"])) for k in ("before", "after")]
        row |= dict(zip(("difference", "diff_low", "diff_high"), newcombe(*counts[0], *counts[1]), strict=True))
    return row | {"sentence": _sentence(row, bool(before.get("is_named")))}


def _why_not(decision: dict, before: dict | None, now: dict | None) -> str:
    """Why the two can't be compared; "" if they can."""
    if before is None and now is None:
        return "この改定のもとになった指標が、どちらの年度にも無い"
    if before is None or pd.isna(before["estimate"]):
        return "改定の前の値が無い"
    if now is None or pd.isna(now["estimate"]):
        ended = "（廃止した研修である）" if decision["change"] == "廃止" else ""
        return f"改定の後の値が無い{ended}"
    differing = [label for name, label in SAME.items() if _text(before.get(name)) != _text(now.get(name))]
    return f"{'と'.join(differing)}が前後で違う" if differing else ""


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _sentence(row: dict, is_named: bool) -> str:
    """The judgement of one row: how far apart, and whether by more than chance.

    ``is_named``: a share of people who wrote or chose a thing, of which nothing is judged.
    """
    scale, unit, places = {"rate": (100, "ポイント", 1), "count": (1, "件", 0)}.get(row["unit"], (1, "点", 2))

    def signed(name: str) -> str:
        return f"{scale * row[name]:+.{places}f}".replace("-", "−")

    if is_named:
        return f"差は{signed('difference')}{unit}（書いた人・選んだ人の割合なので、増減は判断しない）。"
    if pd.isna(row["diff_low"]):
        return f"差は{signed('difference')}{unit}（区間は求めていない）。偶然の違いを超えるかは言えない。"
    interval = f"差の95%信頼区間 {signed('diff_low')}～{signed('diff_high')}{unit}"
    if row["diff_low"] > 0 or row["diff_high"] < 0:
        way = "高く" if row["difference"] > 0 else "低く"
        return f"{way}なったと言える（{interval}）。"
    return f"高くなったとも低くなったとも言えない（{interval}）。"
