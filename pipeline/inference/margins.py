"""Permutations that also keep how many missed each session: both margins of absence fixed.

Draws are tables of absence with the persons' and the sessions' totals of the data, made by
curveball trades (Verhelst 2008; Strona et al. 2014): two persons pool the sessions that only one
of them missed and deal them out anew. Besag & Clifford (1989): walking from the data to a
hidden start and from there to every draw makes data and draws exchangeable, so that the test is
exact however few trades are made.
"""

from collections.abc import Iterator

import numpy as np

from pipeline.inference import permutation
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.within import Fit, estimate

ROUNDS = 12
BLOCK = 1 << 20


def tables(
    missed: np.ndarray, eligible: np.ndarray, draws: int, seed: int, rounds: int = ROUNDS
) -> Iterator[np.ndarray]:
    """Tables of absence (block, persons, sessions), bool, ``draws`` in all.

    Each is ``rounds`` rounds of trades away from the hidden start; in a round every person trades
    with one other. Only sessions for which both are eligible are traded.
    """
    rng = np.random.default_rng(seed)
    start = missed.astype(bool)[None].copy()
    _trade(start, eligible, rng, rounds)
    size = max(1, BLOCK // max(1, missed.size))
    for first in range(0, draws, size):
        block = np.repeat(start, min(size, draws - first), axis=0)
        _trade(block, eligible, rng, rounds)
        yield block


def _trade(block: np.ndarray, eligible: np.ndarray, rng, rounds: int) -> None:
    """Rounds of trades in place, each chain with its own random pairs."""
    chains, persons, sessions = block.shape
    chain = np.arange(chains)[:, None]
    for _ in range(rounds):
        order = rng.random((chains, persons), dtype=np.float32).argsort(axis=1)
        one, other = order[:, : persons // 2], order[:, persons // 2 : persons // 2 * 2]
        mine, theirs = block[chain, one], block[chain, other]
        pool = (mine ^ theirs) & eligible[one] & eligible[other]
        keep = (mine & pool).sum(axis=2, keepdims=True)
        keys = rng.random(pool.shape, dtype=np.float32)
        keys[~pool] = 2.0
        at = np.clip(keep - 1, 0, sessions - 1)
        limit = np.take_along_axis(np.sort(keys, axis=2), at, axis=2)
        dealt = (keys <= limit) & pool & (keep > 0)
        block[chain, one] = np.where(pool, dealt, mine)
        block[chain, other] = np.where(pool, ~dealt, theirs)


def fixed_margins(panel: Panel, plan: Plan) -> Fit:
    """Estimate with mid-p and inverted intervals, both margins of absence fixed.

    ``p_value`` is the two-sided mid-p, 2·min over both sides of (draws beyond the data + half of
    those that tie with it, the data among them)/(draws + 1): more tables tie here than in the
    within-person shuffles, and the plain p (``p_drawn``) is conservative. 1 when nothing trades.
    """
    rating, absence = panel.residuals(panel.rating), panel.residuals(panel.missed)
    people = panel.informative
    scores = np.stack([rating, absence])[:, people].reshape(2, -1)
    missed, eligible = panel.missed[people], panel.eligible[people]
    drawn = [scores @ block.reshape(len(block), -1).T for block in tables(missed, eligible, plan.draws, plan.seed)]
    d_drawn, q_drawn = np.concatenate(drawn, axis=1)
    d, q = scores @ missed.ravel()
    less, greater = (_mid(side * d, side * d_drawn) for side in (1, -1))
    mid = min(1.0, 2 * min(less, greater))
    return Fit(
        estimate=estimate(panel),
        p_value=mid,
        p_drawn=permutation.two_sided(d, d_drawn),
        p_exact=np.nan,
        p_less=less,
        p_greater=greater,
        interval=permutation.inverted(d, q, d_drawn, q_drawn, plan.alpha),
        inner=permutation.inverted(d, q, d_drawn, q_drawn, 2 * plan.alpha),
    )


def _mid(observed: float, drawn: np.ndarray) -> float:
    below = np.count_nonzero(drawn < observed - permutation.TIE)
    ties = np.count_nonzero(np.abs(drawn - observed) <= permutation.TIE)
    return float((below + (1 + ties) / 2) / (len(drawn) + 1))
