"""The answer to the report's question, in plain Japanese: are missed sessions linked to low comprehension?

No sentence says 効果 (effect) of an association, and none reads 「有意差なし」 as 「差なし」.
"""

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.showing.tables import number

TOO_FEW_COMPARED = "出席した回と欠席した回の両方がある人が少ないため、理解度の差は示さない。"
CAUTION = (
    "これは関連であって、欠席が理解度を下げたことの証明ではない。忙しい時期に欠席も理解不足も重なる場合や、"
    "欠席したと知っている本人の自己評価であることは、この方法では取り除けない。"
)


LEAST_P = 0.001  # a smaller one is told as a bound


def points(value: float) -> str:
    """A difference in rating points, unsigned: 「0.8点」."""
    return f"{number(abs(value), 'estimate1')}点"


def p_text(p_value: float) -> str:
    return f"{'p値' if p_value < LEAST_P else 'p='}{number(p_value, 'p_value')}"


def between(low: float, high: float) -> str:
    """An interval of a difference: without signs if it lies on one side of 0."""
    if not np.isfinite([low, high]).all():
        return "決められない"
    if low * high > 0:
        low, high = sorted((abs(low), abs(high)))
        return f"{number(low, 'estimate1')}～{number(high, 'estimate1')}点"
    return f"{number(low, 'estimate1')}～+{number(high, 'estimate1')}点"


def judged(verdict: pd.DataFrame) -> str:
    """The verdict in a few words, and whether it hangs on the method. ``verdict``: the one row of the table ``verdict``."""
    [case] = verdict.to_dict("records")
    doubt = "（ただし、計算のしかたで変わる）" if case["doubts"] else ""
    return codes("verdict")[case["code"]] + doubt


def answer(verdict: pd.DataFrame, association: pd.DataFrame) -> str:
    """The answer to the question of the report, for all five verdicts.

    ``verdict``: the one row of the table ``verdict``; ``association``: analysis, n, estimate,
    ci_low, ci_high, p_value; without rows where too few people were compared to show them.
    """
    [case] = verdict.to_dict("records")
    if case["code"] == "untestable":
        return f"欠席と理解度の差の関連は検定できない。{_why_untestable(case)}ためである。"
    if association.empty:
        return TOO_FEW_COMPARED
    rows = association.set_index("analysis").to_dict("index")
    main, inner = rows["primary"], rows["equivalence"]
    # Who took two courses is compared within each, and counts in each.
    total = "のべ" if case.get("courses", 1) > 1 else ""
    size = f"{total}{case['persons']}人・{case['cells']}回答"
    interval = f"95%信頼区間{between(main['ci_low'], main['ci_high'])}、{size}"
    match case["code"]:
        case "linked":
            return f"欠席した回の理解度は、出席した回より平均{points(main['estimate'])}低かった（{interval}）。"
        case "no_link":
            found = "ごく小さな差は見られるが、" if case["reason"] == "detectable_but_small" else ""
            return (
                f"{found}欠席した回と出席した回の理解度の差は、意味のある大きさ（{points(case['margin'])}）に"
                f"届かない（90%信頼区間{between(inner['ci_low'], inner['ci_high'])}、{size}）。"
            )
        case "reversed":
            return (
                f"欠席した回の理解度の方が平均{points(main['estimate'])}高いという結果になった（{interval}）。"
                "出欠の記録や5段階の向きの取り違えがないかを、先に確かめる必要がある。"
            )
        case "undecided":
            return f"欠席した回と出席した回の理解度に、差があるとも無いとも言えない（{interval}）。{_needed(case)}"
    raise ValueError(case["code"])


def _why_untestable(case: dict) -> str:
    is_compared = case["layout"] in ("A", "A_blanks")
    return codes("verdict_reason")[case["reason"]] if is_compared else codes("layout")[case["layout"]]


def _needed(case: dict) -> str:
    """What could have been found, and how many people would settle it."""
    if not np.isfinite(case["detectable"]):
        return "この人数と欠席の数では、どのような差も見つけられない。"
    return (
        f"この人数と欠席の数で、差が0でないと8割の確率で検定で言えるのは、差が{points(case['detectable'])}以上のときである。"
        f"{points(case['margin'])}の差についてそう言うには、同じくらい欠席のある人が約{int(case['detectable_persons'])}人要る。"
    )


def how_sure(verdict: pd.DataFrame, association: pd.DataFrame) -> str:
    """How far the answer is to be trusted: the chance that it is luck, and what was compared."""
    [case] = verdict.to_dict("records")
    main = association.set_index("analysis").to_dict("index")["primary"]
    if case["code"] == "untestable":
        return "検定できないので、確かさについて言えることはない。"
    luck = {
        True: f"欠席と理解度が無関係でも、たまたまこれ以上の差が出る確率は{_chance(main['p_value'])}である",
        False: f"この程度の差は、欠席と理解度が無関係でも{_chance(main['p_value'])}の確率で出る",
    }[main["p_value"] <= case["alpha"]]
    return (
        f"同じ人の、出席した回と欠席した回とを比べた（両方の回がある{case['informative_persons']}人、"
        f"欠席{case['missed_cells']}回）。{luck}（{p_text(main['p_value'])}）。"
    )


def _chance(p_value: float) -> str:
    if p_value < 0.001:
        return "0.1%未満"
    return f"約{number(p_value * 100, 'estimate1')}%"
