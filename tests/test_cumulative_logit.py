"""The cumulative logit with a person intercept."""

import numpy as np
import pytest

from pipeline.inference.cumulative_logit import cumulative_logit
from pipeline.inference.panel import Panel
from tests.cohorts import cells_of, cohort, expected, oracle


def test_the_oracle_of_r():
    # Python's own figure in the oracle table integrates more coarsely: -2.93438.
    found = cumulative_logit(Panel.of(oracle("fixture24x7").table))
    assert found.estimate == pytest.approx(-2.93419232116551, abs=1e-4)
    assert found.error == pytest.approx(expected("fx.clmm.se"), abs=1e-4)
    assert found.log_likelihood == pytest.approx(-196.535430852896, abs=1e-4)
    assert found.spread**2 == pytest.approx(2.87026737706371, rel=1e-4)


def test_without_differences_between_persons_it_is_the_plain_ordinal_model():
    from statsmodels.miscmodels import ordinal_model as ordinal

    rng = np.random.default_rng(2)
    missed = rng.random((40, 5)) < 0.3
    noise = rng.normal(0, 1, (40, 5))
    # Noise that adds up to 0 within a person leaves less than no variance between persons.
    noise -= noise.mean(axis=1, keepdims=True)
    rating = np.clip(np.round(3.3 - 0.8 * missed + noise), 1, 5)
    panel = Panel.of(cells_of(rating, missed).table)
    found = cumulative_logit(panel)
    design = np.column_stack([panel.missed.ravel(), np.tile(np.eye(5)[:, 1:], (40, 1))])
    plain = ordinal.OrderedModel(panel.rating.ravel().astype(int), design, distr="logit")
    plain = plain.fit(method="bfgs", disp=False)
    assert found.spread < 0.05
    assert found.estimate == pytest.approx(plain.params[0], abs=1e-2)
    assert found.log_likelihood == pytest.approx(plain.llf, abs=1e-2)


def test_complete_separation_gives_no_number():
    rating = np.full((12, 4), 5)
    missed = np.zeros((12, 4), int)
    missed[range(12), np.arange(12) % 4] = 1
    found = cumulative_logit(Panel.of(cells_of(rating - 4 * missed, missed).table))
    assert np.isnan(found.estimate) and np.isnan(found.error)


def test_constant_ratings_give_no_number():
    panel = Panel.of(cells_of(np.full((5, 3), 4), np.eye(5, 3)).table)
    assert np.isnan(cumulative_logit(panel).estimate)


def test_a_rating_that_falls_with_absence_has_negative_log_odds():
    assert cumulative_logit(Panel.of(cohort(4, -1.0).table)).estimate < -1
