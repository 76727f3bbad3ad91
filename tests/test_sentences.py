"""Sentences that a 課長 reads once: true to the numbers, whole, and never more than they say."""

import re

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import Codebook, codes
from pipeline.indicators import Indicators
from pipeline.inference import association
from pipeline.inference.plan import Plan
from pipeline.menu.rules import PENDING
from pipeline.showing.aftermath_views import came_of_it
from pipeline.showing.association_sentences import OTHERS_TOO_FEW, made_up, not_asked, of_each_person, planned
from pipeline.showing.course_sentences import closed_by_course, counted, together
from pipeline.showing.sentences import (
    attendance,
    found,
    held,
    most,
    none_decided,
    proposals,
    rated,
    returned,
    returned_by_course,
)
from pipeline.showing.verdict_sentences import CAUTION, answer, between, how_sure, judged, p_text
from tests.cohorts import PLAN

FORBIDDEN = ["有意差なし", "有意差はない", "有意差が無い", "効果", "差はない", "差は無い", "nan", "None", "inf", "  "]


def result(estimate=-0.8, low=-1.3, high=-0.3, low90=-1.2, high90=-0.4, p_value=0.004):
    return pd.DataFrame(
        [("primary", 142, estimate, low, high, p_value), ("equivalence", 142, estimate, low90, high90, np.nan)],
        columns=["analysis", "n", "estimate", "ci_low", "ci_high", "p_value"],
    )


def verdict(code, reason="", layout="A", doubts=""):
    return pd.DataFrame(
        [
            {
                "code": code,
                "reason": reason,
                "persons": 22,
                "cells": 142,
                "informative_persons": 14,
                "missed_cells": 21,
                "margin": 0.5,
                "alpha": 0.05,
                "detectable": 1.06,
                "detectable_persons": 108.0,
                "layout": layout,
                "doubts": doubts,
            }
        ]
    )


@pytest.mark.parametrize(
    ("code", "numbers", "expected"),
    [
        (
            "linked",
            {},
            "欠席した回の理解度は、出席した回より平均0.8点低かった（95%信頼区間0.3～1.3点、22人・142回答）。",
        ),
        (
            "undecided",
            {"estimate": -0.3, "low": -0.9, "high": 0.3, "p_value": 0.3},
            "欠席した回と出席した回の理解度に、差があるとも無いとも言えない（95%信頼区間−0.9～+0.3点、22人・142回答）。"
            "この人数と欠席の数で、差が0でないと8割の確率で検定で言えるのは、差が1.1点以上のときである。"
            "0.5点の差についてそう言うには、同じくらい欠席のある人が約108人要る。",
        ),
        (
            "no_link",
            {"estimate": -0.05, "low90": -0.3, "high90": 0.2, "p_value": 0.7},
            "欠席した回と出席した回の理解度の差は、意味のある大きさ（0.5点）に届かない"
            "（90%信頼区間−0.3～+0.2点、22人・142回答）。",
        ),
        (
            "reversed",
            {"estimate": 0.8, "low": 0.3, "high": 1.3},
            "欠席した回の理解度の方が平均0.8点高いという結果になった（95%信頼区間0.3～1.3点、22人・142回答）。"
            "出欠の記録や5段階の向きの取り違えがないかを、先に確かめる必要がある。",
        ),
    ],
)
def test_the_answer_for_each_verdict(code, numbers, expected):
    assert answer(verdict(code), result(**numbers)) == expected


def test_a_difference_that_is_sure_but_small_is_said_to_be_both():
    text = answer(verdict("no_link", "detectable_but_small"), result(-0.2, -0.35, -0.05, -0.33, -0.07, 0.01))
    assert text.startswith("ごく小さな差は見られるが、") and "届かない" in text


@pytest.mark.parametrize("reason", codes("verdict_reason"))
def test_what_cannot_be_tested_says_why(reason):
    nothing = result(*[np.nan] * 6)
    text = answer(verdict("untestable", reason), nothing)
    assert text == f"欠席と理解度の差の関連は検定できない。{codes('verdict_reason')[reason]}ためである。"
    assert re.search("(ない|無い|である|一人しかいない|できない|決められない)$", codes("verdict_reason")[reason])
    assert "nan" not in how_sure(verdict("untestable", reason), nothing)


