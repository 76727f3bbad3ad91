"""The tables of the association report: what is hidden reads 「x」, what is not there 「-」, the rest adds up."""

import numpy as np
import pandas as pd

from pipeline.inference.sensitivity import sensitivity
from pipeline.showing import association_views as views
from pipeline.showing import summary
from pipeline.showing.association_sentences import OFF_AXIS, outside_the_range, robust
from pipeline.showing.course_sentences import by_course
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED
from tests.cohorts import PLAN, cells_of, cohort

INTERNAL = (3,)


def analyses(**estimates):
    rows = [(name, 142, e, e - 0.4, e + 0.4, 0.001, np.nan, "方法") for name, e in estimates.items()]
    return pd.DataFrame(
        rows, columns=["analysis", "n", "estimate", "ci_low", "ci_high", "p_value", "p_adjusted", "method"]
    )


def test_the_range_of_the_sentence_is_the_range_of_the_figure():
    """−0.75 of the previous session's absences stood in the figure, and not in the sentence above it."""
    found = analyses(
        primary=-0.67, given_carry_over=-0.75, recording_missed=-0.51, mundlak_between=-1.13, cumulative_logit=-2.15
    )
    drawn = views.forest_rows(found)["estimate"]
    assert "−0.75～−0.51点" in robust(found, []) and (drawn.min(), drawn.max()) == (-0.75, -0.51)
    told = outside_the_range(found)[0]
    assert "個人間（交絡あり）" in told and "順序ロジット" in told and "前の回の欠席を考えた" not in told


def test_every_analysis_of_the_table_is_in_the_range_or_named_as_outside_it():
    data = cohort(3, -0.8)
    ratings = data.table[["participant_id", "session_id", "rating"]]
    attendance = data.table.assign(status=np.where(data.table["missed"] == 1, "absent", "present"))
    found = sensitivity(ratings, attendance[["participant_id", "session_id", "status"]], PLAN | {"draws": 299})
    in_table = set(views.sensitivity_rows(found, INTERNAL)["analysis"])
    in_range, told = set(views.forest_rows(found)["label"]), " ".join(outside_the_range(found))
    outside = {views.LABELS[a] for a in OFF_AXIS}
    assert in_table and all(name in in_range or name in outside and f"「{name}」" in told for name in in_table)
    # What couldn't be done is a sentence, and no row of dashes.
    assert "小テストの正答率" not in in_table and "小テストの正答率（小テストは行っていない）" in told


def test_few_people_of_a_sensitivity_analysis_are_not_counted():
    found = analyses(primary=-0.7, no_straight_lines=-0.8, tipping_point=9.1)
    found["method"] = ["方法", "全問同じ評価の人を除く（2人）", "方法"]
    found["n"] = [142, 130, 2]
    shown = views.sensitivity_rows(found, INTERNAL)
    assert shown["n"].tolist() == [142, 130, "x"] and "2人" not in " ".join(shown["method"])
    kept = views.sensitivity_rows(found.assign(method="除く（12人）"), INTERNAL)
    assert kept["method"].eq("除く（12人）").all()
    assert views.sensitivity_rows(found.iloc[:0], INTERNAL).empty


def test_doses_of_nobody_have_no_mean_and_those_of_few_are_hidden():
    missed = np.zeros((21, 4), int)
    missed[9:13, 0] = 1  # four people missed one session
    missed[15:, :3] = 1  # six missed three
    rated = np.full((21, 4), 3) + (np.arange(21) % 2)[:, None]
    rows = views.dose_rows(cells_of(rated, missed), INTERNAL).set_index("dose")
    assert rows["n"].to_dict() == {"0回": 11, "1回": 4, "2回": 0, "3回以上": 6}
    assert rows.loc["1回", "mean"] == "x", "no mean of fewer than five people"
    missed[13:15, :2] = 1  # two missed two: another number goes with theirs
    rows = views.dose_rows(cells_of(rated, missed), INTERNAL).set_index("dose")
    assert rows["n"].to_dict() == {"0回": 9, "1回": "x", "2回": "x", "3回以上": 6}
    nobody = views.dose_rows(cells_of(np.full((6, 4), 3), np.zeros((6, 4), int)), INTERNAL).set_index("dose")
    assert nobody.loc["1回", "n"] == 0 and pd.isna(nobody.loc["1回", "mean"])


