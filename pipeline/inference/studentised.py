"""The within-person shuffle with a studentised statistic, for errors that run in streaks."""

import numpy as np

from pipeline.inference import permutation
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.within import Fit, estimate, standard_error

FARTHEST = 64


def studentised(panel: Panel, plan: Plan, bounded: bool = True) -> Fit:
    """Estimate with the p and intervals of T = Σ s_i / √Σ s_i², s_i = Σ_t A_it Ỹ_it.

    Each draw is measured by its own spread between persons, so that the test holds its level
    approximately where a person's ratings of neighbouring sessions go together (Janssen 1997;
    Chung & Romano 2013). The interval bisects the test of b, whose s_i are Σ_t A_it (Ỹ − bÃ)_it;
    without ``bounded`` they are nan, in a thirtieth of the time.
    """
    scores = np.stack([panel.residuals(panel.rating), panel.residuals(panel.missed)])
    people = panel.informative
    own = (scores * panel.missed)[:, people].sum(axis=2)
    beta, error = estimate(panel), standard_error(panel)

    def tails(b: float) -> tuple[float, float]:
        """(p_less, p_greater) of the difference b."""
        observed = _ratio(own[0] - b * own[1])
        less = greater = 1
        blocks = permutation.shuffles(scores, panel.missed, panel.eligible, plan.draws, plan.seed)
        for block in blocks:
            drawn = _ratio(block[0] - b * block[1])
            less += np.count_nonzero(drawn <= observed + permutation.TIE)
            greater += np.count_nonzero(drawn >= observed - permutation.TIE)
        return less / (plan.draws + 1), greater / (plan.draws + 1)

    less, greater = tails(0.0)
    p = float(min(1.0, 2 * min(less, greater)))
    if not bounded:
        return Fit(beta, p, p, np.nan, less, greater, (np.nan, np.nan), (np.nan, np.nan))
    reach = error if error > 0 else 1.0
    ends = [
        (_limit(lambda b: tails(b)[1], beta, -reach, alpha / 2), _limit(lambda b: tails(b)[0], beta, reach, alpha / 2))
        for alpha in (plan.alpha, 2 * plan.alpha)
    ]
    return Fit(beta, p, p, np.nan, less, greater, *ends)


def _ratio(sums: np.ndarray) -> np.ndarray:
    """Σ s_i / √Σ s_i² along the last axis; 0 where every s_i is 0."""
    square = (sums**2).sum(axis=-1)
    whole = square > permutation.TIE
    return np.where(whole, sums.sum(axis=-1) / np.sqrt(np.where(whole, square, 1.0)), 0.0)


def _limit(p_value, beta: float, reach: float, level: float) -> float:
    """Where p falls to ``level`` going from β by ``reach``; infinite if it doesn't soon."""
    inside, outside = beta, beta + 3 * reach
    while p_value(outside) > level:
        inside, outside = outside, beta + 2 * (outside - beta)
        if abs(outside - beta) > FARTHEST * abs(reach):
            return float(np.copysign(np.inf, reach))
    while abs(outside - inside) > abs(reach) / 200:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_value(middle) > level else (inside, middle)
    return inside