@pytest.mark.parametrize("layout", ["B", "C", "anonymous", "none"])
def test_a_questionnaire_that_cannot_tell_is_named_as_the_reason(layout):
    text = answer(verdict("untestable", "no_cells", layout), result(*[np.nan] * 6))
    assert text == f"欠席と理解度の差の関連は検定できない。{codes('layout')[layout]}ためである。"


def test_a_verdict_that_hangs_on_the_method_says_so():
    assert judged(verdict("linked")) == "関連がある"
    assert "計算のしかたで変わる" in judged(verdict("linked", doubts="cr2"))


@pytest.mark.parametrize("code", codes("verdict"))
def test_no_verdict_says_more_than_it_may(code):
    reason = "nobody_missed" if code == "untestable" else ""
    case, numbers = verdict(code, reason), result(p_value=0.3 if code == "undecided" else 0.004)
    for text in (answer(case, numbers), how_sure(case, numbers), codes("verdict")[code]):
        assert not [word for word in FORBIDDEN if word in text]
    assert answer(case, numbers).endswith("。") and how_sure(case, numbers).endswith("。")


def test_the_caution_denies_a_cause():
    assert "関連" in CAUTION and "証明ではない" in CAUTION and "効果" not in CAUTION


def test_every_verdict_and_reason_of_the_analysis_has_its_words():
    """A cohort for each way to end; what the analysis says must have a sentence."""
    plan = Plan.parse(PLAN | {"draws": 999})
    people, sessions = 24, 7
    rng = np.random.default_rng(1)
    missed = (rng.random((people, sessions)) < 0.15).astype(int)
    base = rng.normal(3.5, 0.7, (people, sessions))
    cases = {
        "linked": (base - 1.5 * missed, missed),
        "reversed": (base + 1.5 * missed, missed),
        "nobody": (base, np.zeros_like(missed)),
        "everybody": (base, np.ones_like(missed)),
        "constant": (np.full_like(base, 3), missed),
    }
    from tests.cohorts import cells_of

    seen = set()
    for rating, absent in cases.values():
        done = association.primary(cells_of(np.clip(np.round(rating), 1, 5), absent), plan)
        table = association.verdict_table(done, plan, "A", [])
        seen.add(table["code"][0])
        assert answer(table, done.results).endswith("。")
        assert how_sure(table, done.results).endswith("。")
    assert seen == {"linked", "reversed", "untestable"}


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-1.3, -0.3, "0.3～1.3点"),
        (0.3, 1.3, "0.3～1.3点"),
        (-0.9, 0.3, "−0.9～+0.3点"),
        (-np.inf, 0.3, "決められない"),
        (np.nan, np.nan, "決められない"),
    ],
)
def test_intervals_have_signs_only_where_they_need_them(low, high, text):
    assert between(low, high) == text


@pytest.mark.parametrize(
    ("p_value", "text"), [(0.004, "p=0.004"), (0.0499, "p=0.050"), (0.00005, "p値0.001未満"), (1.0, "p=1.000")]
)
def test_p_is_never_nought(p_value, text):
    assert p_text(p_value) == text


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.004, "たまたまこれ以上の差が出る確率は約0.4%である"),
        (0.00005, "0.1%未満"),
        (0.31, "この程度の差は、欠席と理解度が無関係でも約31.0%の確率で出る"),
    ],
)
def test_how_sure_is_said_in_everyday_words(p_value, said):
    text = how_sure(verdict("linked"), result(p_value=p_value))
    assert said in text and "両方の回がある14人、欠席21回" in text


def test_attendance_of_one_course_is_counted_and_of_several_the_range_is_told():
    one = pd.DataFrame([{"course": "試行", "attended": 30, "caught_up": 0, "missed": 18, "n": 48}])
    assert attendance(one) == (
        "出欠の分かるのべ48人・回のうち、出席は30（62.5 %）、欠席は18（37.5 %）、録画などで補った回は0（0.0 %）だった。"
    )
    assert attendance(one.assign(attended=0, missed=0, n=0)) == "出欠の記録が無い。"


