"""A year of several courses: the year's design, every course by itself, Holm over them."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.inference import courses as by
from pipeline.inference.association import primary
from pipeline.inference.cohort import Design, cohort
from pipeline.inference.layout import Layout, layout, outcomes
from pipeline.inference.panel import cells
from pipeline.inference.plan import Plan
from pipeline.inference.planning import attended_or_missed, chances
from pipeline.inference.pooling import SEPARATOR, pooled
from pipeline.inference.sensitivity import sensitivity
from pipeline.preparing.prepare import prepare
from pipeline.store import Store
from pipeline.year import Year
from tests.cohorts import PLAN
from tests.years import TOWN, town, year

PROJECT = Path(__file__).parents[1]
R4_ESTIMATE = -0.859516253754936
QUICK = Plan.parse(PLAN | {"draws": 999})


def layouts(t, plan=QUICK):
    return by.layouts(t["responses"], t["items"], t["attendance"], t["sessions"], t["instruments"], plan)


def design(t, plan=QUICK):
    chosen = by.compared(t["items"], t["sessions"], plan)
    return by.design(
        layouts(t, plan), chosen, t["responses"], t["items"], t["attendance"], t["sessions"], t["instruments"], plan
    )


def verdicts(t, plan=QUICK):
    return by.by_course(layouts(t, plan), t["attendance"], t["sessions"], plan).set_index("course_id")


@pytest.fixture(scope="module")
def tables():
    return town()


# The year's design


def test_one_course_is_left_exactly_as_it_is():
    t = town({"no05": TOWN["no05"]}, singles=False)
    found = design(t)
    for name in ("attendance", "responses", "items", "sessions"):
        pd.testing.assert_frame_equal(getattr(found, name), t[name])
    wanted = primary(cells(layouts(t)["no05"].ratings, t["attendance"], QUICK), QUICK)
    got = primary(cells(found.asked.ratings, found.attendance, QUICK), QUICK)
    pd.testing.assert_frame_equal(got.results, wanted.results)
    [row] = verdicts(t).to_dict("records")
    assert row["p_adjusted"] == row["p_value"] == wanted.results["p_value"][0]
    assert row["code"] == wanted.verdict.code


def test_the_trial_of_one_course_gives_the_numbers_it_always_gave():
    trial = Year.open(Store.open("R4", PROJECT))
    t, plan = prepare(trial), trial.plan
    found = design(t, plan)
    asked = layout(t["responses"], t["items"], t["attendance"], plan)
    pd.testing.assert_frame_equal(found.asked.ratings, asked.ratings)
    pd.testing.assert_frame_equal(found.attendance, t["attendance"])
    wanted = primary(cells(asked.ratings, t["attendance"], plan), plan).results.iloc[0]
    assert wanted["estimate"] == pytest.approx(R4_ESTIMATE, abs=1e-12)
    [row] = verdicts(t, plan).to_dict("records")
    for column in ("n", "estimate", "ci_low", "ci_high", "p_value"):
        assert row[column] == wanted[column]


def test_one_course_asked_by_session_among_single_ones_is_not_marked():
    t = town({"no05": TOWN["no05"]})
    found = design(t)
    assert found.courses == ["no05"] and set(found.attendance["session_id"].str[:4]) == {"no05"}
    assert not found.attendance["participant_id"].str.contains(SEPARATOR).any()


def test_only_courses_asked_session_by_session_are_in_the_design(tables):
    assert by.compared(tables["items"], tables["sessions"], QUICK) == list(TOWN)
    found = design(tables)
    assert found.asked.code == "A" and "no02-1" not in set(found.attendance["session_id"])
    assert set(found.items["family"]) == {"course_grid"}


def test_without_questions_by_session_courses_of_several_sessions_are_taken(tables):
    items = tables["items"].query("family == 'course5'")
    assert by.compared(items, tables["sessions"], QUICK) == list(TOWN)
    single = tables["sessions"].query("course_id == 'no02'")
    assert by.compared(items, single, QUICK) == ["no02"]


def test_a_person_in_two_courses_is_two_and_nothing_is_lost(tables):
    found = design(tables)
    rated = cells(found.asked.ratings, found.attendance, QUICK)
    assert rated.table["participant_id"].nunique() == 60 + 70 + 80 + 7
    course = rated.table["participant_id"].str.split(SEPARATOR).str[0]
    assert (course == rated.table["session_id"].str[:4]).all()
    assert rated.left_out["n"].sum() == (tables["attendance"]["status"] == "recording").sum()


def test_who_is_not_known_stays_unknown(tables):
    answers = tables["responses"].assign(participant_id=None)
    found = by.marked(answers, tables["instruments"], ["no05", "no06"], "instrument_id")
    assert found["participant_id"].isna().all() and len(found) > 500


def test_the_pooled_estimate_is_the_courses_by_their_information(tables):
    found = design(tables)
    rated = cells(found.asked.ratings, found.attendance, QUICK)
    each = {
        c: cells(one.ratings, by.marked(tables["attendance"], tables["sessions"], [c]), QUICK)
        for c, one in layouts(tables).items()
    }
    assert list(by.strata(layouts(tables), tables["attendance"], tables["sessions"], QUICK)) == list(each)
    wanted = pooled(each, QUICK).results.set_index("analysis")["estimate"]["pooled"]
    assert primary(rated, QUICK).results["estimate"][0] == pytest.approx(wanted, abs=1e-10)


def test_courses_that_differ_are_said_to(tables):
    given = tables["attendance"], tables["sessions"], QUICK
    assert by.differing(layouts(tables), *given)["p_value"] < 0.01
    alike = town({"no05": (60, 5, -0.6, 0.0), "no07": (80, 4, -0.6, 0.0)})
    row = by.differing(layouts(alike), alike["attendance"], alike["sessions"], QUICK)
    assert row["p_value"] > 0.05 and row["n"] == 2
    assert np.isnan(by.differing({"no05": layouts(tables)["no05"]}, *given)["p_value"])
    assert np.isnan(by.differing({}, *given)["p_value"])


def test_a_generous_course_with_many_absences_is_no_link():
    made = {"no05": (60, 5, 0.0, 0.0), "no07": (80, 4, 0.0, 0.0)}
    t = town(made, seed=3)
    hard = t["responses"]["instrument_id"] == "no05-course_grid"
    t["responses"]["value"] = t["responses"]["value"].mask(hard, t["responses"]["value"].clip(upper=3))
    found = design(t)
    rows = primary(cells(found.asked.ratings, found.attendance, QUICK), QUICK).results
    assert rows["p_value"][0] > 0.05


def test_marked_years_are_pooled_with_other_years(tables):
    found = design(tables)
    rated = cells(found.asked.ratings, found.attendance, QUICK)
    earlier = cells(*year(9, -0.8), QUICK)
    both = pooled({"R8": earlier, "R9": rated}, QUICK)
    assert set(both.weights) == {"R8", "R9"} and sum(both.weights.values()) == pytest.approx(1)
    assert min(both.weights.values()) > 0.05


def test_a_course_with_another_layout_stays_out_of_the_pool_and_is_said(tables):
    t = dict(tables)
    absent = t["attendance"].query("status == 'absent'")
    gone = set(zip(absent["participant_id"], absent["session_id"], strict=True))
    keys = zip(t["responses"]["participant_id"], t["responses"]["session_id"], strict=True)
    skipped = np.array([k in gone and k[1].startswith("no07") for k in keys])
    t["responses"] = t["responses"][~skipped]
    assert design(t).courses == ["no05", "no06", "no08"]
    row = verdicts(t).loc["no07"]
    assert (row["code"], row["reason"]) == ("untestable", "C") and np.isnan(row["p_adjusted"])
    # One hypothesis fewer: what isn't tested doesn't count in Holm.
    assert verdicts(t).loc["no06", "p_adjusted"] <= verdicts(tables).loc["no06", "p_adjusted"]


def test_anonymous_answers_everywhere_leave_a_design_that_says_so(tables):
    t = tables | {"responses": tables["responses"].assign(participant_id=None)}
    assert design(t).asked.code == "anonymous"
    assert set(verdicts(t)["reason"]) == {"anonymous"}


def test_courses_without_layout_a_leave_the_secondary_outcomes_alone(tables):
    found = design(tables)
    plan = Plan.parse(PLAN | {"secondary": ["satisfaction"]})
    assert outcomes(found.responses, found.items, found.attendance, plan) == {}


# Every course by itself


@pytest.mark.parametrize("seed", [1, 11, 21])
def test_planted_truths_are_recovered(seed):
    found = verdicts(town(seed=seed))
    assert list(found.index) == list(TOWN)  # the one-session course has nothing to compare
    assert found.loc[["no05", "no06"], "code"].tolist() == ["linked", "linked"]
    for course in ("no05", "no06", "no07"):
        assert found.loc[course, "ci_low"] < TOWN[course][2] < found.loc[course, "ci_high"]
    assert found.loc["no07", "code"] == "no_link"
    assert found.loc["no08", "code"] in ("undecided", "untestable")


def test_catching_up_is_told_course_by_course():
    t = town(TOWN | {"no06": (70, 5, -1.0, 0.6)})
    found = by.catch_up_by_course(layouts(t), t["attendance"], t["sessions"], QUICK)
    assert list(found.columns) == by.CATCH_UP_COLUMNS
    rows = found.set_index("course_id")
    assert rows.loc["no06", "n"] >= 25
    # A recording closes half of a loss of one point.
    assert rows.loc["no06", "ci_low"] < 0.5 < rows.loc["no06", "ci_high"]
    assert rows.loc["no06", "estimate"] > 0.15
    assert rows.loc["no07", "n"] == 0 and np.isnan(rows.loc["no07", "estimate"])


def one(seed, difference=0.0, persons=20, sessions=5):
    """A course's layout and attendance from the planning's cohorts: weaker people miss more."""
    made = Design(persons=persons, sessions=sessions, share=0.2, difference=difference, related=-0.6)
    panel = cohort(made, np.random.default_rng(seed))
    person, session = (a.ravel() for a in np.indices(panel.missed.shape))
    course = f"no{seed % 4:02}"
    grid = pd.DataFrame(
        {
            "participant_id": [f"p{i:02}" for i in person],
            "session_id": [f"{course}-{t}" for t in session],
            "rating": panel.rating.ravel(),
            "status": np.where(panel.missed.ravel() == 1, "absent", "present"),
        }
    )
    nothing = pd.DataFrame()
    return course, Layout("A", nothing, grid[["participant_id", "session_id", "rating"]], nothing), grid


def together(parts):
    attendance = pd.concat([grid for *_, grid in parts], ignore_index=True)
    sessions = attendance[["session_id"]].drop_duplicates().assign(course_id=lambda d: d["session_id"].str[:4])
    return {course: asked for course, asked, _ in parts}, attendance, sessions


def test_one_false_alarm_among_four_courses_stays_under_alpha():
    plan, cohorts = Plan.parse(PLAN | {"draws": 199}), 200
    alarms = naive = 0
    for at in range(cohorts):
        own, attendance, sessions = together([one(4 * at + k) for k in range(4)])
        found = by.by_course(own, attendance, sessions, plan)
        alarms += found["code"].isin(["linked", "reversed"]).any()
        naive += (found["p_value"] <= plan.alpha).any()
    error = np.sqrt(0.05 * 0.95 / cohorts)
    assert alarms / cohorts <= 0.05 + 2 * error
    assert naive / cohorts > 0.05 + 3 * error  # without Holm the same cohorts would fail


def test_what_is_linked_alone_but_not_after_holm_is_undecided():
    for seed in range(0, 400, 4):
        parts = [one(seed, -0.5), *(one(seed + k) for k in (1, 2, 3))]
        found = by.by_course(*together(parts), QUICK)
        alone = by.by_course(*together(parts[:1]), QUICK).iloc[0]
        row = found.iloc[0]
        if alone["code"] == "linked" and row["p_adjusted"] > 0.05:
            break
    assert (row["code"], row["reason"]) == ("undecided", by.NOT_AFTER_HOLM)
    assert row["p_value"] == alone["p_value"] <= 0.05 and row["estimate"] == alone["estimate"]


# Planning and time


def test_sessions_of_other_courses_are_not_planned_as_attended(tables):
    found = design(tables)
    grid = attended_or_missed(found.attendance, QUICK, found.sessions)
    assert grid.shape == (217, 17)
    assert np.isfinite(grid).sum() == 60 * 5 + 70 * 5 + 80 * 4 + 7 * 3
    missed = found.attendance["status"].isin(QUICK.missed).sum()
    assert np.nansum(grid) == missed
    table = chances(QUICK, missed=grid, differences=[0.0], cohorts=3).iloc[0]
    assert table["share"] == pytest.approx(missed / np.isfinite(grid).sum())
    assert 0.1 < table["detectable"] < 0.4


def test_one_course_is_planned_on_its_whole_grid():
    _, attendance = year(2)
    sessions = attendance[["session_id"]].drop_duplicates().assign(course_id="trial")
    plain = attended_or_missed(attendance, QUICK)
    assert np.array_equal(attended_or_missed(attendance, QUICK, sessions), plain)
    assert plain.dtype.kind == "i"


def test_a_year_of_the_towns_size_takes_seconds(tables):
    plan, start = Plan.parse(PLAN | {"draws": 20000}), time.perf_counter()
    found = design(tables, plan)
    chances(plan, missed=attended_or_missed(found.attendance, plan, found.sessions))
    sensitivity(found.asked.ratings, found.attendance, plan, found.sessions)
    verdicts(tables, plan)
    assert time.perf_counter() - start < 60
