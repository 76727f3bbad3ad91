"""What came of a year's training as evidence: linked where the office says so, counted, never attributed."""

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.evidence.course import completion_evidence, stated_evidence
from pipeline.evidence.improvements import improvement_evidence
from pipeline.evidence.kpi import kpi_evidence
from pipeline.evidence.rows import COLUMNS, COUNTED, YEAR, joined
from pipeline.evidence.working_groups import group_summary, working_group_evidence
from pipeline.indicators import Indicators
from pipeline.menu.proposals import propose
from pipeline.menu.rules import parsed, read_rules
from pipeline.schema import conform
from pipeline.showing.course_views import WHOLE_YEAR, by_level

INDICATORS = Indicators.of(Codebook("R5"))
COURSES = pd.DataFrame({"course_id": ["no05", "no06"], "number": [5, 6], "title": ["改善", "データ"]})


def reports(*rows):
    """Reports of (office, DX, courses, hours)."""
    return conform(
        "improvements",
        [
            {
                "report_id": f"{n}",
                "office": office,
                "title": "件名",
                "category": 1,
                "is_dx": is_dx,
                "course_ids": courses,
                "hours_saved": hours,
                "source_ref": f"一覧.xlsx!Sheet1!A{n}",
            }
            for n, (office, is_dx, courses, hours) in enumerate(rows, start=2)
        ],
    )


REPORTS = reports(
    ("総務課", True, "no05", 100.0),
    ("税務課", None, "no05;no06", 20.0),
    ("税務課", False, "no05", None),
    ("住民課", True, None, 500.0),
)


def found(course_id):
    table = improvement_evidence(REPORTS)
    return table[table["course_id"] == course_id].set_index("evidence_id")


def test_what_the_menu_says_of_a_course_can_propose():
    """A column of the menu is an indicator as soon as both tables know it; a course that says nothing has no row."""
    stated = stated_evidence(COURSES.assign(cost=[80_000.0, np.nan], hours=2.0), INDICATORS)
    assert stated[["evidence_id", "course_id", "n", "estimate"]].values.tolist() == [["cost", "no05", 1, 80_000.0]]
    [first] = Codebook("R5").read("menu_rules").query("rule_id == 'R08'").to_dict("records")
    dear = first | {"evidence_id": "cost", "column": "estimate", "operator": ">=", "value": "50000", "min_n": "1"}
    dear |= {"change": "method", "proposal": "オンラインでの開催に改める", "unless": "", "asked": "1"}
    [proposal] = propose(stated, parsed(pd.DataFrame([dear]), INDICATORS)).to_dict("records")
    assert (proposal["course_id"], proposal["state"], proposal["estimate"]) == ("no05", "speaks", 80_000.0)


def test_reports_count_for_the_courses_that_they_name():
    own = found("no05")
    names = ["related_improvements", "related_dx_improvements", "related_hours_saved", "improving_offices"]
    assert own["estimate"].to_dict() == dict(zip(names, [3, 1, 120, 2], strict=True))
    # DX not stated is not 「no」, hours not stated are not 0: n says how many said anything.
    assert own["n"].to_dict() == dict(zip(names, [3, 2, 2, 3], strict=True))
    assert found("no06").loc["related_hours_saved", "estimate"] == 20  # named beside another: not divided


def test_the_year_has_also_the_reports_that_name_no_course():
    own = found(YEAR)
    assert own["estimate"].to_dict() == {"improvements": 4, "dx_improvements": 2, "hours_saved": 620}


