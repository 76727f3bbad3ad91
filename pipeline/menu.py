"""Evidence → proposed revision of the menu, by rules that stand in a table.

A rule (``codebook/menu_rules.csv``) names an indicator, a condition and the smallest n at which it
may speak. Where n is smaller, or the indicator is missing, the proposal is 「判断保留（データ不足）」: too few data
never decide, in either direction.
"""

import operator

import pandas as pd

from pipeline.inference.association import VERDICTS

CHANGES = ("継続", "内容更新", "方法変更", "対象変更", "回数・時間調整", "統合", "廃止", "新設")
PENDING = "判断保留（データ不足）"
OPERATORS = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt}
COLUMNS = [
    "course_id", "change", "proposal", "rule_id", "reason", "indicator", "unit", "n", "estimate",
    "ci_low", "ci_high", "chapter", "condition",
]  # fmt: skip


def propose(evidence: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """One row a rule that speaks: what it proposes, on what grounds (COLUMNS).

    ``evidence``: as in ``evidence.COLUMNS``. ``rules``: rule_id, evidence_id, column, operator,
    value, min_n, change, proposal, reason. ``column`` may be a number of the evidence or ``code``
    (then the operator is ``in`` and ``value`` lists codes by ``;``). A number that the evidence
    doesn't have is too few data. Raises ValueError for a rule that names an unknown change, column
    or operator, or a value that can't be compared.
    """
    rows = []
    for rule in rules.to_dict("records"):
        _check(rule)
        for course_id, own in evidence.groupby("course_id"):
            found = own[own["evidence_id"] == rule["evidence_id"]]
            item = found.iloc[0].to_dict() if len(found) else None
            too_few = (
                item is None or item["n"] < int(rule["min_n"]) or pd.isna(item[rule["column"]])
            )
            if not too_few and not _holds(rule, item):
                continue
            rows.append(
                {
                    "course_id": course_id,
                    "change": PENDING if too_few else rule["change"],
                    "proposal": rule["proposal"],
                    "rule_id": rule["rule_id"],
                    "reason": _too_few(rule, item) if too_few else rule["reason"],
                    **{k: item[k] if item else None for k in
                       ("indicator", "unit", "n", "estimate", "ci_low", "ci_high", "chapter")},
                    "condition": condition(rule),
                }
            )
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = {change: n for n, change in enumerate([*CHANGES, PENDING])}
    return table.sort_values("change", key=lambda c: c.map(order), kind="stable", ignore_index=True)


NAMES = {"estimate": "値", "ci_low": "区間の下限", "ci_high": "区間の上限", "code": "判定"}
SIGNS = {">=": "以上", "<=": "以下", "<": "未満", ">": "超"}


def condition(rule: dict[str, str]) -> str:
    """The rule's condition in words: 「区間の下限が0.5以上」."""
    if rule["operator"] == "in":
        codes = "」か「".join(VERDICTS[code] for code in rule["value"].split(";"))
        return f"{NAMES[rule['column']]}が「{codes}」"
    return f"{NAMES[rule['column']]}が{rule['value']}{SIGNS[rule['operator']]}"


def _too_few(rule: dict[str, str], item: dict | None) -> str:
    have = int(item["n"]) if item else 0
    if have >= int(rule["min_n"]):
        return f"{NAMES[rule['column']]}を求められていない"
    return f"判断には n={rule['min_n']} 以上が要る（いまは {have}）"


def _holds(rule: dict[str, str], item: dict) -> bool:
    value = item[rule["column"]]
    if rule["operator"] == "in":
        return value in rule["value"].split(";")
    return bool(OPERATORS[rule["operator"]](float(value), float(rule["value"])))


def _check(rule: dict[str, str]) -> None:
    # A rule may also say that the data are too few for any change.
    known = {"change": (*CHANGES, PENDING), "column": NAMES, "operator": [*OPERATORS, "in"]}
    if rule["column"] == "code" or rule["operator"] == "in":
        known |= {"column": ["code"], "operator": ["in"]}
        wrong = [code for code in rule["value"].split(";") if code not in VERDICTS]
        known |= {"value": VERDICTS} if wrong else {}
    for key, allowed in known.items():
        if rule[key] not in allowed:
            raise ValueError(
                f"menu_rules.csv の規則 {rule['rule_id']} の {key} が正しくありません：{rule[key]!r}"
                f"（使えるもの：{'、'.join(allowed)}）"
            )


def considered(
    proposals: pd.DataFrame, evidence: pd.DataFrame, rules: pd.DataFrame
) -> pd.DataFrame:
    """Every rule and what came of it: the rule's columns, condition, outcome."""
    spoke = dict(zip(proposals["rule_id"], proposals["change"], strict=True))
    known = set(evidence["evidence_id"])
    outcomes = [
        "判断保留" if spoke.get(rule["rule_id"]) == PENDING
        else "提案した" if rule["rule_id"] in spoke
        else "当てはまらない" if rule["evidence_id"] in known
        else "データなし"
        for rule in rules.to_dict("records")
    ]  # fmt: skip
    return rules.assign(
        condition=[condition(rule) for rule in rules.to_dict("records")],
        outcome=outcomes,
        min_n=rules["min_n"].astype(int),
    )
