"""Evidence → proposals: a rule speaks, waits for data, or stays silent; it never guesses."""

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import Codebook, codes
from pipeline.evidence.rows import COLUMNS
from pipeline.indicators import Indicators
from pipeline.menu.proposals import propose, what_came
from pipeline.menu.rules import NO_VALUE, PENDING, TOO_FEW, parsed, read_rules
from pipeline.schema import conform
from pipeline.showing.reasons import condition, considered, told

RULES = read_rules(Codebook("R4"))
INDICATORS = Indicators.of(Codebook("R4"))
RULE = {
    "rule_id": "T1",
    "evidence_id": "ideas",
    "column": "ci_low",
    "operator": ">=",
    "value": "0.5",
    "min_n": "10",
    "min_people": "",
    "change": "keep",
    "proposal": "引き継ぐ",
    "reason": "半数を超える",
    "asked": "",
    "unless": "",
    "field": "",
    "after": "",
    "follow": "",
}


def evidence(**rows):
    """One row of evidence an argument: evidence_id = columns that are known of it."""
    blank = dict.fromkeys(COLUMNS) | {"course_id": "trial", "n": 24, "is_told": True}
    return pd.DataFrame([blank | {"evidence_id": i} | columns for i, columns in rows.items()])


def rules(*changes):
    return parsed(pd.DataFrame([RULE | change for change in changes or [{}]]), INDICATORS)


def only(*rule_ids):
    return [rule for rule in RULES if rule.rule_id in rule_ids]


@pytest.mark.parametrize(
    ("known", "change", "why"),
    [
        ({"ci_low": 0.69}, "keep", "the condition holds"),
        ({"ci_low": 0.5}, "keep", "以上 holds at the limit"),
        ({"ci_low": 0.49}, None, "it doesn't: silence"),
        ({"ci_low": 0.9, "n": 9}, PENDING, "too few, though it would hold"),
        ({"ci_low": 0.1, "n": 9}, PENDING, "too few decide in neither direction"),
        ({"ci_low": 0.9, "n": 10}, "keep", "just enough"),
        ({"ci_low": np.nan, "n": 24}, PENDING, "no interval could be computed"),
        ({"ci_low": None, "n": 24}, PENDING, "nor here"),
        ({"ci_low": 0.9, "is_told": False}, PENDING, "what isn't told is no ground, though the condition holds"),
        ({"ci_low": 0.1, "is_told": False}, PENDING, "nor does silence tell it"),
    ],
)
def test_a_rule_speaks_waits_or_stays_silent(known, change, why):
    made = propose(evidence(ideas=known), rules())
    assert made["change"].tolist() == ([change] if change else []), why
    assert conform("proposals", made)["need"].tolist() == [10] * len(made)


def test_a_missing_indicator_waits_for_data():
    [made] = propose(evidence(other={}), rules()).to_dict("records")
    assert (made["change"], made["state"], made["need"]) == (PENDING, TOO_FEW, 10) and np.isnan(made["n"])


def test_what_waits_for_data_is_one_row_a_course_with_all_its_rules():
    given = evidence(ideas={"ci_low": 0.9, "n": 4, "estimate": 0.75}, b_count={"n": 4, "estimate": 3.0})
    two = rules(
        {},
        {"rule_id": "T2", "evidence_id": "b_count", "proposal": "分ける"},
        {"rule_id": "T3", "evidence_id": "long", "min_n": "30", "proposal": "やめる"},
    )
    both = pd.concat([given, given.assign(course_id="second")])
    made = propose(both, two)
    assert made["decision_id"].tolist() == ["trial-pending"] * 3 + ["second-pending"] * 3
    assert made[["rule_id", "state", "need", "n"]].values.tolist()[:2] == [
        ["T1", TOO_FEW, 10, 4],
        ["T2", TOO_FEW, 10, 4],
    ]
    table = told(made, two, INDICATORS)
    assert table["decision_id"].tolist() == ["trial-pending", "second-pending"]
    row = table.iloc[0]
    assert (row["change"], row["rule_id"], row["rules"]) == (PENDING, "T1、T2、T3", 3)
    assert row["proposal"] == "引き継ぐ（T1）／分ける（T2）／やめる（T3）"
    assert row["reason"] == (
        "判断には n=10 以上が要る（いまは 4）：T1（75.0 %）、T2（3）。判断には n=30 以上が要る（いまは 0）：T3"
    )
    assert set(what_came(two, made, both).values()) == {"waits"}