@pytest.mark.parametrize(
    ("attended", "n", "is_attended", "said"),
    [
        (
            [30, 45, 0],
            [60, 50, 90],
            [1, 1, 0],
            "（のべ人・回、録画・eラーニングだけの研修を除く）は、「甲」の50.0 %から「乙」の90.0 %まで",
        ),
        ([30, 45, 0], [60, 50, 9], [1, 1, 1], "（のべ人・回）は、「丙」の0.0 %から「乙」の90.0 %まで"),
        ([30, 0, 0], [60, 0, 50], [1, 1, 0], "を除く）は、「甲」の50.0 %である。"),
        ([30, 45, 9], [30, 45, 9], [1, 1, 1], "（のべ人・回）は、どれも100.0 %である。"),
        ([9, 9, 27], [18, 18, 36], [1, 1, 1], "「甲」「乙」の50.0 %から「丙」の75.0 %まで"),
        ([0, 0, 0], [0, 0, 50], [1, 1, 0], "出席を数えられる研修は無い。"),
    ],
)
def test_attendance_of_several_courses_is_told_of_those_that_could_be_attended(attended, n, is_attended, said):
    """A course that everybody missed counts; what nobody attends doesn't, and is spoken of where there is any."""
    courses = pd.DataFrame({"course": list("甲乙丙"), "attended": attended, "n": n, "is_attended": is_attended})
    assert said in attendance(courses.astype({"is_attended": bool}))


@pytest.mark.parametrize(
    ("invited", "answered", "said"),
    [
        (
            [50, 40],
            [25, 30],
            "のべ90人のうち55人（61.1 %）が答えた。研修ごとの回収率は、「甲」の50.0 %から「乙」の75.0 %までである。",
        ),
        (
            [50, None],
            [25, 30],
            "のべ50人のうち25人（50.0 %）が答えた。求めた人数の分からない「乙」のアンケートは、入れていない。",
        ),
        ([50, 0], [25, 30], "のべ50人のうち25人（50.0 %）が答えた。求めた人数の分からない「乙」"),
        ([50, 40], [0, 0], "のべ90人のうち0人（0.0 %）が答えた。研修ごとの回収率は、どれも0.0 %である。"),
        ([50], [25], "のべ50人のうち25人（50.0 %）が答えた。"),
        ([None, None], [25, 30], "アンケートを求めた人数が分からないので、回収率は示さない。"),
        ([], [], "この年度は、アンケートの回答を集計の対象にしていない。"),
    ],
)
def test_a_share_of_answers_is_of_those_who_were_asked(invited, answered, said):
    """Answers to a questionnaire of which nobody knows who was asked are in neither number."""
    names = list("甲乙")[: len(invited)]
    rows = pd.DataFrame({"course_id": names, "course": names, "invited": invited, "answered": answered})
    assert said in returned_by_course(rows)
    assert ("研修ごと" in said) == ("研修ごと" in returned_by_course(rows))


@pytest.mark.parametrize(
    ("took_place", "days", "said"),
    [
        (["a", "b"], ["2023-05-08", None], "2の研修を行った（日付のある回は計1回）。対象は24人である。"),
        (["a"], [None], "「甲」を行った（日付のある回は無い）。対象は24人である。"),
        ([], [], "この年度に行った研修は無い。"),
    ],
)
def test_what_the_menu_has_for_other_years_was_not_held(took_place, days, said):
    courses = pd.DataFrame({"course_id": ["a", "b", "c"], "title": list("甲乙丙")})
    sessions = pd.DataFrame({"course_id": took_place, "held_on": pd.to_datetime(pd.Series(days, dtype=object))})
    assert held(courses, sessions, 24) == said


def test_who_answered_and_who_missed_much():
    table = pd.DataFrame({"band": ["欠席0回", "欠席2回以上"], "n": [18, 6], "answered": [18, 4]})
    assert returned(table) == ("最終アンケートには24人中22人（91.7 %）が答えた。欠席2回以上の人では6人中4人が答えた。")
    assert returned(table.iloc[:1]) == "最終アンケートには18人中18人（100.0 %）が答えた。"
    assert returned(table.iloc[:0]) == "出欠の分かる人がいないので、最終アンケートの回収率は示さない。"


