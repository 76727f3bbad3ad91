"""A year of several courses on one page: nothing is mixed, nothing is left out."""

import shutil

import pandas as pd

from pipeline.codebook import FOLDER, Codebook
from pipeline.evidence.course import answers
from pipeline.evidence.rows import COLUMNS
from pipeline.indicators import Indicators
from pipeline.menu.rules import PENDING
from pipeline.showing.course_views import lowest, named, programme, proposed, scorecard

INDICATORS = Indicators.of(Codebook("R5"))
COURSES = pd.DataFrame(
    {
        "course_id": ["no02", "no01", "trial"],
        "number": [2, 1, None],
        "title": ["一般", "幹部", "試行"],
        "is_priority": [True, False, False],
    }
)


def evidence(*rows):
    blank = dict.fromkeys(COLUMNS) | {"scale_id": "satisfaction5"}
    return INDICATORS.described(pd.DataFrame([blank | row for row in rows]))


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
        one("no02", 30, 0.7, scale_id="satisfaction4"),
        one("no01", 40, -0.9, evidence_id="association", code="linked", scale_id=None),
    )
    rows = scorecard(found, COURSES, INDICATORS).set_index("course_id")
    assert rows.index.tolist() == ["no02", "no01", "trial"]
    assert "4段階" in rows.loc["no02", "satisfaction"]
    assert "段階" not in rows.loc["no01", "satisfaction"] and "n=40" in rows.loc["no01", "satisfaction"]
    assert rows.loc["no01", "code"] == "関連がある" and pd.isna(rows.loc["no02", "code"])
    assert pd.isna(rows.loc["trial", "satisfaction"])


def test_a_mean_and_a_share_in_one_column_say_what_they_are():
    found = evidence(
        one("no01", 40, 0.6, evidence_id="comprehension", scale_id="comprehension5"),
        one("no02", 30, 3.4, evidence_id="session_comprehension", scale_id=None),
    )
    rows = scorecard(found, COURSES, INDICATORS).set_index("course_id")["comprehension"]
    assert rows["no01"] == "60.0 %\n（50.0～70.0 %）\nn=40"
    assert rows["no02"] == "平均3.40点\n（3.30～3.50点）\nn=30"


def test_the_lowest_share_is_not_that_of_a_handful():
    found = evidence(one("no01", 7, 0.1), one("no02", 30, 0.6))
    said = lowest(found, COURSES, "satisfaction", 5)
    assert said == (
        "「研修全体に満足（5段階の4・5）」の割合は、「No.2 一般」の60.0 %（95%信頼区間50.0～70.0 %、30人）である。"
        "「No.1 幹部」は、答えた人が10人に満たないため比べない。"
    )
    assert "15人に満たない" in lowest(found, COURSES, "satisfaction", 15)
    assert "満たない" in lowest(evidence(one("no01", 7, 0.1)), COURSES, "satisfaction", 5)


def test_courses_that_share_the_lowest_value_are_all_named():
    found = evidence(one("no01", 40, 0.6), one("no02", 30, 0.6), one("trial", 30, 0.7))
    said = lowest(found, COURSES, "satisfaction", 5)
    assert "最も低いのは「No.2 一般」の60.0 %" in said and "と「No.1 幹部」の60.0 %" in said and "試行" not in said
    assert "の割合は、どれも60.0 %である。" in lowest(found[:2], COURSES, "satisfaction", 5)


def test_one_course_alone_is_not_the_lowest():
    said = lowest(evidence(one("no01", 40, 0.6)), COURSES, "satisfaction", 5)
    assert "「No.1 幹部」の60.0 %" in said and "最も" not in said


def told(*rows):
    """Rows of (decision_id, change, waits, rules, rule_id) as ``reasons.told`` has them."""
    table = pd.DataFrame(rows, columns=["decision_id", "change", "waits", "rules", "rule_id"])
    return table.assign(
        course_id=table["decision_id"].str[:4], proposal="案", condition="条件", reason="理由", indicator=None
    )


def test_what_waits_for_data_comes_last_in_its_course():
    table = told(
        ("no01-pending", PENDING, True, 2, "R02、R04"),
        ("no01-R13", "keep", False, 1, "R13"),
        ("no02-R03", PENDING, False, 1, "R03"),
    )
    rows = proposed(table, COURSES, rules_are_listed=True)
    assert rows["proposal"].tolist() == ["案", "案", "データが足りず当てはめられない規則：R02、R04"]
    # Of a rule that had data enough to say that a matter waits, the reader is told for what.
    assert rows["condition"].fillna("").tolist() == ["条件。理由", "条件", ""]
    assert proposed(table, COURSES)["proposal"].iloc[-1] == "データが足りず当てはめられない規則が2ある"
    assert list(zip(rows["course_id"], rows["change"], strict=True)) == [
        ("no02", "判断保留（データ不足）"),
        ("no01", "継続"),
        ("no01", "判断保留（データ不足）"),
    ]


def test_a_course_asked_otherwise_is_not_called_the_lowest():
    found = evidence(one("no01", 40, 0.3, scale_id="satisfaction4"), one("no02", 30, 0.6), one("trial", 30, 0.7))
    said = lowest(found, COURSES, "satisfaction", 5)
    assert "最も低いのは「No.2 一般」の60.0 %" in said and "「No.1 幹部」は、尺度の段階が違うため比べない。" in said


def test_a_new_question_needs_a_line_and_no_code(tmp_path):
    """自信: from the answers to its column in the scorecard, its figure, the 要旨 and the public edition."""
    folder = shutil.copytree(FOLDER, tmp_path / "codebook")
    with (folder / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write(
            "confidence,,learning,自信が付いた（{points}段階の{upper}）,自信が付いた人,自信,rate,answers,answers,,"
            "confidence,2,4,course;year,confidence,1,自信が付いた人\n"
        )
    indicators = Indicators.of(Codebook("R5", folder))
    items = pd.DataFrame(
        [("q", "confidence", None, "agreement5", "自信が付きましたか")],
        columns=["item_id", "dimension", "session_id", "scale_id", "wording"],
    )
    given = pd.DataFrame({"item_id": "q", "value": [5.0] * 6 + [4.0] * 3 + [1.0] * 3})
    found = indicators.described(pd.DataFrame(answers("no01", given, items, 20, indicators), columns=COLUMNS))
    assert found[["indicator", "estimate"]].values.tolist() == [["自信が付いた（5段階の4・5）", 0.75]]
    assert scorecard(found, COURSES, indicators).set_index("course_id").loc["no01", "confidence"].startswith("75.0 %")
    assert indicators.scorecard["confidence"] == "自信" and indicators.in_public["confidence"] == "自信が付いた人"
    assert indicators["confidence"] in indicators.drawn
    assert indicators["confidence"] in indicators.headlines("year")
