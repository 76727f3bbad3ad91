"""Kendall's τ-b and Somers' D of two ordinal columns, with permutation p and jackknife interval."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

BLOCK = 1 << 19


@dataclass(frozen=True)
class Concordance:
    """τ-b, and D of the second column given the first, with 1 − α intervals; one p for both."""

    tau: float
    tau_interval: tuple[float, float]
    somers_d: float
    somers_interval: tuple[float, float]
    p_value: float


def concordance(
    x: np.ndarray, y: np.ndarray, alpha: float, draws: int, seed: int, strata: np.ndarray | None = None
) -> Concordance:
    """How far ``y`` rises with ``x`` over independent units; all nan where one is constant.

    p: the units' ``y`` are shuffled, two-sided by doubling, never 0. Intervals: jackknife of
    Fisher's z with t(n − 1); the textbook .437/(n − 4) covers only .86 at ratings full of ties.
    ``strata``: a label a unit; only pairs of the same stratum are compared and ``y`` is shuffled
    within, so that a difference between strata counts for nothing.
    """
    strata = np.zeros(len(x), int) if strata is None else np.unique(strata, return_inverse=True)[1]
    # Shuffled stratum by stratum, the units have to stand together; and the draws must not go by whoever comes first.
    order = np.lexsort([y, x, strata])
    x, y, strata = np.asarray(x)[order], np.asarray(y)[order], strata[order]
    x, y = (np.unique(v, return_inverse=True)[1] for v in (x, y))
    nothing = Concordance(np.nan, (np.nan, np.nan), np.nan, (np.nan, np.nan), np.nan)
    if len(x) < 3 or x.max() == 0 or y.max() == 0:
        return nothing
    together = strata[:, None] == strata[None, :]
    by_x, by_y = (np.sign(v[:, None] - v[None, :]) * together for v in (x, y))
    parts = np.stack([(by_x * by_y).sum(1), (by_x**2).sum(1), (by_y**2).sum(1)]).astype(float)
    total = parts.sum(axis=1)
    if not total[1:].all():
        return nothing
    # Leaving one unit out takes its pairs away from both sides of the matrix.
    without = total[:, None] - 2 * parts
    tau, d = float(_tau(total)), float(_somers(total))
    return Concordance(
        tau,
        _jackknife(tau, _tau(without), alpha),
        d,
        _jackknife(d, _somers(without), alpha),
        _p_value(x, y, strata, total[0] / 2, draws, seed),
    )


def _tau(parts):
    with np.errstate(invalid="ignore", divide="ignore"):
        return parts[0] / np.sqrt(parts[1] * parts[2])


def _somers(parts):
    with np.errstate(invalid="ignore", divide="ignore"):
        return parts[0] / parts[1]


def _jackknife(value: float, without: np.ndarray, alpha: float) -> tuple[float, float]:
    """t interval from pseudo-values of Fisher's z; nan where z or its spread doesn't exist."""
    if not (np.abs([value, *without]) < 1 - 1e-12).all():
        return np.nan, np.nan
    n, z, z_without = len(without), np.arctanh(value), np.arctanh(without)
    error = np.sqrt((n - 1) / n * ((z_without - z_without.mean()) ** 2).sum())
    reach = stats.t.ppf(1 - alpha / 2, n - 1) * error
    return float(np.tanh(z - reach)), float(np.tanh(z + reach))


def _p_value(x: np.ndarray, y: np.ndarray, strata: np.ndarray, observed: float, draws: int, seed: int) -> float:
    """Shuffles of ``y`` as contingency tables: concordant minus discordant pairs of each."""
    rng = np.random.default_rng(seed)
    rows, columns = x.max() + 1, y.max() + 1
    later = np.triu(np.ones((rows, rows)), 1)
    higher = np.sign(np.arange(columns)[None, :] - np.arange(columns)[:, None])
    less = greater = 1
    parts = np.split(np.arange(len(x)), np.flatnonzero(np.diff(strata)) + 1)
    size = max(1, BLOCK // max(len(x), rows * columns))
    for first in range(0, draws, size):
        block = min(size, draws - first)
        drawn = np.zeros(block)
        for part in parts:
            shuffled = rng.permuted(np.tile(y[part], (block, 1)), axis=1)
            at = (np.arange(block)[:, None] * rows + x[part]) * columns + shuffled
            counts = np.bincount(at.ravel(), minlength=block * rows * columns)
            counts = counts.reshape(block, rows, columns).astype(float)
            drawn += (counts * (later @ counts @ higher.T)).sum(axis=(1, 2))
        less += np.count_nonzero(drawn <= observed)
        greater += np.count_nonzero(drawn >= observed)
    return float(min(1.0, 2 * min(less, greater) / (draws + 1)))