def proportion(n, estimate, **more):
    limits = {"ci_low": 0.69, "ci_high": 0.957, "points": 5, "is_told": True}
    return {"evidence_id": "satisfaction", "n": n, "estimate": estimate} | limits | more


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([proportion(24, 21 / 24)], "は24人中21人（87.5 %、95%信頼区間69.0～95.7 %）である。"),
        ([proportion(0, np.nan)], "は、回答が無いため不明である。"),
        ([], "は、尋ねていないため不明である。"),
        ([proportion(4, np.nan, is_told=False)], "は、答えた人が少ないため示さない。"),
        ([proportion(24, 21 / 24), proportion(20, 0.9, points=4)], "は5段階で尋ねた24人中21人"),
        ([proportion(24, 21 / 24), proportion(20, 0.9, points=4)], "、4段階で尋ねた20人中18人"),
    ],
)
def test_a_proportion_carries_its_base_and_interval(rows, said):
    line = Indicators.of(Codebook("R5"))["satisfaction"]
    evidence = pd.DataFrame(rows, columns=list(proportion(1, 1)))
    assert said in rated(evidence, line) and rated(evidence, line).startswith("研修全体に満足した人は")


def test_ties_are_all_named_and_nothing_is_made_of_nothing():
    table = pd.DataFrame({"option": ["財源", "時間", "スキル"], "n": [6, 6, 2]})
    assert most(table, "option", 22) == "最も多かったのは「財源」「時間」（それぞれ22人中6人）である。"
    assert most(table.assign(n=0), "option", 22) == "挙げた人はいなかった。"


def test_rows_and_findings_add_up():
    accounts = pd.DataFrame({"rows_read": [29, 67], "rows_used": [24, 24]})
    findings = pd.DataFrame({"severity": ["minor", "major", "critical", "minor"], "answer": None})
    text = found(findings, accounts)
    assert found(findings.assign(answer=[None, "はい", None, None]), accounts).endswith(
        "2件（うち1件は回答済み）である。"
    )
    assert "を使い、除いた行は無い。" in found(findings, accounts.assign(rows_used=accounts["rows_read"]))
    assert "2個のファイルの96行を読み、48行を使い、48行を" in text
    assert "4件" in text and "2件" in text


def test_what_waits_is_not_counted_as_a_proposal():
    text = proposals(pd.DataFrame({"change": ["keep", "content", "end", "end", PENDING, PENDING]}))
    assert text == "改める案は3件、いまのまま続ける案は1件、判断を保留したものは2件である。"


def test_catching_up_without_limits_has_no_direction():
    result = {"n": 10, "p_value": 1.0, "estimate": -0.3, "ci_low": -np.inf, "ci_high": np.inf}
    said = made_up(result)
    assert "言えない" in said and "低かった" not in said and "高かった" not in said


@pytest.mark.parametrize(("n", "persons"), [(2, 2), (4, 2)])
def test_catching_up_of_a_few_is_not_counted(n, persons):
    said = made_up({"n": n, "persons": persons, "p_value": np.nan, "estimate": 0.5}, 3)
    assert "判断保留" in said and not re.search(r"\d", said)
    assert "4件" in made_up({"n": 4, "persons": 4, "p_value": np.nan, "estimate": 0.5}, 3)
    # Courses may be left out for that: the sentence doesn't claim that there were none.
    assert "無いか、少ない" in closed_by_course(pd.DataFrame(columns=["n", "course"]))


@pytest.mark.parametrize(
    ("persons", "said", "unsaid"),
    [
        ({"persons": 0}, "52件あるが、補った回と補わなかった欠席の回の両方がある人がいない", "だけ"),
        ({"persons": 9}, "52件だけで", "両方がある人"),
        ({}, "52件だけで", "両方がある人"),
    ],
)
def test_where_all_caught_up_there_is_nothing_to_compare_with(persons, said, unsaid):
    text = made_up({"n": 52, "p_value": np.nan, "estimate": np.nan} | persons, 3)
    assert said in text and unsaid not in text and "補えるかどうかは言えない" in text


@pytest.mark.parametrize(
    ("courses", "code", "said"),
    [
        (["a"], "A", "一つの研修の回答による"),
        (list("abcde"), "A", "5研修の回答を合わせたもの"),
        (list("abcde"), "none", "理解度の回答が無い"),
        (["a"], "none", "理解度の回答が無い"),
    ],
)
def test_the_verdict_rests_on_answers_only_where_there_are_some(courses, code, said):
    text = counted(courses, code)
    assert said in text and ("による" in text or "合わせたもの" in text) == (code != "none")


