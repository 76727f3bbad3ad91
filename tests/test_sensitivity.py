"""The sensitivity table: what its rows compare, and that none fails on a poor year."""

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import codes
from pipeline.inference import within
from pipeline.inference.panel import Panel, cells
from pipeline.inference.plan import Plan
from pipeline.inference.results import RESULT_COLUMNS, holm
from pipeline.inference.sensitivity import disagreeing, secondary, sensitivity
from tests.cohorts import PLAN
from tests.years import SESSIONS, year

ANALYSES = list(codes("sensitivity"))
FEW = PLAN | {"draws": 999}


def sensitive(*tables, **more):
    return sensitivity(*tables, FEW, SESSIONS, **more).set_index("analysis")


def test_all_methods_see_a_planted_link():
    found = sensitive(*year(1, -1.0, persons=60))
    assert list(found.reset_index().columns) == RESULT_COLUMNS
    assert found.index.tolist() == ANALYSES
    same = ["studentised", "both_margins", "cr2", "mundlak_within"]
    assert found.loc[same, "estimate"].to_numpy() == pytest.approx(found.estimate["primary"])
    assert (found.loc[["primary", *same, "cumulative_logit"], "ci_high"] < 0).all()
    assert found.ci_low["carry_over"] < 0 < found.ci_high["carry_over"]
    assert disagreeing(found.reset_index(), 0.05) == []


def test_a_planted_carry_over_is_found_and_told_from_the_session_itself():
    ratings, attendance = year(5, -0.6, persons=80)
    missed = attendance.assign(m=attendance["status"] == "absent").pivot(
        index="participant_id", columns="session_id", values="m"
    )[SESSIONS["session_id"]]
    before = missed.shift(axis=1, fill_value=False).stack().rename("before").reset_index()
    later = ratings.merge(before, on=["participant_id", "session_id"])
    later["rating"] = (later["rating"] - 0.8 * later["before"]).clip(1, 5)
    found = sensitive(later.drop(columns="before"), attendance)
    assert found.ci_low["carry_over"] < -0.75 < found.ci_high["carry_over"] < -0.4
    assert found.ci_low["given_carry_over"] < -0.6 < found.ci_high["given_carry_over"]


def test_sessions_follow_their_number_not_their_name():
    ratings, attendance = year(5, -0.6)
    later = {f"trial-{n}": f"trial-{n + 6}" for n in range(1, 8)}  # trial-10 sorts before trial-7
    renamed = [t.assign(session_id=t["session_id"].map(later)) for t in (ratings, attendance)]
    sessions = SESSIONS.assign(session_id=SESSIONS["session_id"].map(later))
    found = sensitivity(*renamed, FEW, sessions).set_index("analysis").loc["carry_over"]
    wanted = sensitive(ratings, attendance).loc["carry_over"]
    assert found["estimate"] == pytest.approx(wanted["estimate"], abs=1e-9)


def test_late_and_recorded_cells_change_sides():
    ratings, attendance = year(2, persons=40, video=0.3)
    plan = Plan.parse(FEW)
    found = sensitive(ratings, attendance)
    counts = attendance["status"].value_counts()
    assert found.n["late_missed"] == found.n["primary"]
    assert found.n["recording_missed"] == found.n["primary"] + counts["recording"]
    late = attendance.assign(status=attendance["status"].replace("late", "absent"))
    moved = cells(ratings, late, plan).table["missed"].sum()
    assert moved == counts["absent"] + counts["late"]
    assert found.estimate["late_missed"] != found.estimate["primary"]
    # Half of the gap is closed by a recording: calling it missed dilutes the link.
    assert abs(found.estimate["recording_missed"]) < 1


def test_an_absence_made_up_for_by_date_counts_as_recorded():
    ratings, attendance = year(2, persons=40, video=0.3)
    dated = attendance.assign(
        caught_up_on=pd.Timestamp("2022-10-01"), status=attendance["status"].replace("recording", "absent")
    )
    dated["caught_up_on"] = dated["caught_up_on"].where(attendance["status"] == "recording")
    left, right = sensitive(ratings, attendance), sensitive(ratings, dated)
    columns = ["n", "estimate", "ci_low", "ci_high", "p_value"]
    pd.testing.assert_frame_equal(left[columns], right[columns])


