"""Draws, the exact law and the inversion, each against a second path."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import brentq

from pipeline.inference import permutation
from pipeline.inference.panel import Panel
from tests.cohorts import cohort, expected, oracle


@pytest.fixture
def fixture():
    return Panel.of(oracle("fixture24x7").table)


def test_the_exact_law_agrees_with_the_oracle(fixture):
    rating = fixture.rating.astype(int)
    by_person = permutation.exact(rating, fixture.missed, fixture.eligible)
    by_session = permutation.exact(rating.T, fixture.missed.T, fixture.eligible.T)
    assert by_person[0] == pytest.approx(expected("fx.exact.by_person.p_less"), rel=1e-8)
    assert by_session[0] == pytest.approx(expected("fx.exact.by_session.p_less"), rel=1e-8)


def test_the_exact_law_agrees_with_listing_every_shuffle():
    rng = np.random.default_rng(5)
    values = rng.integers(-9, 10, (3, 5))
    missed = np.array([[1, 0, 0, 1, 0], [0, 0, 1, 0, 0], [1, 1, 1, 1, 1]])
    eligible = np.ones((3, 5), bool)
    eligible[1, 4] = False
    sums = [
        values[0, list(a)].sum() + values[1, b] + values[2].sum()
        for a, b in product(combinations(range(5), 2), range(4))
    ]
    observed = (values * missed).sum()
    less, greater = permutation.exact(values, missed, eligible)
    assert less == pytest.approx(np.mean(np.array(sums) <= observed))
    assert greater == pytest.approx(np.mean(np.array(sums) >= observed))


def test_too_large_an_exact_law_is_declined(fixture):
    rating = fixture.rating.astype(int)
    assert permutation.exact(rating, fixture.missed, fixture.eligible, limit=10) is None


def test_draws_keep_everybodys_number_missed_and_choose_every_session_alike():
    panel = Panel.of(cohort(3, share=0.4).table)
    marks = np.stack([panel.eligible.astype(float), np.tile(np.arange(7.0), (24, 1))])
    counts, places = np.concatenate(list(permutation.shuffles(marks, panel.missed, panel.eligible, 4000, 1)), axis=1)
    k = panel.n_missed[panel.informative]
    assert (counts == k).all()
    error = np.sqrt(k * (7 - k) / 6 * 4 / 4000)
    assert (np.abs(places.mean(axis=0) - 3 * k) < 5 * error).all()


def test_draws_of_too_many_subsets_to_list_have_the_same_law():
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(1, 2, 20))
    missed = np.zeros((2, 20))
    missed[0, :8] = missed[1, :1] = 1
    drawn = np.concatenate(list(permutation.shuffles(scores, missed, np.ones((2, 20), bool), 6000, 1)), axis=1)[0]
    wide = scores[0, 0]
    spread = np.sqrt(8 * 12 / 19 * wide.var())
    column = int(np.argmax(drawn.std(axis=0)))
    assert drawn[:, column].mean() == pytest.approx(8 * wide.mean(), abs=5 * spread / 6000**0.5)
    assert drawn[:, column].std() == pytest.approx(spread, rel=0.05)
    assert set(np.unique(drawn[:, 1 - column]).round(9)) <= set(scores[0, 1].round(9))


def test_draws_are_the_same_for_any_block_size(fixture, monkeypatch):
    scores = fixture.rating[None]

    def drawn():
        blocks = permutation.shuffles(scores, fixture.missed, fixture.eligible, 500, 7)
        return np.concatenate(list(blocks), axis=1)

    whole = drawn()
    monkeypatch.setattr(permutation, "BLOCK", 100)
    assert (drawn() == whole).all()


def p_at(b, d, q, d_drawn, q_drawn):
    """(p_less, p_greater) of testing the difference b, straight from its definition."""
    rise = (d - d_drawn) - b * (q - q_drawn)
    hits = 1 + (rise >= -1e-10).sum(), 1 + (rise <= 1e-10).sum()
    return np.array(hits) / (len(d_drawn) + 1)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("crossing", [False, True])
def test_the_interval_is_where_the_test_stops_rejecting(seed, crossing):
    rng = np.random.default_rng(seed)
    q = 20.0
    q_drawn = rng.uniform(-20, 20.3 if crossing else 19, 999)
    d, d_drawn = -15.0, rng.normal(0, 4, 999)
    low, high = permutation.inverted(d, q, d_drawn, q_drawn, 0.05)
    beta = d / q
    # p is a step function that takes the value .025 itself, where the test still rejects.
    upper = brentq(lambda b: p_at(b, d, q, d_drawn, q_drawn)[0] - 0.0251, beta, beta + 40)
    lower = brentq(lambda b: p_at(b, d, q, d_drawn, q_drawn)[1] - 0.0251, beta - 40, beta)
    assert (low, high) == pytest.approx((lower, upper), abs=1e-6)


def test_the_interval_is_the_order_statistics_when_no_draw_crosses(fixture):
    rng = np.random.default_rng(1)
    q, q_drawn = 20.0, rng.uniform(-20, 19, 999)
    d, d_drawn = -15.0, rng.normal(0, 4, 999)
    q_drawn[:3], d_drawn[:3] = q, d
    b = np.sort((d - d_drawn[3:]) / (q - q_drawn[3:]))
    m = int(0.025 * 1000 - 1 - 3)
    wanted = b[m], b[len(b) - m - 1]
    assert permutation.inverted(d, q, d_drawn, q_drawn, 0.05) == pytest.approx(wanted)


def test_data_that_most_draws_repeat_set_no_limit():
    d_drawn, q_drawn = np.full(99, -1.0), np.full(99, 2.0)
    assert permutation.inverted(-1.0, 2.0, d_drawn, q_drawn, 0.05) == (-np.inf, np.inf)


def test_ties_by_rounding_are_ties():
    drawn = np.array([0.3, 0.1 + 0.2, 0.5, 0.6])
    assert permutation.two_sided(0.3, drawn) == 1.0
    assert permutation.two_sided(0.1 + 0.2, drawn) == 1.0
    assert permutation.two_sided(-9.0, np.zeros(99)) == pytest.approx(0.02)


@pytest.mark.parametrize(("across", "name"), [(False, "by_person"), (True, "by_session")])
def test_the_draws_have_the_mean_and_spread_of_the_oracle(fixture, across, name):
    rating, missed, eligible = fixture.rating, fixture.missed, fixture.eligible
    if across:
        rating, missed, eligible = rating.T, missed.T, eligible.T
    drawn = np.concatenate([b[0].sum(axis=1) for b in permutation.shuffles(rating[None], missed, eligible, 20_000, 3)])
    k = missed.sum(axis=1)
    observed = (rating * missed)[(k > 0) & (k < eligible.sum(axis=1))].sum()
    z = (observed - drawn.mean()) / drawn.std()
    assert z == pytest.approx(expected(f"fx.Z.{name}"), rel=0.02)
