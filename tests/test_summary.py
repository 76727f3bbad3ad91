"""The 要旨 of a year of several courses: what a reader of one page must not be told wrongly."""

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.evidence.rows import YEAR
from pipeline.indicators import Indicators
from pipeline.menu.rules import PENDING
from pipeline.showing import summary

INDICATORS = Indicators.of(Codebook("R5"))
COURSES = pd.DataFrame(
    {
        "course_id": ["no01", "no02", "no03", "no04"],
        "number": pd.array([1, 2, 3, None], "Int64"),
        "title": ["一", "二", "三", "特別研修"],
    }
)
MAIN = pd.DataFrame([{"analysis": "primary", "n": 850, "estimate": -0.67, "ci_low": -0.81, "ci_high": -0.53}])
VERDICT = pd.DataFrame([{"code": "linked", "persons": 206}])


def evidence(*rows):
    columns = ["evidence_id", "course_id", "scale_id", "n", "estimate", "ci_low", "ci_high"]
    return INDICATORS.described(pd.DataFrame(rows, columns=columns))


EVERYBODY = ("completed_all", YEAR, None, 248, 0.887, 0.842, 0.921)
SATISFIED = evidence(
    EVERYBODY,
    ("satisfaction", "no01", "satisfaction5", 53, 0.75, 0.6, 0.8),
    ("satisfaction", "no02", "rating5", 50, 0.45, 0.4, 0.5),
    ("satisfaction", "no03", "satisfaction4", 135, 0.99, 0.9, 1.0),
    ("satisfaction", "no04", "satisfaction5", 9, 0.0, 0.0, 0.3),
)


def figures(evidence=SATISFIED, verdict=VERDICT, least=5):
    return summary.figures(evidence, MAIN, verdict, COURSES, INDICATORS, least).set_index("indicator")


def test_a_range_is_of_courses_asked_in_the_same_way_and_of_enough_answers():
    row = figures().loc["研修全体に満足した人（5段階で尋ねた2研修）"]
    assert row["measured"] == "45.0 %（No.2）～75.0 %（No.1）"
    assert row["n"] == 103
    both = figures(SATISFIED.assign(estimate=0.75)).loc["研修全体に満足した人（5段階で尋ねた2研修）"]
    assert both["measured"] == "75.0 %（No.1・No.2）"
    alone = figures(least=51).loc["研修全体に満足した人（5段階で尋ねた1研修）"]
    assert alone["measured"] == "75.0 %（No.1）"


def test_each_figure_has_its_interval_and_its_n():
    table = figures()
    assert table.loc["●必須の研修をすべて修了した人", "measured"] == "88.7 %（84.2～92.1 %）"
    assert table.loc["欠席した回と出席した回の理解度の差", "measured"] == "−0.67点（−0.81～−0.53点）"
    assert table.loc["欠席した回と出席した回の理解度の差", "n"] == 206


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"evidence": SATISFIED[SATISFIED["course_id"] != YEAR]}, "●必須の研修をすべて修了した人"),
        ({"verdict": VERDICT.assign(code="untestable")}, "欠席した回と出席した回の理解度の差"),
    ],
    ids=["nobody had to", "no test"],
)
def test_a_figure_that_a_year_does_not_have_is_not_listed(change, gone):
    assert gone in figures().index
    assert gone not in figures(**change).index


def test_the_verdicts_of_the_courses_are_named_one_by_one():
    results = pd.DataFrame(
        {
            "course_id": ["no01", "no02", "no03"],
            "estimate": [-0.9, -1.04, 0.0],
            "code": ["linked", "linked", "undecided"],
        }
    )
    assert summary.by_course(results, COURSES) == (
        "研修ごとに見ると、欠席した回の理解度は、No.1（−0.9点）・No.2（−1.0点）で低い。"
        "No.3では差があるとも無いとも言えない。"
    )


def test_a_course_that_is_changed_is_not_also_said_to_be_kept():
    table = pd.DataFrame(
        [
            ("method", "no02", "録画を足す"),
            ("method", "no04", "録画を足す"),
            ("keep", "no01", "続ける"),
            ("keep", "no02", "引き継ぐ"),
            (PENDING, "no03", "補うか"),
        ],
        columns=["change", "course_id", "proposal"],
    ).assign(reason="差が縮む", rule_id=["R04", "R04", "R13", "R17", "R02"])
    assert summary.proposals(table, COURSES).fillna("").values.tolist() == [
        ["方法変更", "No.2 二、特別研修", "録画を足す", "差が縮む"],
        ["継続", "No.1", summary.KEEP, ""],
        ["判断保留（データ不足）", "No.3", summary.WAITING, ""],
    ]
