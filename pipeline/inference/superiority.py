"""How often a topic attended is rated above a topic missed by the same person."""

import numpy as np
from scipy import stats

from pipeline.inference.panel import Panel

FEWEST = 5


def ridits(panel: Panel) -> np.ndarray:
    """Share of the session's ratings below each rating, ties by half; 0 where not eligible.

    Ridits put sessions that are rated high or low as a whole on one scale (Bross 1958).
    """
    scored = np.zeros(panel.rating.shape)
    for session in range(len(panel.sessions)):
        rated = panel.eligible[:, session]
        if rated.any():
            ranks = stats.rankdata(panel.rating[rated, session])
            scored[rated, session] = (ranks - 0.5) / rated.sum()
    return scored


def matched_superiority(panel: Panel, alpha: float) -> tuple[float, float, float]:
    """(estimate, low, high): chance that an attended topic is rated above a missed one.

    All pairs of one attended and one missed topic of the same person are compared by ridit, a
    tie counts half; persons weigh by their number of missed × attended ÷ eligible cells, as in
    the primary estimate. 0.5 is no link, above 0.5 a lower rating where missed. The interval is
    the person-jackknife t interval, cut at 0 and 1; nan with fewer than FEWEST persons, or when
    leaving out any one changes nothing: it would then be far too narrow.
    """
    score = ridits(panel)
    people = np.flatnonzero(panel.informative)
    wins, weights = np.empty(len(people)), np.empty(len(people))
    for at, person in enumerate(people):
        was_missed = panel.missed[person] == 1
        attended = score[person, panel.eligible[person] & ~was_missed]
        missed = score[person, was_missed]
        gap = attended[:, None] - missed[None, :]
        tied = np.abs(gap) <= 1e-12
        wins[at] = np.where(tied, 0.5, gap > 0).mean()
        weights[at] = len(attended) * len(missed) / (len(attended) + len(missed))
    total, weight = (wins * weights).sum(), weights.sum()
    estimate = total / weight
    if len(people) < FEWEST:
        return float(estimate), np.nan, np.nan
    without = (total - wins * weights) / (weight - weights)
    n = len(people)
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    if error <= 1e-12:
        return float(estimate), np.nan, np.nan
    reach = stats.t.ppf(1 - alpha / 2, n - 1) * error
    return float(estimate), float(max(0, estimate - reach)), float(min(1, estimate + reach))
