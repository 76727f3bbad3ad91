"""Cumulative logit with a normal person intercept: the ordinal reading of the ratings.

P(rating ≤ y) = F(τ_y − session − β·missed − σ·u), u ~ N(0, 1) integrated out by Gauss–Hermite
quadrature around each person's own mode (Pinheiro & Bates 1995; Liu & Pierce 1994). Descriptive:
its test is Wald's, and the person intercept is taken to be unrelated to absence.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logsumexp

from pipeline.inference.panel import Panel

NODES = 15
SEPARATED = 8.0
FLAT = 5.0


@dataclass(frozen=True)
class CumulativeLogit:
    """``estimate`` in log odds of a higher rating; ``spread`` the sd of the person intercepts.

    ``estimate`` and ``error`` are nan where the likelihood has no usable maximum: |β| above 8 or
    an error above 5 mean that ratings separate the missed from the attended completely, which
    libraries report as converged.
    """

    estimate: float
    error: float
    spread: float
    log_likelihood: float


def cumulative_logit(panel: Panel) -> CumulativeLogit:
    """Maximum likelihood of the ratings that occur, sessions as dummies."""
    person, session = np.nonzero(panel.eligible)
    levels, level = np.unique(panel.rating[person, session], return_inverse=True)
    if len(levels) < 2:
        return CumulativeLogit(np.nan, np.nan, np.nan, np.nan)
    design = np.column_stack([panel.missed[person, session], np.eye(len(panel.sessions))[session][:, 1:]])
    model = _Likelihood(level, len(levels), design, person)
    found = minimize(model.negative, model.start(), jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500})
    at = len(levels) - 1
    error = _error(model, found.x, at)
    estimate = found.x[at]
    if abs(estimate) > SEPARATED or not error <= FLAT:
        estimate = error = np.nan
    return CumulativeLogit(float(estimate), float(error), float(np.exp(found.x[-1])), float(-found.fun))


def _error(model: "_Likelihood", at: np.ndarray, wanted: int) -> float:
    """Standard error from the numerical derivative of the gradient."""
    step = 1e-4
    rows = [
        (model.negative(at + step * unit)[1] - model.negative(at - step * unit)[1]) / (2 * step)
        for unit in np.eye(len(at))
    ]
    hessian = (np.array(rows) + np.array(rows).T) / 2
    try:
        variance = np.linalg.inv(hessian)[wanted, wanted]
    except np.linalg.LinAlgError:
        return np.nan
    return float(np.sqrt(variance)) if variance > 0 else np.nan


class _Likelihood:
    """Minus log likelihood and gradient in (first cut, log steps, slopes, log sd)."""

    def __init__(self, level, levels, design, person):
        self.level, self.levels, self.design, self.person = level, levels, design, person
        self.persons = person.max() + 1
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        self.nodes = nodes
        # N(0, 1) is divided out at the moved nodes: ω·exp(z²/2) is the weight of plain dz.
        self.log_weights = np.log(weights) + nodes**2 / 2 - np.log(2 * np.pi) / 2
        self.centre, self.width = np.zeros(self.persons), np.ones(self.persons)

    def start(self) -> np.ndarray:
        """Cuts at the observed shares, no slopes, a spread of one."""
        shares = np.cumsum(np.bincount(self.level))[:-1] / len(self.level)
        cuts = np.log(shares / (1 - shares))
        slopes = np.zeros(self.design.shape[1])
        return np.concatenate([cuts[:1], np.log(np.diff(cuts)), slopes, [0.0]])

    def _by_person(self, values: np.ndarray) -> np.ndarray:
        """Sums over each person's cells."""
        sums = np.zeros((self.persons, *values.shape[1:]))
        np.add.at(sums, self.person, values)
        return sums

    def negative(self, at: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the log likelihood and its gradient at the parameters ``at``."""
        n_cuts = self.levels - 1
        steps = np.exp(np.clip(at[1:n_cuts], -30, 30))
        cuts = at[0] + np.concatenate([[0.0], np.cumsum(steps)])
        spread = np.exp(np.clip(at[-1], -30, 5))
        fixed = self.design @ at[n_cuts:-1]
        edges = np.concatenate([[-np.inf], cuts, [np.inf]])
        low, high = edges[self.level][:, None], edges[self.level + 1][:, None]
        self._move(fixed, low, high, spread)
        u = self.centre[:, None] + self.width[:, None] * self.nodes
        eta = fixed[:, None] + spread * u[self.person]
        below, above = low - eta, high - eta
        log_p = _log_between(below, above)
        prior = self.log_weights + np.log(self.width)[:, None] - u**2 / 2
        joint = self._by_person(log_p) + prior
        total = logsumexp(joint, axis=1)
        share = np.exp(joint - total[:, None])[self.person]
        slope = expit(below) + expit(above) - 1
        by_cell = (share * slope).sum(axis=1)
        # Derivatives of log P with respect to its upper and lower cut, 0 at the open ends.
        up = (share * np.exp(log_expit(above) + log_expit(-above) - log_p)).sum(axis=1)
        down = (share * np.exp(log_expit(below) + log_expit(-below) - log_p)).sum(axis=1)
        cut = np.bincount(self.level, up, self.levels)[:-1]
        cut = cut - np.bincount(self.level, down, self.levels)[1:]
        tail = np.cumsum(cut[::-1])[::-1]
        gradient = np.concatenate(
            [tail[:1], tail[1:] * steps, by_cell @ self.design, [(share * slope * u[self.person]).sum() * spread]]
        )
        return -float(total.sum()), -gradient

    def _move(self, fixed, low, high, spread) -> None:
        """Centre and widen each person's nodes at the mode of the integrand (Newton's steps)."""
        u = np.zeros(self.persons)
        for _ in range(12):
            eta = (fixed + spread * u[self.person])[:, None]
            below, above = expit(low - eta), expit(high - eta)
            first = self._by_person((below + above - 1)[:, 0]) * spread - u
            bend = below * (1 - below) + above * (1 - above)
            second = self._by_person(bend[:, 0]) * spread**2 + 1
            u = u + np.clip(first / second, -3, 3)
        self.centre, self.width = u, 1 / np.sqrt(second)


def _log_between(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """log(F(above) − F(below)) of the logistic law without cancellation."""
    with np.errstate(invalid="ignore"):
        gap = np.where(np.isinf(above) | np.isinf(below), np.inf, above - below)
    return log_expit(above) + log_expit(-below) + np.log1p(-np.exp(-gap))
