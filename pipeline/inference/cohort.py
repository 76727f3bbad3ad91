"""Made-up cohorts with a known link, for planning a year and for checking the method."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit

from pipeline.inference.panel import SCALE, Panel


@dataclass(frozen=True)
class Design:
    """How a cohort comes about: rating = round(latent), cut to the scale.

    latent = ``mean`` + person (sd ``person_sd``) + session (sd ``session_sd``) + ``difference``
    where missed + residual (sd ``noise_sd``). A session is missed with log odds that vary between
    persons with sd ``proneness_sd``, correlated ``related`` with the person's level (negative:
    weaker people miss more), and rise by ``hardness`` for a session one sd harder; ``share`` are
    missed on average. ``memory``: correlation of neighbouring sessions' residuals, and of what
    decides absence, within a person.
    """

    persons: int = 24
    sessions: int = 7
    share: float = 0.15
    difference: float = 0.0
    mean: float = 3.6
    person_sd: float = 0.6
    session_sd: float = 0.25
    noise_sd: float = 0.7
    proneness_sd: float = 1.0
    related: float = 0.0
    hardness: float = 0.0
    memory: float = 0.0


def cohort(design: Design, rng: np.random.Generator, missed: np.ndarray | None = None) -> Panel:
    """One cohort; ``missed`` (persons × sessions, 0/1) keeps a given attendance.

    A full grid, but for cells where ``missed`` is nan: sessions that were not for that person.
    """
    shape = missed.shape if missed is not None else (design.persons, design.sessions)
    level, easy = rng.normal(size=shape[0]), rng.normal(size=shape[1])
    if missed is None:
        missed = _absence(design, level, easy, rng)
    eligible = ~np.isnan(missed)
    missed = np.where(eligible, missed, 0.0)
    latent = (
        design.mean
        + design.person_sd * level[:, None]
        + design.session_sd * easy
        + design.difference * missed
        + design.noise_sd * _series(shape, design.memory, rng)
    )
    rating = np.where(eligible, np.clip(np.round(latent), *SCALE), 0.0)
    return Panel(np.arange(shape[0]), np.arange(shape[1]), rating, missed, eligible)


def _absence(design: Design, level, easy, rng) -> np.ndarray:
    rest = np.sqrt(1 - design.related**2)
    prone = design.related * level + rest * rng.normal(size=design.persons)
    odds = _intercept(design) + design.proneness_sd * prone[:, None] - design.hardness * easy[None, :]
    luck = stats.norm.cdf(_series((design.persons, design.sessions), design.memory, rng))
    return (luck < expit(odds)).astype(float)


def _series(shape: tuple[int, int], memory: float, rng) -> np.ndarray:
    """Standard normal values, row by row a first-order autoregression with ``memory``."""
    noise = rng.normal(size=shape)
    for session in range(1, shape[1] if memory else 0):
        fresh = np.sqrt(1 - memory**2) * noise[:, session]
        noise[:, session] = memory * noise[:, session - 1] + fresh
    return noise


def _intercept(design: Design) -> float:
    """The log odds of absence that give ``share`` on average over persons and sessions."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    spread = np.hypot(design.proneness_sd, design.hardness)

    def excess(centre):
        return expit(centre + spread * nodes) @ weights / weights.sum() - design.share

    return float(brentq(excess, -30, 30))
