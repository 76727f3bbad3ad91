"""The calibration of a year of several courses: what it counts, on tables whose counts are known."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.courses import answers, measures, year
from benchmarks.scenarios import COURSES, SCENARIOS, Course
from pipeline.inference.cohort import Design
from pipeline.inference.plan import Plan
from tests.cohorts import PLAN

QUICK = Plan.parse(PLAN | {"draws": 199})
TWO = (Course(Design(persons=20, sessions=4)), Course(Design(persons=30, sessions=3, difference=-0.9)))


def counted(codes, p_values, courses=TWO):
    """Measures of years given as (code, code) and (p, p); every interval −1.0…0.2."""
    years = pd.DataFrame(
        {
            "pooled_code": ["linked"] * len(codes),
            "pooled_low": -1.0,
            "pooled_high": 0.2,
            **{f"code_{at}": [pair[at] for pair in codes] for at in (0, 1)},
            **{f"p_{at}": [pair[at] for pair in p_values] for at in (0, 1)},
            **{f"low_{at}": -1.0 for at in (0, 1)},
            **{f"high_{at}": 0.2 for at in (0, 1)},
        }
    )
    return {(group, end[:3], measure): value for group, end, measure, value, _ in measures(courses, years, QUICK)}


def test_only_courses_without_a_difference_raise_false_alarms():
    found = counted(
        [("linked", "linked"), ("undecided", "no_link"), ("reversed", "linked"), ("no_link", "linked")],
        [(0.001, 0.001), (0.04, 0.2), (0.01, 0.001), (0.5, 0.001)],
    )
    assert found["years", "", "family_linked"] == 0.25
    assert found["years", "", "family_alarm"] == 0.5
    assert found["years", "", "family_alone"] == 0.75
    assert found["years", "", "family_no_link"] == 0.25  # of the course with a difference
    assert found["by_course", "30人", "linked"] == 0.75
    assert ("years", "", "pooled_coverage") not in found  # two different truths have no common one


def test_coverage_is_of_each_courses_own_difference():
    found = counted([("undecided", "linked")] * 3, [(0.5, 0.01)] * 3)
    assert found["by_course", "20人", "coverage_of_planted"] == 1.0
    assert found["by_course", "30人", "coverage_of_planted"] == 1.0
    low = (TWO[0], Course(Design(persons=30, sessions=3, difference=-1.2)))
    assert counted([("undecided", "linked")], [(0.5, 0.01)], low)["by_course", "30人", "coverage"] == 0.0


def test_a_made_up_year_has_its_sizes_absences_and_recordings():
    own, attendance, sessions = year(COURSES, np.random.default_rng(1))
    rated = [asked.ratings for asked in own.values()]
    assert [r["participant_id"].nunique() for r in rated] == [24, 40, 60, 80]
    assert [r["session_id"].nunique() for r in rated] == [3, 5, 4, 5] and len(sessions) == 17
    assert pd.concat(rated)["rating"].isin([1, 2, 3, 4, 5]).all()
    assert 0.1 < attendance["status"].ne("present").mean() < 0.25
    watched = attendance.loc[attendance["status"] == "recording", "session_id"]
    assert set(watched.str[:4]) == {"no02"}


def test_a_large_difference_in_one_course_is_found_there():
    [scenario] = [s for s in SCENARIOS if s.name == "year_fourth"]
    row = answers(scenario.courses, np.random.default_rng(3), QUICK)
    assert row["code_3"] == "linked" and row["high_3"] < 0
    assert row["p_3"] < 0.01 and row["pooled_low"] < row["pooled_high"]
    assert row == pytest.approx(answers(scenario.courses, np.random.default_rng(3), QUICK), nan_ok=True)
