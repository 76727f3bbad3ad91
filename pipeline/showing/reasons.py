"""Why a proposal is made, or waits, in words: made here of ``rule_id``, ``state``, ``need`` and the numbers, and nowhere
read back.
"""

from collections.abc import Iterable, Mapping
from math import nan

import pandas as pd

from pipeline.codebook import codes
from pipeline.indicators import Indicators
from pipeline.menu.rules import SPEAKS, TOO_FEW, UNTOLD, Rule
from pipeline.showing.tables import number
from pipeline.showing.views import in_unit, measured

SIGNS = {">=": "以上", "<=": "以下", "<": "未満", ">": "超"}
NUMBERS = ["n", "base", "estimate", "ci_low", "ci_high"]


def condition(rule: Rule) -> str:
    """The rule's condition: 「区間の下限が0.5以上」."""
    if rule.is_fallback:
        return "ほかの規則のどれにも当てはまらない"
    column = codes("rule_column")[rule.column]
    if rule.operator == "in":
        return f"{column}が「{'」か「'.join(codes('verdict')[code] for code in rule.codes)}」"
    if rule.is_share:
        people = f"で、{rule.min_people}人以上" if rule.min_people else ""
        return f"{column}が回答者の{rule.value}{SIGNS[rule.operator]}{people}"
    return f"{column}が{rule.value}{SIGNS[rule.operator]}"


def reason(row: Mapping, rule: Rule) -> str:
    """Why one row of the proposals is there. ``row``: state, need, n."""
    if row["state"] == SPEAKS:
        return rule.reason
    if row["state"] == TOO_FEW:
        have = 0 if pd.isna(row["n"]) else int(row["n"])
        return f"判断には n={row['need']} 以上が要る（いまは {have}）"
    if row["state"] == UNTOLD:
        return "答えた人、または比べられる人が少ないため、値を示さず、判断にも使わない"
    return f"{codes('rule_column')[rule.column]}を求められていない"


def told(proposals: pd.DataFrame, rules: Iterable[Rule], indicators: Indicators) -> pd.DataFrame:
    """What is decided on, one row a decision_id: the proposals in words.

    Returns decision_id, course_id, change (code), waits (whether it lacks data), rules (how many), rule_id, proposal,
    reason, condition, indicator, NUMBERS, measured, chapter, grounds (all that speaks for it). What waits on several
    rules has no numbers of its own: they stand in its reason, with each rule.
    """
    by_id = {rule.rule_id: rule for rule in rules}
    rows = measured(indicators.described(proposals))
    rows["reason"] = [reason(row, by_id[row["rule_id"]]) for row in rows.to_dict("records")]
    rows["condition"] = [condition(by_id[rule_id]) for rule_id in rows["rule_id"]]
    rows["measured"] = rows["measured"].where(rows["evidence_id"] != "")  # the last rule lacks no data
    rows = rows.assign(waits=rows["state"] != SPEAKS, rules=1)
    each = [_together(own.to_dict("records")) for _, own in rows.groupby("decision_id", sort=False)]
    columns = ["decision_id", "course_id", "change", "waits", "rules", "rule_id", "proposal", "reason", "condition"]
    columns += ["indicator", *NUMBERS, "measured", "chapter"]
    table = pd.DataFrame(each, columns=columns).astype({"waits": bool, "rules": int})
    return table.assign(grounds=[_grounds(row) for row in table.to_dict("records")])


def _grounds(row: Mapping) -> str:
    """The reason, and in brackets the indicator with its value, n, and the share that answered."""
    if pd.isna(row["indicator"]):
        return row["reason"]
    parts = [f"{row['indicator']} {row['measured']}"]
    if pd.notna(row["n"]):
        asked = (
            f"（対象{int(row['base'])}人の{number(row['n'] / row['base'], 'rate')}が回答）"
            if pd.notna(row["base"])
            else ""
        )
        parts.append(f"n={int(row['n'])}{asked}")
    return f"{row['reason']}（{'、'.join(parts)}、第{row['chapter']}章）"


def to_decide(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The 新旧対照表 as it is handed out: ``adoption.old_and_new`` with the change in words, grounds, and what is left blank.

    ``told``: as from :func:`told`, of the same proposals.
    """
    table = rows.merge(told[["decision_id", "grounds"]], on="decision_id", validate="one_to_one")
    return table.assign(change=table["change"].map(codes("change")), opinion="", decision="")


def _together(rows: list[dict]) -> dict:
    """One row for all that is decided at once: of several rules, what would be proposed, and what each has and needs."""
    if len(rows) == 1:
        return rows[0]
    alike: dict[str, list[dict]] = {}
    for row in rows:
        alike.setdefault(row["reason"], []).append(row)
    chapters = sorted({row["chapter"] for row in rows})
    return {name: rows[0][name] for name in ("decision_id", "course_id", "change", "waits")} | {
        "rules": len(rows),
        "rule_id": "、".join(row["rule_id"] for row in rows),
        "proposal": "／".join(f"{row['proposal']}（{row['rule_id']}）" for row in rows),
        "reason": "。".join(f"{why}：{'、'.join(map(_with_value, own))}" for why, own in alike.items()),
        "condition": "／".join(f"{row['rule_id']}：{row['condition']}" for row in rows),
        "chapter": "・".join(chapters),
    }


def _with_value(row: dict) -> str:
    """「R05（71.4 %）」: a rule, and the value that too few gave, without an interval."""
    if pd.isna(row["estimate"]):
        return row["rule_id"]
    return f"{row['rule_id']}（{in_unit(row | dict.fromkeys(['ci_low', 'ci_high'], nan))}）"


def considered(rules: Iterable[Rule], came: Mapping[str, str], indicators: Indicators) -> pd.DataFrame:
    """Every rule in words, and what came of it: rule_id, basis, condition, min_n, change, proposal, state.

    ``came``: as ``menu.proposals.what_came`` has it. ``basis``: its indicator; none for the last rule.
    """
    rows = [
        {
            "rule_id": rule.rule_id,
            "basis": None if rule.is_fallback else indicators[rule.evidence_id].subject,
            "condition": condition(rule),
            "min_n": rule.min_n,
            "change": codes("change")[rule.change],
            "proposal": rule.proposal,
            "state": codes("rule_state")[came[rule.rule_id]],
        }
        for rule in rules
    ]
    return pd.DataFrame(rows)