def test_a_rule_that_asks_is_a_row_of_its_own_beside_what_lacks_data():
    given = evidence(association={"code": "undecided", "n": 21}, ideas={"ci_low": 0.9, "n": 4})
    asks = {
        "rule_id": "Q1",
        "evidence_id": "association",
        "column": "code",
        "operator": "in",
        "value": "undecided",
        "min_n": "1",
        "change": PENDING,
        "proposal": "補うか",
    }
    assert propose(given, rules({}, asks))["decision_id"].tolist() == ["trial-Q1", "trial-pending"]
    # With too few even to ask, it is one of those that wait.
    few = propose(given, rules({}, asks | {"min_n": "30"}))
    assert few[["decision_id", "rule_id"]].values.tolist() == [["trial-pending", "T1"], ["trial-pending", "Q1"]]


def test_why_a_rule_waits_is_true():
    few = propose(evidence(ideas={"ci_low": 0.9, "n": 9}), rules())
    unknown = propose(evidence(ideas={"ci_low": np.nan}), rules())
    assert (few["state"].tolist(), unknown["state"].tolist()) == ([TOO_FEW], [NO_VALUE])
    [few], [unknown] = (told(table, rules(), INDICATORS)["reason"] for table in (few, unknown))
    assert "n=10 以上" in few and "9" in few
    assert "n=" not in unknown and "区間の下限" in unknown


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"), [(">=", 0, 1, 1), ("<=", 1, 1, 0), (">", 0, 0, 1), ("<", 1, 0, 0)]
)
def test_limits(operator, below, at, above):
    rule = rules({"operator": operator, "column": "estimate"})
    spoke = [len(propose(evidence(ideas={"estimate": e}), rule)) for e in (0.4, 0.5, 0.6)]
    assert spoke == [below, at, above]


@pytest.mark.parametrize(
    ("code", "spoken"),
    [
        ("linked", {"R02": PENDING}),  # nothing says yet that recordings would close the gap
        ("undecided", {"R03": PENDING}),
        ("untestable", {"R03": PENDING}),
        ("no_link", {"R13": "keep"}),
        ("reversed", {}),  # a coding fault is no reason to change the menu
    ],
)
def test_what_each_verdict_proposes(code, spoken):
    made = propose(evidence(association={"code": code, "n": 142}), RULES)
    own = made[made["evidence_id"] == "association"]
    assert dict(zip(own["rule_id"], own["change"], strict=True)) == spoken


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"change": "変更"}, "change"),
        ({"column": "mean"}, "column"),
        ({"evidence_id": "idea"}, "evidence_id"),
        ({"unless": "T2"}, "unless"),
        ({"operator": "=="}, "operator"),
        ({"operator": "in"}, "column"),
        ({"column": "code"}, "operator"),
        ({"column": "code", "operator": "in", "value": "linked;linkd"}, "value"),
        ({"min_people": "三", "value": "10%"}, "min_people"),
        ({"min_people": "3"}, "min_people"),  # a share of 0.5 has no people to count
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused_by_name(change, named):
    with pytest.raises(ValueError, match=f"T1 の {named}"):
        rules(change)


def test_each_course_is_judged_by_its_own_evidence():
    both = pd.concat([evidence(ideas={"ci_low": 0.9}), evidence(ideas={"ci_low": 0.1}).assign(course_id="second")])
    assert propose(both, rules())["course_id"].tolist() == ["trial"]


def test_what_changes_most_stands_first_and_what_waits_last():
    made = propose(
        evidence(ideas={"ci_low": 0.9}),
        rules(
            {"min_n": "99"},
            {"change": "new", "rule_id": "T2"},
            {"change": "keep", "rule_id": "T3"},
            {"change": "method", "rule_id": "T4"},
        ),
    )
    assert made["change"].tolist() == ["new", "method", "keep", PENDING]
    assert set(made["change"]) <= codes("change").keys()


def test_what_is_known_of_the_whole_town_proposes_nothing():
    both = pd.concat([evidence(ideas={"ci_low": 0.9}), evidence(kpi={}).assign(course_id="")])
    assert propose(both, only("R01", "R99", "R10"))["decision_id"].tolist() == ["trial-R01", "trial-pending"]


