"""The studentised shuffle."""

from itertools import combinations, product

import numpy as np
import pytest

from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.studentised import studentised
from pipeline.inference.within import estimate
from tests.cohorts import PLAN, cells_of, cohort


def test_p_agrees_with_listing_every_shuffle():
    rating = np.random.default_rng(3).normal(3, 0.7, (5, 5))
    missed = np.zeros((5, 5), int)
    missed[0, [0, 3]] = missed[1, 2] = missed[2, [1, 4]] = 1
    panel = Panel.of(cells_of(rating, missed).table)
    left, people = panel.residuals(panel.rating), np.flatnonzero(panel.n_missed)

    def ratio(*chosen):
        s = np.array([left[i, list(some)].sum() for i, some in zip(people, chosen, strict=True)])
        return s.sum() / np.sqrt((s**2).sum())

    every = np.array([ratio(*some) for some in product(*(combinations(range(5), k) for k in panel.n_missed[people]))])
    observed = ratio(*(np.flatnonzero(panel.missed[i]) for i in people))
    tails = (every <= observed + 1e-12).mean(), (every >= observed - 1e-12).mean()
    found = studentised(panel, Plan.parse(PLAN | {"draws": 20_000}))
    assert found.p_less == pytest.approx(tails[0], abs=4 * np.sqrt(0.25 / 20_000))
    assert found.p_greater == pytest.approx(tails[1], abs=4 * np.sqrt(0.25 / 20_000))


def test_the_interval_excludes_zero_exactly_when_p_is_small():
    for seed in range(8):
        panel = Panel.of(cohort(seed, -0.45).table)
        found = studentised(panel, Plan.parse(PLAN | {"draws": 1999}))
        low, high = found.interval
        assert low < estimate(panel) < high
        if abs(found.p_value - 0.05) > 0.01:
            assert (low > 0 or high < 0) == (found.p_value <= 0.05)


def test_two_persons_set_no_limit():
    panel = Panel.of(cells_of([[3, 4, 2], [2, 5, 4], [3, 3, 4]], [[1, 0, 0], [0, 1, 0], [0, 0, 0]]).table)
    assert np.isinf(studentised(panel, Plan.parse(PLAN)).interval).all()
