"""Permutations that keep both margins of absence."""

import numpy as np
import pytest

from pipeline.inference import margins
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from tests.cohorts import PLAN, cohort, expected, oracle


def drawn(panel, draws, rounds):
    blocks = margins.tables(panel.missed, panel.eligible, draws, 1, rounds)
    return np.concatenate(list(blocks)).astype(int)


def test_every_table_of_the_small_oracle_is_drawn_equally_often():
    panel = Panel.of(oracle("tiny5x4").table)
    tables = drawn(panel, 27_000, rounds=60)
    kinds, counts = np.unique(tables.reshape(len(tables), -1), axis=0, return_counts=True)
    assert len(kinds) == expected("tiny.n_tables")
    assert ((counts - 1000) ** 2 / 1000).sum() < 59  # χ² with 26 df: 1 in 5,000
    sums = (tables * panel.rating).sum(axis=(1, 2))
    assert sums.mean() == pytest.approx(expected("tiny.mean"), abs=4 * np.sqrt(2.57 / 27_000))
    assert sums.var() == pytest.approx(expected("tiny.var"), rel=0.05)
    p = expected("tiny.p_less_exact")
    error = 4 * np.sqrt(p * (1 - p) / 27_000)
    assert (sums <= expected("tiny.obs")).mean() == pytest.approx(p, abs=error)


def test_the_24_by_7_oracle():
    panel = Panel.of(oracle("fixture24x7").table)
    found = margins.fixed_margins(panel, Plan.parse(PLAN | {"draws": 50_000}))
    for ends, name in ((found.interval, "ci95"), (found.inner, "ci90")):
        # Both are drawn: the ends agree to a neighbouring one of the values that an end can have.
        assert ends[0] == pytest.approx(expected(f"fx.fixed.{name}.lo"), abs=0.017)
        assert ends[1] == pytest.approx(expected(f"fx.fixed.{name}.hi"), abs=0.017)
    p = expected("fx.fixed.p2")
    assert found.p_drawn == pytest.approx(p, abs=4 * np.sqrt(p / 50_000) * 2)
    assert found.p_value < found.p_drawn


def test_both_margins_and_the_holes_are_kept():
    data = cohort(6, share=0.4).table
    hole = np.random.default_rng(2).random(len(data)) < 0.15
    panel = Panel.of(data[~hole])
    for table in drawn(panel, 50, rounds=5):
        assert (table.sum(axis=0) == panel.missed.sum(axis=0)).all()
        assert (table.sum(axis=1) == panel.missed.sum(axis=1)).all()
        assert not table[~panel.eligible].any()


def test_nothing_to_trade_is_no_evidence():
    panel = Panel.of(oracle("tiny5x4").table.query("participant_id in [1, 5]"))
    assert margins.fixed_margins(panel, Plan.parse(PLAN)).p_value == 1.0
