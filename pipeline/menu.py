"""Evidence → proposed revision of the menu, by rules that stand in a table.

A rule (``codebook/menu_rules.csv``) names an indicator, a condition and the smallest n at which it
may speak. Where n is smaller, or the indicator is missing, the proposal is 「判断保留（データ不足）」: too few data
never decide, in either direction. What waits so is one row a course, with all its rules in it.
"""

import operator
from collections.abc import Collection

import pandas as pd

from pipeline.inference.association import VERDICTS

# What changes most is read, and decided, first.
CHANGES = ("廃止", "統合", "新設", "対象変更", "方法変更", "内容更新", "回数・時間調整", "継続")
PENDING = "判断保留（データ不足）"
ENDING = ("統合", "廃止")
OPERATORS = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt}
WAITING, JOIN = "pending", "、"  # the id of a course's row that lacks data, and between its rules
FALLBACK = ""  # the evidence_id of the rule for a course on which no other rule spoke
COLUMNS = [
    "decision_id",
    "course_id",
    "change",
    "proposal",
    "rule_id",
    "reason",
    "indicator",
    "unit",
    "n",
    "base",
    "estimate",
    "ci_low",
    "ci_high",
    "chapter",
    "condition",
    "field",
    "after",
]


def propose(evidence: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """One row a rule that speaks: what it proposes, on what grounds (COLUMNS); and one row a course
    for all the rules that can't, for want of data: ``<course>-pending``, its rules joined by JOIN.

    ``evidence``: as in ``evidence.COLUMNS``. ``rules``: rule_id, evidence_id, column, operator,
    value, min_n, change, proposal, reason, and what the change does to the menu table: field, after.
    ``asked`` = 1: the rule is about courses that have the indicator at all; else a missing one is
    too few data. A ``value`` in % is a share of n, of ``min_people`` people at least. ``unless``: rules (;) that make this one silent. ``column`` may be a number of the evidence or ``code``
    (then the operator is ``in`` and ``value`` lists codes by ``;``). A rule without evidence_id speaks
    where no other did. Raises ValueError for a rule that names an unknown change, column
    or operator, or a value that can't be compared.
    """
    rows = []
    evidence = evidence[evidence["course_id"] != ""]  # what is known of the town is about no course
    for rule in rules.to_dict("records"):
        _check(rule, set(rules["evidence_id"]))
        for course_id, own in evidence.groupby("course_id", sort=False):
            found = own[own["evidence_id"] == rule["evidence_id"]]
            if rule["evidence_id"] == FALLBACK or (rule["asked"] and not len(found)):
                continue
            item = found.iloc[0].to_dict() if len(found) else None
            too_few = item is None or item["n"] < int(rule["min_n"]) or pd.isna(item[rule["column"]])
            if too_few or _holds(rule, item):
                rows.append(_proposal(rule, course_id, item, too_few))
    rows = _together(_without_overruled(rows, rules))
    spoken = {row["course_id"] for row in rows}
    for rule in rules[rules["evidence_id"] == FALLBACK].to_dict("records"):
        rows += [
            _proposal(rule, course_id, None, False)
            for course_id in evidence["course_id"].unique()
            if course_id not in spoken
        ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    orders = {"change": [*CHANGES, PENDING], "course_id": list(evidence["course_id"].unique())}
    return table.sort_values(list(orders), key=lambda c: c.map(orders[c.name].index), kind="stable", ignore_index=True)


def _proposal(rule: dict[str, str], course_id: str, item: dict | None, too_few: bool) -> dict:
    known = ("indicator", "unit", "n", "base", "estimate", "ci_low", "ci_high", "chapter")
    decides = not too_few and rule["change"] != PENDING
    return {
        "decision_id": f"{course_id}-{rule['rule_id']}",
        "course_id": course_id,
        "change": PENDING if too_few else rule["change"],
        "proposal": rule["proposal"],
        "rule_id": rule["rule_id"],
        "reason": _too_few(rule, item) if too_few else rule["reason"],
        **{key: item[key] if item else None for key in known},
        "condition": condition(rule),
        "too_few": too_few,
        "field": rule["field"] if decides else "",
        "after": rule["after"] if decides else "",
    }


def _together(rows: list[dict]) -> list[dict]:
    """The rows, with those of one course that lack data as one: whoever decides does so once.

    A rule that speaks to say that a matter must wait (R02) is a question of its own and stays.
    """
    waiting: dict[str, list[dict]] = {}
    for row in rows:
        if row["too_few"]:
            waiting.setdefault(row["course_id"], []).append(row)
    said = [row for row in rows if not row["too_few"]]
    return said + [_waiting(course_id, own) for course_id, own in waiting.items()]


def _waiting(course_id: str, rows: list[dict]) -> dict:
    """One row for all that lacks data: what would be proposed, and what each rule has and needs."""
    row = rows[0] | {"decision_id": f"{course_id}-{WAITING}"}
    if len(rows) == 1:
        return row
    reasons: dict[str, list[str]] = {}
    for each in rows:
        reasons.setdefault(each["reason"], []).append(f"{each['rule_id']}{_value(each)}")
    chapters = sorted({str(each["chapter"]) for each in rows if pd.notna(each["chapter"])})
    return row | {
        "proposal": "／".join(f"{each['proposal']}（{each['rule_id']}）" for each in rows),
        "rule_id": JOIN.join(each["rule_id"] for each in rows),
        "reason": "。".join(f"{why}：{JOIN.join(whose)}" for why, whose in reasons.items()),
        "indicator": None,
        "unit": None,
        "n": None,
        "base": None,
        "estimate": None,
        "ci_low": None,
        "ci_high": None,
        "chapter": "・".join(chapters) or None,
        "condition": "／".join(f"{each['rule_id']}：{each['condition']}" for each in rows),
    }


def _value(row: dict) -> str:
    """What is known of an indicator, though too few gave it: 「（71.4 %）」."""
    if row["estimate"] is None or pd.isna(row["estimate"]):
        return ""
    units = {"rate": (100, ".1f", " %"), "count": (1, ".0f", "件"), "points": (1, ".2f", "点"), "score": (1, ".2f", "")}
    scale, form, unit = units.get(row["unit"], (1, "g", row["unit"]))
    return f"（{scale * row['estimate']:{form}}{unit}）".replace("-", "−")


def _without_overruled(rows: list[dict], rules: pd.DataFrame) -> list[dict]:
    """Without what another rule of the same course makes pointless.

    A rule is silent where one of those it names in ``unless`` speaks; a course that is to end needs
    no other change.
    """
    unless = dict(zip(rules["rule_id"], rules["unless"].str.split(";"), strict=True))
    decided = {(row["course_id"], row["rule_id"]) for row in rows if row["change"] != PENDING}
    ending = {row["course_id"] for row in rows if row["change"] in ENDING}
    return [
        row
        for row in rows
        if not any((row["course_id"], other) in decided for other in unless[row["rule_id"]])
        and (row["course_id"] not in ending or row["change"] in (*ENDING, PENDING))
    ]


NAMES = {"estimate": "値", "ci_low": "区間の下限", "ci_high": "区間の上限", "code": "判定"}
SIGNS = {">=": "以上", "<=": "以下", "<": "未満", ">": "超"}


def condition(rule: dict[str, str]) -> str:
    """The rule's condition in words: 「区間の下限が0.5以上」."""
    if rule["evidence_id"] == FALLBACK:
        return "ほかの規則のどれにも当てはまらない"
    if rule["operator"] == "in":
        codes = "」か「".join(VERDICTS[code] for code in rule["value"].split(";"))
        return f"{NAMES[rule['column']]}が「{codes}」"
    if rule["value"].endswith("%"):
        people = f"で、{rule['min_people']}人以上" if rule["min_people"] else ""
        return f"{NAMES[rule['column']]}が回答者の{rule['value']}{SIGNS[rule['operator']]}{people}"
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
    if rule["value"].endswith("%"):
        # Three of 30 are a voice, three of 300 are not: counts are judged against those who answered.
        # One or two are none of any number: no document may show them, so they can't be grounds.
        limit = float(rule["value"].rstrip("%")) / 100
        enough = float(value) >= int(rule["min_people"] or 0)
        return enough and bool(OPERATORS[rule["operator"]](float(value) / item["n"], limit))
    return bool(OPERATORS[rule["operator"]](float(value), float(rule["value"])))


def _check(rule: dict[str, str], indicators: Collection[str]) -> None:
    if rule["evidence_id"] == FALLBACK:
        return
    # A rule may also say that the data are too few for any change.
    known = {"change": (*CHANGES, PENDING), "column": NAMES, "operator": [*OPERATORS, "in"]}
    if rule["column"] == "code" or rule["operator"] == "in":
        known |= {"column": ["code"], "operator": ["in"]}
        wrong = [code for code in rule["value"].split(";") if code not in VERDICTS]
        known |= {"value": VERDICTS} if wrong else {}
    if rule["min_people"] and not (rule["min_people"].isdigit() and rule["value"].endswith("%")):
        known |= {"min_people": ["空欄", "value が % の規則では人数"]}
    if rule["follow"]:
        known |= {"follow": indicators}
    for key, allowed in known.items():
        if rule[key] not in allowed:
            raise ValueError(
                f"menu_rules.csv の規則 {rule['rule_id']} の {key} が正しくありません：{rule[key]!r}"
                f"（使えるもの：{'、'.join(allowed)}）"
            )


def considered(proposals: pd.DataFrame, evidence: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Every rule and what came of it: the rule's columns (``basis``: its indicator in words), condition,
    outcome."""
    # A rule that proposed a change for one course and waits for another has proposed.
    waiting_first = proposals.sort_values("change", key=lambda c: c != PENDING, kind="stable")
    each = waiting_first.assign(rule_id=waiting_first["rule_id"].str.split(JOIN)).explode("rule_id")
    spoke = dict(zip(each["rule_id"], each["change"], strict=True))
    known = set(evidence["evidence_id"])
    outcomes = [
        "判断保留"
        if spoke.get(rule["rule_id"]) == PENDING
        else "提案した"
        if rule["rule_id"] in spoke
        else "当てはまらない"
        if rule["evidence_id"] in (FALLBACK, *known)
        else "データなし"
        for rule in rules.to_dict("records")
    ]
    return rules.assign(
        condition=[condition(rule) for rule in rules.to_dict("records")],
        outcome=outcomes,
        basis=rules["basis"].replace("", None),
        min_n=rules["min_n"].astype(int),
    )
