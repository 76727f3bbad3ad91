"""The comparison within persons: topics missed against topics attended by the same person."""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from pipeline.inference import permutation
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan

COLLINEAR = 1e-9


@dataclass(frozen=True)
class Fit:
    """Estimate, two-sided p and both intervals of one within-person comparison.

    ``p_exact`` is nan where the exact law isn't feasible; ``p_value`` is the exact p if there is
    one, else the draws'. ``interval`` has level 1 − α, ``inner`` 1 − 2α (equivalence test).
    """

    estimate: float
    p_value: float
    p_drawn: float
    p_exact: float
    p_less: float
    p_greater: float
    interval: tuple[float, float]
    inner: tuple[float, float]


def estimate(panel: Panel) -> float:
    """β = ΣÃỸ/ΣÃ² in rating points, the OLS slope with person and session dummies."""
    absence = panel.residuals(panel.missed)
    return float((absence * panel.rating).sum() / (absence**2).sum())


def fit(panel: Panel, plan: Plan) -> Fit:
    """Estimate, p and intervals from one set of ``plan.draws`` shuffles within persons."""
    rating, absence = panel.residuals(panel.rating), panel.residuals(panel.missed)
    return shuffled(rating, absence, panel.missed, panel.eligible, plan, _exact(panel))


def shuffled(
    rating: np.ndarray,
    absence: np.ndarray,
    missed: np.ndarray,
    eligible: np.ndarray,
    plan: Plan,
    exact: tuple[float, float] | None = None,
) -> Fit:
    """The test and its inversion for residuals ``rating`` and ``absence`` of a 0/1 ``missed``.

    ``missed`` is shuffled among the eligible cells of each row. ``exact``: (p_less, p_greater).
    """
    scores = np.stack([rating, absence])
    drawn = permutation.shuffles(scores, missed, eligible, plan.draws, plan.seed)
    d_drawn, q_drawn = np.concatenate([block.sum(axis=2) for block in drawn], axis=1)
    # Rows with all or none missed add the same constant to the data and to every draw.
    k = missed.sum(axis=1)
    moving = (k > 0) & (k < eligible.sum(axis=1))
    d, q = (scores * missed)[:, moving].sum(axis=(1, 2))
    p_drawn = permutation.two_sided(d, d_drawn)
    less, greater = exact or (nan, nan)
    p_exact = min(1.0, 2 * min(exact)) if exact else nan
    return Fit(
        estimate=float((scores[0] * missed).sum() / (scores[1] * missed).sum()),
        p_value=p_exact if exact else p_drawn,
        p_drawn=p_drawn,
        p_exact=p_exact,
        p_less=less,
        p_greater=greater,
        interval=permutation.inverted(d, q, d_drawn, q_drawn, plan.alpha),
        inner=permutation.inverted(d, q, d_drawn, q_drawn, 2 * plan.alpha),
    )


def _exact(panel: Panel) -> tuple[float, float] | None:
    """The exact law on a full grid of whole ratings; n·(rating − session mean) are integers.

    Person means are left in: with the number missed kept they add a constant to every shuffle.
    """
    if not panel.is_full or (panel.rating % 1 != 0).any():
        return None
    values = len(panel.persons) * panel.rating - panel.rating.sum(axis=0)
    return permutation.exact(values.astype(np.int64), panel.missed, panel.eligible)


def standard_error(panel: Panel) -> float:
    """Standard error of the estimate by the law of the shuffles, nan without information.

    se² = Σ_i k_i(n_i−k_i)/(n_i(n_i−1))·Σ_t e_it² ÷ (ΣÃ²)², with e = Ỹ − βÃ, scaled for the
    degrees of freedom that sessions and β took (``freedom``).
    """
    absence = panel.residuals(panel.missed)
    q, df = (absence**2).sum(), freedom(panel)
    if q <= COLLINEAR or df < 1:
        return nan
    k, n = panel.n_missed, panel.n_eligible
    noise = ((panel.residuals(panel.rating) - estimate(panel) * absence) ** 2).sum(axis=1)
    spread = np.where(n > 1, k * (n - k) / np.maximum(n * (n - 1), 1), 0) @ noise
    return float(np.sqrt(spread * (panel.n_cells - len(panel.persons)) / df) / q)


def freedom(panel: Panel) -> int:
    """Residual degrees of freedom of ratings given persons, sessions and absence."""
    return panel.n_cells - len(panel.persons) - len(panel.sessions)


def matched_differences(panel: Panel) -> pd.DataFrame:
    """Each informative person's mean rating of missed and attended sessions, and the difference.

    Session effects (with absence in the model) are taken out of the ratings, so that the mean of
    ``difference`` weighted by ``weight`` (missed × attended ÷ eligible) is the primary estimate.
    """
    people = panel.informative
    columns = ["participant_id", "mean_attended", "mean_missed", "difference", "n_attended", "n_missed", "weight"]
    if not people.any():
        return pd.DataFrame(columns=columns)
    absence = panel.residuals(panel.missed)
    varies = (absence**2).sum() > COLLINEAR
    slope = estimate(panel) if varies else 0.0
    effects = panel.session_effects(panel.rating - slope * panel.missed)
    rating = np.where(panel.eligible, panel.rating - effects, 0.0)[people]
    missed, eligible = panel.missed[people], panel.eligible[people]
    k, n = panel.n_missed[people], panel.n_eligible[people]
    low = (rating * missed).sum(axis=1) / k
    high = (rating * (eligible - missed)).sum(axis=1) / (n - k)
    values = [panel.persons[people], high, low, low - high, n - k, k, k * (n - k) / n]
    return pd.DataFrame(dict(zip(columns, values, strict=True)))