def test_straight_lined_forms_are_left_out():
    ratings, attendance = year(3, -1.0, persons=40)
    lined = ratings.assign(rating=ratings["rating"].mask(ratings["participant_id"] < "p20", 4))
    found = sensitive(lined, attendance)
    assert found.n["no_straight_lines"] == found.n["primary"] - 20 * 7
    assert found.estimate["no_straight_lines"] < found.estimate["primary"] - 0.2
    assert "20人" in found.method["no_straight_lines"]


def test_the_tipping_point_balances_all_persons_to_zero():
    ratings, attendance = year(4, -0.8, persons=40, silent=10)
    row = sensitive(ratings, attendance).loc["tipping_point"]
    assert row["n"] == 10
    missed = attendance.assign(m=attendance["status"] == "absent").groupby("participant_id")["m"]
    weight = missed.sum() * (7 - missed.sum()) / 7
    silent = weight.index >= "p30"
    share = weight[silent].sum() / weight.sum()
    beta = sensitive(ratings, attendance).estimate["primary"]
    assert (1 - share) * beta + share * row["estimate"] == pytest.approx(0, abs=1e-9)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_worst_cases_are_reached_by_some_answers_and_by_none_exceeded():
    ratings, attendance = year(4, -0.8, persons=12, silent=2)
    row = sensitive(ratings, attendance).loc["worst_cases"]
    rng = np.random.default_rng(1)
    blank = attendance[attendance["participant_id"] >= "p10"].drop(columns="status")
    for _ in range(20):
        guess = blank.assign(rating=rng.integers(1, 6, len(blank)).astype(float))
        filled = cells(pd.concat([ratings, guess]), attendance, Plan.parse(FEW))
        estimate = within.estimate(Panel.of(filled.table))
        assert row["ci_low"] <= estimate <= row["ci_high"]
    assert row["n"] == len(blank)


def test_everybody_answering_leaves_no_tipping_point_and_no_worst_case():
    found = sensitive(*year(1))
    assert np.isnan(found.estimate["tipping_point"])
    assert found.ci_low["worst_cases"] == pytest.approx(found.estimate["primary"])
    assert found.ci_high["worst_cases"] == pytest.approx(found.estimate["primary"])


def test_a_quiz_is_compared_within_persons_too():
    ratings, attendance = year(1, -1.0, persons=60)
    quiz = ratings.assign(correct=(ratings["rating"] >= 4).astype(int)).drop(columns="rating")
    row = sensitive(ratings, attendance, quiz=quiz).loc["quiz"]
    assert -1 < row["estimate"] < 0 and row["p_value"] < 0.05


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_year_without_absences_or_attendance_has_a_full_table_of_nothing(share):
    found = sensitive(*year(1, persons=6, share=share))
    assert found.index.tolist() == ANALYSES
    assert found.loc["primary":"given_carry_over", "estimate"].isna().all()
    assert found["method"].ne("").all()


def test_an_empty_year_has_a_full_table_of_nothing():
    ratings, attendance = year(1)
    found = sensitive(ratings.head(0), attendance)
    assert found.index.tolist() == ANALYSES and found["p_value"].isna().all()


def test_a_check_on_the_other_side_of_alpha_is_named():
    p = {"primary": 0.03, "studentised": 0.06, "both_margins": 0.04, "cr2": np.nan}
    results = pd.DataFrame({"analysis": list(p), "p_value": list(p.values())})
    assert disagreeing(results, 0.05) == ["studentised"]
    assert disagreeing(results.assign(p_value=np.nan), 0.05) == []


def test_secondary_outcomes_share_one_family_and_untested_ones_are_listed():
    ratings, attendance = year(1, -0.5)
    other, _ = year(2, -0.5)
    flat = ratings.assign(rating=4)
    plan = FEW | {"secondary": ["satisfaction", "usefulness", "clarity", "interest"]}
    outcomes = {"satisfaction": ratings, "usefulness": other, "clarity": flat}
    found = secondary(outcomes, attendance, plan).set_index("analysis")
    assert found.index.tolist() == plan["secondary"]
    smaller = found["p_value"].min()
    assert found["p_adjusted"].min() == pytest.approx(min(1, 2 * smaller))
    assert found.loc[["clarity", "interest"], "p_adjusted"].isna().all()
    assert "調査していない" in found.method["interest"]


def test_holm_against_a_worked_example():
    assert holm([0.01, 0.04, 0.03, np.nan, 0.005]) == pytest.approx([0.03, 0.06, 0.06, np.nan, 0.02], nan_ok=True)
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []
