"""Cells and their residuals."""

import numpy as np
import pandas as pd
import pytest

from pipeline.inference.panel import Panel, cells
from tests.cohorts import PLAN, cells_of


def rated(*rows):
    return pd.DataFrame(rows, columns=["participant_id", "session_id", "rating"])


def attended(*rows):
    return pd.DataFrame(rows, columns=["participant_id", "session_id", "status"])


def test_only_cells_with_a_rating_and_a_planned_status_are_kept_and_the_rest_is_accounted_for():
    made = cells(
        rated(("b", "s1", 4), ("a", "s1", 3), ("a", "s2", 2), ("a", "s3", 5), ("c", "s1", 1), ("d", "s9", 2)),
        attended(
            ("a", "s1", "present"),
            ("a", "s2", "absent"),
            ("a", "s3", "recording"),
            ("b", "s1", "late"),
            ("b", "s2", "absent"),
            ("c", "s1", "waived"),
            ("e", "s1", "present"),
        ),
        PLAN,
    )
    assert made.table.values.tolist() == [["a", "s1", 3.0, 0], ["a", "s2", 2.0, 1], ["b", "s1", 4.0, 0]]
    out = {tuple(row) for row in made.left_out.values.tolist()}
    assert out == {
        ("cell", "caught_up", "recording", 1),
        ("cell", "other_status", "waived", 1),
        ("cell", "unrated", "absent", 1),
        ("cell", "unrated", "present", 1),
        ("cell", "unrecorded", "", 1),
        ("person", "other_status", "", 1),
        ("person", "unrated", "", 1),
        ("person", "unrecorded", "", 1),
    }


def test_an_absence_that_was_caught_up_is_not_missed():
    status = attended(("a", "s1", "absent"), ("a", "s2", "absent"))
    status["caught_up_on"] = [pd.Timestamp("2022-09-01"), pd.NaT]
    made = cells(rated(("a", "s1", 3), ("a", "s2", 2)), status, PLAN)
    assert made.table["session_id"].tolist() == ["s2"]
    assert made.left_out["reason"].tolist() == ["caught_up"]


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        (rated(("a", "s1", 6)), "「6」.*a.*s1"),
        (rated(("a", "s1", 0)), "「0」"),
        (rated(("a", "s1", np.nan)), "空欄.*a.*s1"),
        (rated(("a", "s1", np.inf)), "「inf」"),
        (rated(("a", "s1", "良い")), "「良い」"),
        (rated(("a", "s1", 3), ("a", "s1", 3)), "二重.*a.*s1"),
        (rated(("a", None, 3)), "1行目"),
    ],
)
def test_bad_ratings_are_refused_and_named(ratings, said):
    with pytest.raises(ValueError, match=said):
        cells(ratings, attended(("a", "s1", "present")), PLAN)


def test_a_status_given_twice_is_refused():
    twice = attended(("a", "s1", "present"), ("a", "s1", "absent"))
    with pytest.raises(ValueError, match="出欠が二重.*a.*s1"):
        cells(rated(("a", "s1", 3)), twice, PLAN)


def test_residuals_on_a_full_grid_are_double_deviations():
    rating = np.random.default_rng(1).integers(1, 6, (9, 5)).astype(float)
    panel = Panel.of(cells_of(rating, np.zeros((9, 5))).table)
    wanted = rating - rating.mean(0) - rating.mean(1, keepdims=True) + rating.mean()
    np.testing.assert_allclose(panel.residuals(rating), wanted, atol=1e-12)


def test_residuals_with_holes_agree_with_least_squares_on_dummies():
    rng = np.random.default_rng(2)
    eligible = rng.random((12, 6)) < 0.6
    eligible[0] = False
    rating = rng.normal(size=(12, 6))
    panel = Panel.of(cells_of(rating, np.zeros((12, 6)), eligible).table)
    person, session = np.nonzero(panel.eligible)
    dummies = np.hstack([np.eye(len(panel.persons))[person], np.eye(6)[session]])
    value = panel.rating[person, session]
    wanted = value - dummies @ np.linalg.lstsq(dummies, value, rcond=None)[0]
    np.testing.assert_allclose(panel.residuals(panel.rating)[person, session], wanted, atol=1e-10)
