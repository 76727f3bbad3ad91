"""Least squares with small-sample cluster-robust errors: CR2 and Satterthwaite's freedom.

Bell & McCaffrey 2002; Pustejovsky & Tipton 2018. Persons are the clusters. Errors of few or
unequal clusters are too small in the usual sandwich; here each cluster's residuals are adjusted
and the degrees of freedom follow from the design.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.inference.panel import Panel

SINGULAR = 1e-9


@dataclass(frozen=True)
class Slopes:
    """Coefficients with CR2 errors, in the order asked for; nan where not estimable."""

    estimate: np.ndarray
    error: np.ndarray
    df: np.ndarray
    p_value: np.ndarray

    def interval(self, at: int, alpha: float) -> tuple[float, float]:
        """The 1 − α t interval of one coefficient."""
        reach = stats.t.ppf(1 - alpha / 2, self.df[at]) * self.error[at]
        return self.estimate[at] - reach, self.estimate[at] + reach


def clustered(y: np.ndarray, design: np.ndarray, cluster: np.ndarray, wanted: int) -> Slopes:
    """Least squares of ``y`` on ``design``; the first ``wanted`` columns are reported.

    ``cluster`` numbers the rows' clusters. A column that the others determine gets nan.
    """
    bread = np.linalg.pinv(design.T @ design, rcond=SINGULAR, hermitian=True)
    slope = bread @ design.T @ y
    residual = y - design @ slope
    estimable = _estimable(design, wanted)
    contrasts = bread[:, :wanted]
    groups = np.unique(cluster)
    meat, lengths = np.zeros(wanted), np.zeros((len(groups), wanted))
    loads = np.zeros((len(groups), design.shape[1], wanted))
    for at, group in enumerate(groups):
        rows = design[cluster == group]
        adjusted = _inverse_root(np.eye(len(rows)) - rows @ bread @ rows.T) @ rows @ contrasts
        meat += (adjusted.T @ residual[cluster == group]) ** 2
        lengths[at] = (adjusted**2).sum(axis=0)
        loads[at] = rows.T @ adjusted
    df = np.array([_satterthwaite(lengths[:, j], loads[:, :, j], bread) for j in range(wanted)])
    error = np.where(estimable & (meat > 0), np.sqrt(meat), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * stats.t.sf(np.abs(slope[:wanted]) / error, df)
    return Slopes(np.where(estimable, slope[:wanted], np.nan), error, df, p_value)


def _estimable(design: np.ndarray, wanted: int) -> np.ndarray:
    """Whether a column is more than a combination of the others."""
    found = np.zeros(wanted, bool)
    for column in range(wanted):
        others = np.delete(design, column, axis=1)
        own = design[:, column]
        left = own - others @ np.linalg.lstsq(others, own, rcond=None)[0]
        found[column] = (left**2).sum() > SINGULAR
    return found


def _inverse_root(matrix: np.ndarray) -> np.ndarray:
    """Symmetric inverse square root, 0 in the directions that the matrix annihilates."""
    values, vectors = np.linalg.eigh(matrix)
    root = np.where(values > SINGULAR, 1 / np.sqrt(np.maximum(values, SINGULAR)), 0)
    return (vectors * root) @ vectors.T


def _satterthwaite(lengths: np.ndarray, loads: np.ndarray, bread: np.ndarray) -> float:
    """Freedom of the variance estimate under equal independent errors: (tr G)²/tr(G²)."""
    gram = np.diag(lengths) - loads @ bread @ loads.T
    square = (gram**2).sum()
    return float(np.trace(gram) ** 2 / square) if square > 0 else np.nan


def two_way(panel: Panel, exposures: list[np.ndarray], usable: np.ndarray | None = None) -> Slopes:
    """Ratings on exposures (persons × sessions matrices) with person and session dummies.

    ``usable`` narrows the cells. The person dummies are removed by centring, which leaves CR2
    unchanged, as they lie within clusters.
    """
    cells = panel.eligible if usable is None else panel.eligible & usable
    person, session = np.nonzero(cells)
    dummies = np.eye(len(panel.sessions))[session][:, 1:]
    columns = np.column_stack([e[person, session] for e in exposures] + [dummies])
    design = centred(columns, person)
    return clustered(centred(panel.rating[person, session], person), design, person, len(exposures))


def within_between(panel: Panel) -> Slopes:
    """Mundlak's regression: the slope within persons, then the slope between their means.

    The session dummies' person means are in the model too, so that the first is the primary
    estimate also where cells are missing. The second is what the persons differ by: confounded.
    """
    person, session = np.nonzero(panel.eligible)
    rating, missed = panel.rating[person, session], panel.missed[person, session]
    dummies = np.eye(len(panel.sessions))[session][:, 1:]
    own = centred(dummies, person)
    columns = [centred(missed, person), missed - centred(missed, person)]
    design = np.column_stack([*columns, np.ones(len(person)), own, dummies - own])
    return clustered(rating, design, person, 2)


def centred(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """``values`` minus the mean of their group, row by row."""
    sums = np.zeros((group.max(initial=-1) + 1, *values.shape[1:]))
    np.add.at(sums, group, values)
    counts = np.bincount(group).reshape(-1, *[1] * (values.ndim - 1))
    return values - (sums / np.maximum(counts, 1))[group]
