"""Cohorts for the tests of the inference: oracle tables and a made-up cohort."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.inference.panel import Cells

ORACLES = Path(__file__).parent / "oracles"
EXPECTED = json.loads((ORACLES / "oracles.json").read_text(encoding="utf-8"))
PLAN = {
    "missed": ["absent", "absent_duty"],
    "attended": ["present", "late"],
    "margin": 0.5,
    "alpha": 0.05,
    "draws": 4999,
    "seed": 20220805,
}
NAMES = {"person": "participant_id", "session": "session_id", "absent": "missed", "y": "rating"}
NOTHING_LEFT_OUT = pd.DataFrame(columns=["unit", "reason", "status", "n"])


def expected(name):
    """An oracle's value: Python's where there is one, else R's."""
    both = EXPECTED[name]
    return both["r"] if both["python"] is None else both["python"]


def oracle(name):
    """The cells of an oracle table."""
    return Cells(pd.read_csv(ORACLES / f"{name}.csv").rename(columns=NAMES), NOTHING_LEFT_OUT)


def cells_of(rating, missed, eligible=None):
    """Cells from matrices, one row per person."""
    rating, missed = np.asarray(rating, float), np.asarray(missed, int)
    person, session = np.nonzero(np.ones(rating.shape) if eligible is None else eligible)
    return Cells(
        pd.DataFrame(
            {
                "participant_id": person,
                "session_id": session,
                "rating": rating[person, session],
                "missed": missed[person, session],
            }
        ),
        NOTHING_LEFT_OUT,
    )


def cohort(seed, difference=0.0, persons=24, sessions=7, share=0.15, noise=0.7, whole=True):
    """Ratings around person and session levels, ``difference`` points where missed."""
    rng = np.random.default_rng(seed)
    missed = rng.random((persons, sessions)) < share
    latent = (
        3.6
        + rng.normal(0, 0.6, (persons, 1))
        + rng.normal(0, 0.25, sessions)
        + rng.normal(0, noise, (persons, sessions))
        + difference * missed
    )
    return cells_of(np.clip(np.round(latent), 1, 5) if whole else np.clip(latent, 1, 5), missed)