def pool(p_value, strata=("R4", "R5")):
    rows = [(name, -0.7, -0.9, -0.5, 0.001) for name in (*strata, "pooled")] + [
        ("heterogeneity", 0.2, np.nan, np.nan, p_value)
    ]
    return pd.DataFrame(rows, columns=["analysis", "estimate", "ci_low", "ci_high", "p_value"])


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.325, "年度によって差の大きさが違うとまでは言えない（p=0.325）"),
        (0.001, "差の大きさは年度によって違う（p=0.001）"),
        (np.nan, "2年度を合わせると"),
    ],
)
def test_years_are_compared_as_years(p_value, said):
    """Courses are compared in another chapter, and may well differ where the years don't."""
    text = together(pool(p_value), 0.05)
    assert said in text and "研修" not in text
    assert "まだ一つだけ" in together(pool(p_value, ("R4",)), 0.05)


def test_what_can_be_found_is_told_apart_from_the_verdict():
    chances = pd.DataFrame(
        {
            "persons": 241,
            "sessions": 20,
            "share": 0.1902,
            "difference": [0.0, -0.5],
            "detectable": 0.2,
            "linked": [0.0, 0.92],
            "reversed": 0.0,
        }
    )
    text = planned(chances, 0.5)
    assert "差が0でないと8割の確率で検定で言えるのは、評価の差が0.20点以上" in text
    assert "「関連がある」という判定とは別" in text and "見つけられる" not in text
    assert "約19 %" in text and "19.0" not in text, "a course that is hidden would follow from the total"


@pytest.mark.parametrize(
    ("differences", "said"),
    [([-1.0] * 6 + [0.5] * 4, "低い人は6人、高い人は4人である"), ([-1.0] * 6 + [0.0] * 4, "高い人は0人、同じ人は4人")],
)
def test_nobody_s_own_difference_is_told(differences, said):
    text = of_each_person(pd.DataFrame({"difference": differences}))
    assert said in text and "一人ひとりの差は、その人の回答を明かすことになるので示さない" in text
    assert of_each_person(pd.DataFrame({"difference": []})) == "両方の回がある人がいない。"


@pytest.mark.parametrize(
    ("n", "said"),
    [
        ([0, 0], "満足度・実務への貢献度は、欠席した回と出席した回を比べられる形では尋ねていない"),
        ([0, 12], "実務への貢献度は、検定できない。満足度は、欠席した回と出席した回を比べられる形では尋ねていない"),
        ([9, 12], "満足度・実務への貢献度は、検定できない。"),
        ([], OTHERS_TOO_FEW),
    ],
)
def test_why_nothing_else_is_tested(n, said):
    text = not_asked(pd.DataFrame({"analysis": ["満足度", "実務への貢献度"][: len(n)], "n": n}))
    assert said in text and "理解度" not in text


def test_what_was_named_most_is_said():
    counts = pd.DataFrame({"label": ["財源", "時間"], "n": [8, 2]})
    assert most(counts, "label", 10).startswith("最も多かったのは「財源」")


def test_what_cannot_be_compared_is_not_counted():
    changed = pd.DataFrame(
        {
            "is_comparable": [True, False],
            "difference": [0.3, np.nan],
            "diff_low": [0.1, np.nan],
            "diff_high": [0.5, np.nan],
            "is_amended": [False, False],
        }
    )
    assert "比べられるものは1件で、変わったと言えるものは1件である" in came_of_it(changed)
    assert "変わったと言えるものは無い" in came_of_it(changed.assign(diff_low=-0.1))
    assert (
        came_of_it(changed.assign(is_comparable=False))
        == "前年度に採用した改定2件のうち、指標を前後で比べられるものは無い。"
    )
    assert "修正して" not in came_of_it(changed)
    assert "改定2件（うち案を修正して採用したもの1件）のうち" in came_of_it(changed.assign(is_amended=[True, False]))


def test_the_first_year_is_not_told_that_decisions_are_late():
    assert "最初の年度" in none_decided(True) and "まだ" not in none_decided(True)
    assert "まだ取り込まれていない" in none_decided(False)