def test_sessions_that_are_hidden_read_x_whatever_is_known_of_them():
    found = pd.DataFrame({"analysis": ["s1", "s2"], "n": [5, 3]}).assign(
        **dict.fromkeys(["estimate", "ci_low", "ci_high", "p_value", "p_adjusted"], 0.1)
    )
    sessions = pd.DataFrame({"session_id": ["s1", "s2"], "course_id": "a", "number": [1, 2], "title": ["甲", "乙"]})
    rows = views.session_rows(found, sessions, {"s1"}).set_index("session_name")
    assert rows.loc["第1回 甲", ["n", "estimate", "ci_low", "p_value", "p_adjusted"]].eq("x").all()
    assert rows.loc["第2回 乙", "n"] == 3


def test_session_summary_tells_who_was_away_as_the_annual_report_does():
    summary = pd.DataFrame(
        {
            "session_id": ["s1", "s2"],
            "number": [1, 2],
            "title": "題",
            "missed": [2, 5],
            "answers": [4, 20],
            "mean": [3.5, 3.6],
        }
    )
    attended = pd.DataFrame({"session_id": ["s1", "s2"], "not_attended": ["x", 8]})
    rows = views.session_summary_rows(summary, attended)
    assert rows["not_attended"].tolist() == ["x", 8] and rows["mean"].tolist() == ["x", 3.6]


def test_what_was_left_out_is_told_without_numbers_of_a_few():
    left_out = pd.DataFrame(
        [
            ("cell", "caught_up", "recording", 4),
            ("cell", "other_status", "not_target", 1),
            ("cell", "other_status", "unknown", 2),
            ("cell", "unrated", "absent", 3),
            ("cell", "unrated", "absent_duty", 1),
            ("cell", "unrated", "present", 15),
            ("person", "unrated", "", 2),
        ],
        columns=["unit", "reason", "status", "n"],
    )
    rows = views.left_out_rows(left_out, INTERNAL)
    assert rows["n"].tolist() == [4, 3, 4, 15, "x"]
    assert rows["status_label"].tolist()[1:3] == ["対象外、不明", "公務による欠席、欠席"]
    assert views.left_out_rows(left_out.iloc[:0], INTERNAL).empty
    many = pd.DataFrame(
        [("cell", "unrated", s, 1) for s in ("late", "early", "unknown", "absent_duty")], columns=left_out.columns
    )
    assert views.left_out_rows(many, INTERNAL)[["status_label", "n"]].to_numpy().tolist() == [["そのほか", 4]]


def test_contributors_of_a_few_do_not_follow_from_the_others():
    case = {
        "persons": 22,
        "informative_persons": 13,
        "all_attended": 8,
        "all_missed": 1,
        "persons_left_out": 2,
        "cells": 142,
        "missed_cells": 21,
    }
    rows = views.contributors(pd.DataFrame([case]), INTERNAL)["n"].tolist()
    assert rows[0] == 22 and rows[3] == "x" and "x" in rows[1:3] and rows[4] == "x" and rows[5:] == [142, 21]
    enough = views.contributors(pd.DataFrame([case | {"all_missed": 0, "all_attended": 9}]), INTERNAL)["n"].tolist()
    assert enough[1:4] == [13, 9, 0]


def test_no_comparison_between_people_rests_on_a_few_who_missed():
    results = pd.DataFrame({"analysis": ["within_sessions", "kendall"], "n": [21, 2], "estimate": [-2.68, 0.3]})
    verdict = pd.DataFrame({"missed_cells": [8]})
    assert views.fallback_rows(results, verdict, INTERNAL)["n"].tolist() == [21]
    assert views.fallback_rows(results, verdict.assign(missed_cells=2), INTERNAL).empty


def test_what_is_hidden_is_not_said_to_be_impossible():
    nothing = pd.DataFrame(columns=["course", "course_id", "analysis", "n", "estimate", "p_value", "code", "reason"])
    courses = pd.DataFrame({"course_id": ["no01"], "number": [1], "title": ["一"]})
    for said in (robust(nothing, []), by_course(nothing, True), summary.by_course(nothing, courses, True)):
        assert TOO_FEW_COMPARED in said
    assert "2回以上" in by_course(nothing) and "2回以上" in summary.by_course(nothing, courses)
