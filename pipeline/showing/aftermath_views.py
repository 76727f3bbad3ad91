"""What became of last year's adopted changes, as a reader sees it."""

import pandas as pd

from pipeline.codebook import codes
from pipeline.indicators import Indicators
from pipeline.menu.fields import field_label
from pipeline.showing.course_views import numbers
from pipeline.showing.views import measured

AS_PROPOSED = "原案どおり"
# Said once, above the table; each row has its judgement only.
CAUTION = (
    "前と後の違いが改定によるものかどうかは、この表だけでは言えない（講師、受講者、時期なども変わるため）。"
    "「言えない」は、変わっていないという意味ではない。"
)


def became(changed: pd.DataFrame, courses: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The adopted changes in words: title, change, decided, reflected, indicator, then, now, sentence.

    ``changed``: as ``menu.aftermath.after`` has it. ``then`` and ``now``: the indicator before and after, in its unit,
    with n; ``reflected``: the number of the course in which it was looked for afterwards.
    """
    rows = changed.to_dict("records")
    return changed.assign(
        indicator=indicators.described(changed)["indicator"],
        change=changed["change"].map(codes("change")),
        decided=[decided(row) for row in rows],
        sentence=[sentence(row) for row in rows],
        then=_value(changed, "before"),
        now=_value(changed, "after"),
        reflected=changed["compared_course_id"].map(numbers(courses)),
    )


def _value(changed: pd.DataFrame, side: str) -> pd.Series:
    own = {"estimate": side, "ci_low": f"{side}_low", "ci_high": f"{side}_high"}
    shown = measured(changed[["unit"]].assign(**{to: changed[name] for to, name in own.items()}))["measured"]
    n = [f"\nn={n:.0f}" if pd.notna(n) else "" for n in changed[f"n_{side}"]]
    return (shown + n).where(changed[side].notna(), None)


def decided(row: dict) -> str:
    """「修正：1.5時間」: the word and what holds now; where a field was set, which one."""
    word = codes("decision")[row["decision"]] if row["is_amended"] else AS_PROPOSED
    field = field_label(row["field"]) if row["field"] and pd.notna(row["field"]) else ""
    text = row["text"] if pd.notna(row["text"]) else ""
    return "：".join(filter(None, (word, field, text)))


def sentence(row: dict) -> str:
    """The judgement of one row: how far apart, and whether by more than chance; or why it can't be compared."""
    if not row["is_comparable"]:
        return f"比べられない：{codes('not_compared')[row['why_not']]}。"
    scale, unit, places = {
        "rate": (100, "ポイント", 1),
        "count": (1, "", 0),
        "score": (1, "点", 2),
        "points": (1, "点", 2),
    }.get(row["unit"], (1, codes("unit").get(row["unit"], row["unit"]), 1))
    difference, low, high = (
        f"{scale * row[name]:+.{places}f}".replace("-", "−") for name in ("difference", "diff_low", "diff_high")
    )
    if row["is_named"]:
        return f"差は{difference}{unit}（書いた人・選んだ人の割合なので、増減は判断しない）。"
    if pd.isna(row["diff_low"]):
        return f"差は{difference}{unit}（区間は求めていない）。偶然の違いを超えるかは言えない。"
    interval = f"差の95%信頼区間 {low}～{high}{unit}"
    if row["diff_low"] > 0 or row["diff_high"] < 0:
        way = "高く" if row["difference"] > 0 else "低く"
        return f"{way}なったと言える（{interval}）。"
    return f"高くなったとも低くなったとも言えない（{interval}）。"


def came_of_it(changed: pd.DataFrame) -> str:
    """What can be said of last year's adopted changes. ``changed``: as ``menu.aftermath.after`` has it."""
    if changed.empty:
        return "前年度の改定案のうち、採用して改めたものは無い。"
    amended = int(changed["is_amended"].sum())
    of_them = f"（うち案を修正して採用したもの{amended}件）" if amended else ""
    compared = changed[changed["is_comparable"]]
    if compared.empty:
        return f"前年度に採用した改定{len(changed)}件{of_them}のうち、指標を前後で比べられるものは無い。"
    sure = compared[(compared["diff_low"] > 0) | (compared["diff_high"] < 0)]
    said = f"変わったと言えるものは{len(sure)}件である" if len(sure) else "変わったと言えるものは無い"
    return f"前年度に採用した改定{len(changed)}件{of_them}のうち、指標を前後で比べられるものは{len(compared)}件で、{said}。"
