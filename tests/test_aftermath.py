"""What became of an adopted change: compared where that is fair, refused with the reason where not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from pipeline.codebook import Codebook
from pipeline.comprehension import share
from pipeline.indicators import Indicators
from pipeline.menu.aftermath import COLUMNS, after, newcombe
from pipeline.menu.rules import read_rules
from pipeline.showing.aftermath_views import CAUTION, became, sentence

RULES = read_rules(Codebook("R5"))
INDICATORS = Indicators.of(Codebook("R5"))
COURSES = pd.DataFrame({"course_id": ["no06"], "number": [6]})


def decided(decision_id="no06-R10", change="content", word="approved", **more):
    course_id = decision_id.rpartition("-")[0]
    return {
        "decision_id": decision_id,
        "course_id": course_id,
        "title": "データ活用基礎",
        "change": change,
        "field": None,
        "after": "見直す",
        "decision": word,
        "reflected_in": None,
    } | more


def rate(hits, n, course_id="no06", evidence_id="satisfaction", **more):
    estimate, low, high = share(hits, n)
    return {
        "evidence_id": evidence_id,
        "course_id": course_id,
        "n": n,
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "wording": "満足しましたか",
        "scale_id": "satisfaction5",
    } | more


NONE = pd.DataFrame(columns=list(rate(1, 2)))


def compare(before, now, decision=None):
    tables = [pd.DataFrame([t]) if t else NONE for t in (before, now)]
    table = after(pd.DataFrame([decision or decided()]), *tables, RULES, INDICATORS)
    assert sorted(table.columns) == sorted(COLUMNS)
    return became(table, COURSES, INDICATORS).iloc[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [((15, 22), (40, 44)), ((0, 12), (9, 30)), ((24, 24), (7, 24)), ((3, 60), (60, 60)), ((5, 9), (5, 9))],
)
def test_the_interval_of_two_rates_is_newcombes(first, second):
    low, high = confint_proportions_2indep(*second, *first, method="newcomb", compare="diff")
    difference, own_low, own_high = newcombe(*first, *second)
    assert difference == pytest.approx(second[0] / second[1] - first[0] / first[1])
    assert (own_low, own_high) == pytest.approx((low, high), abs=1e-9)


def test_newcombe_agrees_with_the_worked_example_of_the_paper():
    """Newcombe 1998, table II: 56/70 − 48/80 by method 10 is 0.2000, 0.0524 to 0.3339."""
    assert newcombe(48, 80, 56, 70) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_clear_rise_is_said_with_its_interval():
    row = compare(rate(30, 60), rate(54, 60))
    assert row["is_comparable"]
    assert (row["n_before"], row["n_after"], row["difference"]) == (60, 60, pytest.approx(0.4))
    assert row["diff_low"] > 0
    low, high = (f"{100 * row[c]:.1f}" for c in ("diff_low", "diff_high"))
    assert row["sentence"] == f"高くなったと言える（差の95%信頼区間 +{low}～+{high}ポイント）。"


def test_a_fall_is_said_as_a_fall():
    row = compare(rate(54, 60), rate(30, 60))
    assert row["diff_high"] < 0
    assert row["sentence"].startswith("低くなったと言える（差の95%信頼区間 −")


def test_an_unclear_difference_is_neither_a_rise_nor_no_change():
    row = compare(rate(15, 22), rate(18, 24))
    assert row["diff_low"] < 0 < row["diff_high"]
    assert row["sentence"].startswith("高くなったとも低くなったとも言えない（差の95%信頼区間 −")


@pytest.mark.parametrize(
    ("before", "now", "decision", "reason"),
    [
        (rate(9, 20), rate(9, 20, wording="十分満足しましたか"), None, "設問の文が前後で違う"),
        (rate(9, 20), rate(9, 20, scale_id="satisfaction4"), None, "回答の尺度が前後で違う"),
        (rate(9, 20), rate(9, 20, scale_id="s4", wording="別の問い"), None, "設問の文と回答の尺度が前後で違う"),
        (rate(9, 20), rate(9, 20, scale_id=None), None, "回答の尺度が前後で違う"),
        (None, rate(9, 20), None, "改定の前の値が無い"),
        (rate(9, 20), None, None, "改定の後の値が無い"),
        (rate(9, 20), rate(9, 20, estimate=np.nan), None, "改定の後の値が無い"),
        (rate(9, 20, evidence_id="followup"), None, decided("no06-R12", "end"), "（廃止した研修である）"),
        (rate(9, 20), rate(9, 20), decided("no06-R99", "method"), "指標が、どちらの年度にも無い"),
        (rate(9, 20), rate(9, 20), decided("no06-R77", "method"), "指標が、どちらの年度にも無い"),
    ],
)
def test_what_cannot_be_compared_says_why(before, now, decision, reason):
    row = compare(before, now, decision)
    assert not row["is_comparable"]
    assert row["sentence"].startswith("比べられない：") and row["sentence"].endswith(f"{reason}。")
    assert row[["difference", "diff_low", "diff_high"]].isna().all()


@pytest.mark.parametrize(("before", "now"), [((4, 22), (0, 19)), ((4, 22), (19, 22))])
def test_those_who_wrote_a_thing_are_a_share_and_nothing_is_judged_of_it(before, now):
    named = {"evidence_id": "b_purpose", "ci_low": np.nan, "ci_high": np.nan}
    (first, n), (second, m) = before, now
    row = compare(
        rate(*before, **named | {"estimate": first}),
        rate(*now, **named | {"estimate": second}),
        decided("no06-R05", "content"),
    )
    assert (row["unit"], row["before"], row["after"]) == ("rate", first / n, second / m)
    assert row[["before_low", "before_high", "after_low", "diff_low", "diff_high"]].isna().all()
    assert "判断しない" in row["sentence"] and "言え" not in row["sentence"]


def test_what_came_of_a_matter_is_looked_for_where_its_rule_says():
    """R02 asks whether to make up for absences: whether that helps, the gap left uncompensated doesn't say."""
    last = pd.DataFrame([rate(9, 20, course_id="trial", evidence_id="association")])
    now = pd.DataFrame([rate(9, 20, evidence_id=i) for i in ("association", "catch_up")])
    decision = decided("trial-R02", "pending", "amended", after="録画で補う", reflected_in="6")
    [row] = after(pd.DataFrame([decision]), last, now, RULES, INDICATORS).to_dict("records")
    assert (row["evidence_id"], row["why_not"]) == ("catch_up", "no_before")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"after": "見直す"}, "原案どおり：見直す"),
        ({"word": "amended", "after": "録画で補う"}, "修正：録画で補う"),
        ({"word": "amended", "field": "hours", "after": "1.5時間"}, "修正：標準時間数：1.5時間"),
        ({"change": "end", "field": "plan", "after": "廃止"}, "原案どおり：実施年度：廃止"),
    ],
)
def test_what_was_really_decided_is_told(more, said):
    row = compare(rate(9, 20), rate(9, 20), decided(**more))
    assert row["decided"] == said
    assert row["is_amended"] == said.startswith("修正")


