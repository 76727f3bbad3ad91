"""A made-up year as tables of ratings and attendance, for the tests of the inference."""

import numpy as np
import pandas as pd

SESSIONS = pd.DataFrame(
    {"session_id": [f"trial-{t}" for t in range(1, 8)], "course_id": "trial", "number": range(1, 8)}
)


def year(seed=1, difference=-0.8, persons=30, sessions=7, share=0.2, video=0.0, silent=0):
    """(ratings, attendance): everybody rates every session but the ``silent`` last persons.

    ``video`` of the missed cells were caught up by recording, which closes half of the gap.
    """
    rng = np.random.default_rng(seed)
    absent = rng.random((persons, sessions)) < share
    seen = absent & (rng.random(absent.shape) < video)
    latent = (
        3.6
        + rng.normal(0, 0.6, (persons, 1))
        + rng.normal(0, 0.25, sessions)
        + rng.normal(0, 0.7, absent.shape)
        + difference * (absent - 0.5 * seen)
    )
    status = np.where(seen, "recording", np.where(absent, "absent", "present"))
    late = (status == "present") & (rng.random(absent.shape) < 0.05)
    person, session = (a.ravel() for a in np.indices(absent.shape))
    grid = pd.DataFrame(
        {
            "participant_id": [f"p{i:02}" for i in person],
            "session_id": [f"trial-{t + 1}" for t in session],
            "rating": np.clip(np.round(latent), 1, 5).ravel(),
            "status": np.where(late, "late", status).ravel(),
        }
    )
    answered = person < persons - silent
    return (
        grid.loc[answered, ["participant_id", "session_id", "rating"]],
        grid[["participant_id", "session_id", "status"]],
    )
