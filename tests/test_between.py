"""What is left when nobody can be compared with themselves."""

import numpy as np
import pandas as pd
import pytest

from pipeline.inference.between import between_persons, within_sessions
from pipeline.inference.panel import Panel
from pipeline.inference.pooling import SEPARATOR
from tests.cohorts import PLAN, cells_of, cohort, expected, oracle


def overall_year(missed, rating):
    people = [f"p{i}" for i in range(len(rating))]
    attendance = pd.DataFrame(
        [
            (p, f"s{t}", "absent" if m else "present")
            for p, row in zip(people, missed, strict=True)
            for t, m in enumerate(row)
        ],
        columns=["participant_id", "session_id", "status"],
    )
    return pd.DataFrame({"participant_id": people, "rating": rating}), attendance


def test_one_rating_per_person_against_the_oracle():
    panel = Panel.of(oracle("fixture24x7").table)
    overall, attendance = overall_year(panel.missed, panel.rating.sum(axis=1))
    found = between_persons(overall, attendance, PLAN).set_index("analysis")
    assert found.estimate["kendall"] == pytest.approx(expected("fx.between.kendall_b"), abs=1e-8)
    assert found.estimate["somers_d"] == pytest.approx(expected("fx.between.somersD"), abs=1e-8)
    assert found.p_value["kendall"] < 0.02
    assert found["method"].str.contains("個人間").all()


def test_persons_with_fewer_known_sessions_count_by_their_share():
    overall, attendance = overall_year(np.eye(4, 4), [1.0, 2, 3, 4])
    waived = attendance.assign(status=attendance["status"].mask(attendance.index == 1, "waived"))
    found = between_persons(overall, waived, PLAN)
    assert found["estimate"].iloc[0] == pytest.approx(-np.sqrt(1 / 2))


def two_courses(mark):
    """Nothing is linked within either course; in no05 everybody misses more and rates lower."""
    rng, parts = np.random.default_rng(4), []
    for course, often, level in (("no05", 0.6, 2), ("no06", 0.1, 4)):
        overall, attendance = overall_year(rng.random((40, 5)) < often, level + rng.integers(-1, 2, 40))
        parts.append([t.assign(participant_id=course + mark + t["participant_id"]) for t in (overall, attendance)])
    return [pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True)]


def test_a_strict_course_that_many_missed_is_no_link_between_people():
    found = between_persons(*two_courses(SEPARATOR), PLAN)
    assert found["p_value"][0] > 0.05 and found["ci_low"][0] < 0 < found["ci_high"][0]
    assert found["method"].str.contains("同じ研修の人どうし").all()
    blind = between_persons(*two_courses("-"), PLAN)
    assert blind["p_value"][0] < 0.001 and not blind["method"].str.contains("同じ研修").any()


def test_a_second_overall_rating_is_refused():
    overall, attendance = overall_year(np.eye(4, 4), [1.0, 2, 3, 4])
    with pytest.raises(ValueError, match="二重.*p0"):
        between_persons(pd.concat([overall, overall.head(1)]), attendance, PLAN)


def test_nobody_missing_has_no_answer():
    overall, attendance = overall_year(np.zeros((5, 3)), [1.0, 2, 3, 4, 5])
    assert between_persons(overall, attendance, PLAN)["p_value"].isna().all()


def test_persons_are_compared_within_sessions_when_they_cannot_be_with_themselves():
    panel = Panel.of(cohort(3, persons=60).table)
    missed = np.zeros((60, 7), int)
    missed[:15] = 1  # missed all or nothing: no information within persons
    rating = np.clip(panel.rating - missed, 1, 5)
    row = within_sessions(Panel.of(cells_of(rating, missed).table), PLAN).iloc[0]
    gap = rating[:15].mean() - rating[15:].mean()
    assert row["estimate"] == pytest.approx(gap) and row["p_value"] < 0.01
    assert "調整していない" in row["method"]


def test_within_sessions_agrees_with_the_dummies_of_sessions_alone():
    panel = Panel.of(oracle("fixture24x7").table)
    design = np.column_stack([panel.missed.ravel(), np.tile(np.eye(7), (24, 1))])
    wanted = np.linalg.lstsq(design, panel.rating.ravel(), rcond=None)[0][0]
    row = within_sessions(panel, PLAN).iloc[0]
    assert row["estimate"] == pytest.approx(wanted, abs=1e-9)
    assert row["ci_low"] < wanted < row["ci_high"]


@pytest.mark.parametrize("missed", [np.zeros((5, 3)), np.ones((5, 3))])
def test_within_sessions_without_a_contrast_has_no_answer(missed):
    panel = Panel.of(cells_of(np.full((5, 3), 3), missed).table)
    assert np.isnan(within_sessions(panel, PLAN)["estimate"]).all()