def test_what_is_counted_has_no_interval_and_no_base():
    table = joined(
        improvement_evidence(REPORTS),
        kpi_evidence(
            pd.DataFrame(
                [
                    ("比率", "%", "R4", 12.5, None),
                    ("比率", "%", "R5", 21.1, None),
                    ("件数", "件", "R5", None, "not_applicable"),
                ],
                columns=["indicator", "unit", "fiscal_year", "value", "missing_reason"],
            ),
            "R5",
        ),
    )
    assert table.columns.tolist() == COLUMNS
    assert table[["ci_low", "ci_high", "base", "p_value"]].isna().all(axis=None)
    assert set(table["method"]) == {COUNTED}
    kpi = table[table["evidence_id"] == "kpi"]  # of this year only, in its own unit, if there is such a thing
    assert kpi[["course_id", "estimate"]].values.tolist() == [[YEAR, 21.1]]
    told = INDICATORS.described(table)
    assert set(told["level"]) == {"results"}
    assert told[["indicator", "unit"]].values.tolist()[-1] == ["KPI：比率", "%"]
    assert improvement_evidence(reports()).empty


def test_a_working_group_that_still_talks_has_not_gone_beyond():
    meetings = pd.DataFrame(
        [
            ("m1", "予約", "総務課", "2023-06-01", 6, 3, "方針検討"),
            ("m2", "予約", "総務課", "2023-09-01", 4, 2, "企画書"),
            ("m3", "窓口", "住民課", "2023-07-01", 5, 5, "方針検討"),
        ],
        columns=["meeting_id", "theme", "lead_office", "held_on", "members", "attended", "phase"],
    )
    table = working_group_evidence(group_summary(meetings)).set_index("evidence_id")
    assert table["estimate"].to_dict() == pytest.approx({"wg_meetings": 3, "wg_beyond": 1, "wg_attended": 10 / 15})
    assert table["n"].to_dict() == {"wg_meetings": 3, "wg_beyond": 2, "wg_attended": 15}
    assert set(table["course_id"]) == {YEAR}
    assert working_group_evidence(group_summary(meetings.iloc[:0])).empty


@pytest.mark.parametrize(
    ("rows", "speaks"),
    [
        ([("総務課", True, "no05", 9.0), ("税務課", True, "no05", 9.0), ("住民課", True, "no05", 9.0)], True),
        ([("総務課", True, "no05", 900.0)], False),  # one report, however large
        ([("総務課", True, "no05", 9.0)] * 5, False),  # one office that writes much
        ([("総務課", True, "no05", 9.0), ("税務課", True, "no05", 9.0), ("住民課", True, "no05", None)], False),
    ],
)
def test_only_the_hours_of_three_offices_speak_for_a_course(rows, speaks):
    rules = [r for r in read_rules(Codebook("R5")) if r.evidence_id in ("improving_offices", "")]
    table = improvement_evidence(reports(*rows))
    proposed = propose(table[table["course_id"] != YEAR], rules)
    # Too few reports are no 「判断保留」 either: nobody was asked to write one.
    assert proposed["rule_id"].tolist() == (["R17"] if speaks else ["R99"])


def test_on_the_page_the_levels_stand_in_order_and_the_year_comes_last():
    asked = completion_evidence(
        pd.DataFrame({"course_id": ["no06"], "n": [20], "estimate": [0.9], "ci_low": [0.7], "ci_high": [0.97]}),
        pd.DataFrame({"n": [40], "estimate": [0.8], "ci_low": [0.65], "ci_high": [0.9]}),
    ).assign(base=25)
    table = by_level(INDICATORS.described(joined(improvement_evidence(REPORTS), asked)), COURSES)
    assert table["course"].tolist() == ["No.5"] * 4 + ["No.6"] * 5 + [WHOLE_YEAR] * 4
    six = table[table["course"] == "No.6"]
    assert six["level"].tolist() == ["学習"] + ["成果"] * 4
    assert six["answer_rate"].iloc[0] == 0.8 and np.isnan(six["answer_rate"].iloc[1])
    shown = dict(zip(table["course"] + table["evidence_id"], table["measured"], strict=True))
    assert shown["No.5related_hours_saved"] == "120時間" and shown["No.5related_improvements"] == "3"
    # 3 of 3 reports says nothing; 1 of the 2 that state it does.
    n = dict(zip(table["course"] + table["evidence_id"], table["n"], strict=True))
    assert pd.isna(n["No.5related_improvements"]) and n["No.5related_dx_improvements"] == 2
