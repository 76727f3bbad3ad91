"""A year of several courses on one page: nothing is mixed, nothing is left out."""

import numpy as np
import pandas as pd
import pytest

from pipeline.evidence import COLUMNS
from pipeline.menu import PENDING
from pipeline.showing.course_views import five_points, lowest, named, programme, proposed, scorecard

COURSES = pd.DataFrame(
    {
        "course_id": ["no02", "no01", "trial"],
        "number": [2, 1, None],
        "title": ["一般", "幹部", "試行"],
        "is_priority": [True, False, False],
    }
)


def evidence(*rows):
    blank = dict.fromkeys(COLUMNS) | {"unit": "rate", "indicator": "満足（5段階の4・5）"}
    return pd.DataFrame([blank | row for row in rows])


def one(course_id, n, estimate, **more):
    return {
        "course_id": course_id,
        "evidence_id": "satisfaction",
        "n": n,
        "estimate": estimate,
        "ci_low": estimate - 0.1,
        "ci_high": estimate + 0.1,
    } | more


def test_rows_stand_in_the_order_of_the_menu_under_the_course_s_name():
    table = named(pd.DataFrame({"course_id": ["trial", "no01", "no02", "no99"]}), COURSES)
    assert table["course"].tolist() == ["No.2 一般", "No.1 幹部", "試行"]


def test_priority_is_a_sign_and_not_a_colour():
    assert programme(COURSES)["priority"].tolist() == ["◆", "", ""]


def test_the_scorecard_has_every_course_and_says_where_the_scale_was_another():
    found = evidence(
        one("no01", 40, 0.8),
        one("no02", 30, 0.7, indicator="満足（4段階の3・4）"),
        one("no01", 40, -0.9, evidence_id="association", code="linked"),
    )
    rows = scorecard(found, COURSES).set_index("course_id")
    assert rows.index.tolist() == ["no02", "no01", "trial"]
    assert "4段階" in rows.loc["no02", "satisfaction"]
    assert "段階" not in rows.loc["no01", "satisfaction"] and "n=40" in rows.loc["no01", "satisfaction"]
    assert rows.loc["no01", "code"] == "関連がある" and pd.isna(rows.loc["no02", "code"])
    assert pd.isna(rows.loc["trial", "satisfaction"])


def test_a_mean_and_a_share_in_one_column_say_what_they_are():
    found = evidence(
        one("no01", 40, 0.6, evidence_id="comprehension", indicator="理解できた（5段階の4・5）"),
        one("no02", 30, 3.4, evidence_id="comprehension", unit="score", indicator="各回の理解度の平均（1～5）"),
    )
    rows = scorecard(found, COURSES).set_index("course_id")["comprehension"]
    assert rows["no01"] == "60.0 %\n（50.0～70.0 %）\nn=40"
    assert rows["no02"] == "平均3.40点\n（3.30～3.50点）\nn=30"


def test_the_lowest_share_is_not_that_of_a_handful():
    found = evidence(one("no01", 7, 0.1), one("no02", 30, 0.6))
    said = lowest(found, COURSES, "satisfaction")
    assert said == (
        "「満足（5段階の4・5）」の割合は、示せる1研修で60.0 %（「No.2 一般」）である。"
        "「No.1 幹部」は、答えた人が10人に満たないため比べない。"
    )
    assert "満たない" in lowest(evidence(one("no01", 7, 0.1)), COURSES, "satisfaction")


def test_bars_are_drawn_for_five_points_only():
    items = pd.DataFrame(
        {
            "item_id": ["a", "b", "c"],
            "instrument_id": ["no01-course5", "no02-course4", "no01-course5"],
            "dimension": ["satisfaction", "satisfaction", "usefulness"],
            "session_id": [None] * 3,
            "scale_id": ["five", "four", "five"],
        }
    )
    assert five_points(items, COURSES, "satisfaction", {"five": 5, "four": 4}) == {"a": "No.1 幹部"}


def test_what_waits_for_data_comes_last_in_its_course():
    table = pd.DataFrame(
        [("no01", PENDING, "R02、R04"), ("no01", "継続", "R13"), ("no02", PENDING, "R03")],
        columns=["course_id", "change", "rule_id"],
    ).assign(
        unit="rate",
        estimate=np.nan,
        ci_low=np.nan,
        ci_high=np.nan,
        proposal="案",
        condition="条件",
        reason="理由",
        indicator=None,
        decision_id=["no01-pending", "no01-R13", "no02-R03"],
    )
    rows = proposed(table, COURSES, PENDING, rules_are_listed=True)
    assert rows["proposal"].tolist() == ["案", "案", "データが足りず当てはめられない規則：R02、R04"]
    assert rows["condition"].isna().tolist() == [False, False, True]
    assert proposed(table, COURSES, PENDING)["proposal"].iloc[-1] == "データが足りず当てはめられない規則が2ある"
    assert list(zip(rows["course_id"], rows["change"], strict=True)) == [
        ("no02", PENDING),
        ("no01", "継続"),
        ("no01", PENDING),
    ]


@pytest.mark.parametrize(
    ("decision_id", "change", "indicator", "estimate", "measured", "condition"),
    [
        ("no01-R99", "継続", None, np.nan, None, "条件"),  # no number is missing: none is asked for
        ("no01-pending", PENDING, "差", np.nan, "データ不足", "条件"),
        # Data enough to say that a matter waits: the reader is told for what.
        ("no01-R02", PENDING, "差", 0.5, "50.0 %", "条件。理由"),
    ],
)
def test_what_lacks_data_is_told_from_what_needs_none(decision_id, change, indicator, estimate, measured, condition):
    table = pd.DataFrame(
        [
            {
                "decision_id": decision_id,
                "course_id": "no01",
                "change": change,
                "rule_id": decision_id[5:],
                "unit": "rate",
                "indicator": indicator,
                "estimate": estimate,
                "ci_low": np.nan,
                "ci_high": np.nan,
                "proposal": "案",
                "condition": "条件",
                "reason": "理由",
            }
        ]
    )
    [row] = proposed(table, COURSES, PENDING).to_dict("records")
    assert (row["measured"] if pd.notna(row["measured"]) else None, row["condition"]) == (measured, condition)


@pytest.mark.parametrize(
    ("worst", "said"),
    [
        (0.02, "割合が最も低いのは「No.1"),
        (np.nan, "示せる1研修で42.0 %（「No.2 二」）である。「No.1 一」は、人数の少ない"),
    ],
)
def test_none_is_called_the_lowest_where_the_lowest_may_be_hidden(worst, said):
    courses = pd.DataFrame({"course_id": ["no01", "no02"], "number": pd.array([1, 2], "Int64"), "title": ["一", "二"]})
    table = pd.DataFrame(
        [("usefulness", "no01", "貢献する", 43, worst), ("usefulness", "no02", "貢献する", 143, 0.42)],
        columns=["evidence_id", "course_id", "indicator", "n", "estimate"],
    )
    table = table.assign(ci_low=0.01, ci_high=0.5)
    assert said in lowest(table, courses, "usefulness")