@pytest.mark.parametrize(
    ("more", "rule"), [({"evidence_id": "quiz", "estimate": 3.4}, "T1"), ({"ci_low": np.nan, "ci_high": np.nan}, "R10")]
)
def test_means_and_counted_shares_get_no_interval_and_no_verdict(more, rule):
    now = {"estimate": 3.9} if "estimate" in more else {}
    rules = [*RULES, replace(RULES[0], rule_id="T1", evidence_id="quiz")]
    tables = [pd.DataFrame([side]) for side in (rate(10, 20, **more), rate(15, 20, **more) | now)]
    table = after(pd.DataFrame([decided(f"no06-{rule}")]), *tables, rules, INDICATORS)
    row = became(table, COURSES, INDICATORS).iloc[0]
    assert row["is_comparable"]
    assert row["difference"] > 0
    assert np.isnan(row["diff_low"])
    wanted = "差は+0.50点" if "estimate" in more else "差は+25.0ポイント"
    assert row["sentence"] == f"{wanted}（区間は求めていない）。偶然の違いを超えるかは言えない。"


def test_a_change_reflected_in_another_course_is_looked_for_there():
    before, now = rate(10, 20, course_id="trial"), rate(15, 20, course_id="no10")
    row = compare(before, now, decided("trial-R10", reflected_in="10"))
    assert (row["course_id"], row["compared_course_id"]) == ("trial", "no10")
    assert row["is_comparable"]


def test_only_adopted_changes_are_followed():
    decisions = pd.DataFrame(
        [
            decided("no06-R10"),
            decided("no06-R12", word="rejected"),
            decided("no06-R16", word="held"),
            decided("no06-R05", change="keep"),
            decided("no06-R05", change="pending", after=None),
        ]
    )
    table = after(decisions, NONE, NONE, RULES, INDICATORS)
    assert table["decision_id"].tolist() == ["no06-R10"]


def test_no_decisions_are_an_empty_table_with_its_columns():
    assert list(after(pd.DataFrame(), NONE, NONE, RULES, INDICATORS).columns) == COLUMNS


def test_the_caution_stands_once_above_and_not_in_the_rows():
    rows = [compare(rate(30, 60), rate(54, 60)), compare(rate(15, 22), rate(18, 24)), compare(rate(9, 20), None)]
    assert "改定によるものかどうかは、この表だけでは言えない" in CAUTION
    assert "変わっていないという意味ではない" in CAUTION
    for row in rows:
        assert "改定による" not in row["sentence"] and "意味ではない" not in row["sentence"]
        assert len(row["sentence"]) < 60


def test_before_and_after_are_shown_with_their_intervals_and_numbers():
    row = compare(rate(30, 60), rate(54, 60))
    assert row["indicator"] == "研修全体に満足（5段階の4・5）"
    assert row["reflected"] == "No.6"
    assert row["then"].split("\n") == ["50.0 %（37.7～62.3 %）", "n=60"]
    assert row["now"].split("\n") == ["90.0 %（79.9～95.3 %）", "n=60"]
    row = compare(rate(9, 20), None)
    assert row["then"].endswith("\nn=20") and pd.isna(row["now"])


@pytest.mark.parametrize(
    ("unit", "said"),
    [("yen", "+3.0円"), ("hours", "+3.0時間"), ("count", "+3（"), ("points", "+3.00点"), ("件", "+3.0件")],
)
def test_a_difference_has_the_unit_of_its_indicator(unit, said):
    row = {"unit": unit, "difference": 3.0, "diff_low": np.nan, "diff_high": np.nan}
    assert f"差は{said}" in sentence(row | {"is_comparable": True, "is_named": False})
