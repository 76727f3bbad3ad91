"""Evidence → proposed revision of the menu: one row a rule and course that speaks or waits, as data.

Why a rule speaks or waits is ``rule_id``, ``state``, ``need`` and the numbers that it saw; words are made of it where
it is shown (``showing.reasons``). What waits for data is decided once a course: such rows have one ``decision_id``.
"""

from collections.abc import Iterable

import pandas as pd

from pipeline.codebook import codes
from pipeline.evidence.rows import YEAR
from pipeline.ids import decision_id
from pipeline.menu.rules import ENDING, PENDING, SPEAKS, Rule
from pipeline.schema import conform

SEEN = ["n", "base", "estimate", "ci_low", "ci_high", "code", "scale_id", "wording"]  # of the evidence
COLUMNS = [
    "decision_id",
    "course_id",
    "rule_id",
    "evidence_id",
    "state",
    "change",
    "proposal",
    "need",
    *SEEN,
    "field",
    "after",
]


def propose(evidence: pd.DataFrame, rules: list[Rule]) -> pd.DataFrame:
    """One row a rule that speaks, or can't for want of data, in a course: COLUMNS, what changes most first.

    ``evidence``: as in ``evidence.rows.COLUMNS``; the rows of no course propose nothing. ``state``: SPEAKS, TOO_FEW,
    UNTOLD or NO_VALUE of ``rules``; ``change`` is PENDING unless a rule speaks (and also where it speaks to say that a matter must
    wait). ``need``: the smallest n at which the rule may speak; SEEN: what it saw, missing where there is no such
    evidence. ``field`` and ``after``: what the change does to the menu table, "" for nothing.
    """
    own = evidence[evidence["course_id"] != YEAR]
    courses = list(own["course_id"].unique())
    seen = own.drop_duplicates(["course_id", "evidence_id"]).set_index(["course_id", "evidence_id"])
    items = seen.to_dict("index")
    rows = []
    for rule in rules:
        for course_id in courses if not rule.is_fallback else ():
            item = items.get((course_id, rule.evidence_id))
            if (item or not rule.is_asked) and (state := rule.state(item)):
                rows.append(_row(rule, course_id, item, state))
    rows = _without_overruled(rows, rules)
    spoken = {row["course_id"] for row in rows}
    rows += [
        _row(rule, course_id, None, SPEAKS)
        for rule in rules
        for course_id in courses
        if rule.is_fallback and course_id not in spoken
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    orders = {"change": list(codes("change")), "course_id": courses, "state": list(codes("proposal_state"))}

    def rank(column: pd.Series) -> pd.Series:
        return column.map(orders[str(column.name)].index)

    return conform("proposals", table.sort_values(list(orders), key=rank, kind="stable"))


def _row(rule: Rule, course_id: str, item: dict | None, state: str) -> dict:
    decides = state == SPEAKS and rule.change != PENDING
    return {
        # What is decided at once: a rule that speaks on a course, or all that it lacks data for.
        "decision_id": decision_id(course_id, rule.rule_id if state == SPEAKS else PENDING),
        "course_id": course_id,
        "rule_id": rule.rule_id,
        "evidence_id": rule.evidence_id,
        "state": state,
        "change": rule.change if state == SPEAKS else PENDING,
        "proposal": rule.proposal,
        "need": rule.min_n,
        **{name: item and item[name] for name in SEEN},
        "field": rule.field if decides else "",
        "after": rule.after if decides else "",
    }


def _without_overruled(rows: list[dict], rules: Iterable[Rule]) -> list[dict]:
    """Without what another rule of the same course makes pointless.

    A rule is silent where one of those it names in ``unless`` speaks; a course that is to end needs
    no other change.
    """
    unless = {rule.rule_id: rule.unless for rule in rules}
    decided = {(row["course_id"], row["rule_id"]) for row in rows if row["change"] != PENDING}
    ending = {row["course_id"] for row in rows if row["change"] in ENDING}
    return [
        row
        for row in rows
        if not any((row["course_id"], other) in decided for other in unless[row["rule_id"]])
        and (row["course_id"] not in ending or row["change"] in (*ENDING, PENDING))
    ]


def what_came(rules: list[Rule], proposals: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, str]:
    """rule_id → what came of the rule, a code of the set ``rule_state``.

    A rule that proposed a change for one course and waits for another has proposed.
    """
    speaking = set(proposals.loc[proposals["change"] != PENDING, "rule_id"])
    waiting, known = set(proposals["rule_id"]), set(evidence["evidence_id"])

    def state(rule: Rule) -> str:
        if rule.rule_id in speaking:
            return "proposed"
        if rule.rule_id in waiting:
            return "waits"
        return "silent" if rule.is_fallback or rule.evidence_id in known else "no_data"

    return {rule.rule_id: state(rule) for rule in rules}