def test_proposals_of_one_kind_stand_in_the_order_of_the_menu():
    first, second = evidence(ideas={"ci_low": 0.1}, hard={"ci_low": 0.9}), evidence(ideas={"ci_low": 0.9})
    both = pd.concat([first, second.assign(course_id="second")])
    made = propose(both, rules({"asked": "1"}, {"evidence_id": "hard", "rule_id": "T2", "asked": "1"}))
    assert made["decision_id"].tolist() == ["trial-T2", "second-T1"]


def test_every_rule_is_accounted_for():
    given = evidence(ideas={"ci_low": 0.9}, satisfaction={"ci_high": 0.9}, usefulness={"n": 3})
    came = what_came(RULES, propose(given, RULES), given)
    assert len(came) == len(RULES)
    assert [came[i] for i in ("R01", "R10", "R11", "R04")] == ["proposed", "silent", "waits", "no_data"]
    states = considered(RULES, came, INDICATORS).set_index("rule_id")["state"]
    assert states[["R01", "R10", "R11"]].tolist() == ["提案した", "当てはまらない", "判断保留"]


def test_conditions_are_said_in_words():
    assert condition(rules()[0]) == "区間の下限が0.5以上"
    for rule in RULES:
        assert not any(sign in condition(rule) for sign in ("<", ">", "ci_", "linked", "undecided"))


def test_recordings_are_proposed_only_where_they_close_the_gap():
    linked = {"code": "linked", "n": 142}
    for low, spoken in ((0.4, {"R04": "method"}), (-0.1, {"R02": PENDING})):
        given = evidence(association=linked, catch_up={"ci_low": low, "n": 12})
        made = propose(given, RULES)
        own = made[made["evidence_id"].isin(["association", "catch_up"])]
        assert dict(zip(own["rule_id"], own["change"], strict=True)) == spoken


def test_a_course_that_is_to_end_needs_no_other_change():
    given = evidence(usefulness={"ci_high": 0.3}, followup={"ci_high": 0.2}, satisfaction={"ci_high": 0.9})
    made = propose(given, RULES)
    assert made["change"].tolist() == ["end"] and made["field"].tolist() == ["plan"]


def test_a_course_on_which_no_rule_speaks_goes_on():
    [made] = propose(evidence(satisfaction={"ci_high": 0.9}, usefulness={"ci_high": 0.9}), RULES).to_dict("records")
    assert (made["rule_id"], made["change"]) == ("R99", "keep")


def test_what_waits_changes_nothing_in_the_menu():
    [made] = propose(
        evidence(ideas={"ci_low": 0.9, "n": 2}), rules({"field": "method", "after": "集合or動画"})
    ).to_dict("records")
    assert made["change"] == PENDING and made["field"] == "" and made["after"] == ""


@pytest.mark.parametrize(
    ("count", "n", "people", "spoken"),
    [(2, 20, "", 1), (2, 21, "", 0), (7, 68, "3", 1), (6, 68, "3", 0), (2, 19, "3", 0), (3, 19, "3", 1)],
)
def test_a_count_is_judged_against_those_who_answered(count, n, people, spoken):
    rule = {"column": "estimate", "value": "10%", "min_people": people}
    made = propose(evidence(ideas={"estimate": count, "n": n}), rules(rule))
    assert len(made) == spoken


def test_the_opinion_of_one_or_two_people_proposes_nothing():
    opinions = [rule for rule in RULES if rule.is_share]
    for count, spoken in ((2, 0), (3, len(opinions))):
        given = evidence(**{rule.evidence_id: {"estimate": count, "n": 12} for rule in opinions})
        assert len(propose(given, opinions)) == spoken
    assert all("3人以上" in condition(rule) for rule in opinions)


def test_the_rules_name_their_indicator_and_the_last_one_is_never_short_of_data():
    given = evidence(satisfaction={"ci_high": 0.4}, usefulness={"ci_high": 0.9})
    table = considered(RULES, what_came(RULES, propose(given, RULES), given), INDICATORS).set_index("rule_id")
    assert table["basis"].isna().tolist() == [rule_id == "R99" for rule_id in table.index]
    # Two rules with the same condition are told apart.
    assert not table.duplicated(["basis", "condition"]).any()
    assert table.loc["R99", "state"] == "当てはまらない"


def test_what_is_followed_up_is_an_indicator_of_some_rule():
    with pytest.raises(ValueError, match="follow"):
        rules({"follow": "idea"})
