"""A made-up year as tables: ratings and attendance of one course, or all that a year of several courses leaves."""

import numpy as np
import pandas as pd

# course: persons, sessions, planted difference, share of absences caught up by recording
TOWN = {"no05": (60, 5, -0.9, 0.0), "no06": (70, 5, -1.0, 0.5), "no07": (80, 4, 0.0, 0.0), "no08": (7, 3, -0.9, 0.0)}
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


def town(made=TOWN, seed=1, singles=True):
    """Canonical tables of a year: every course from person p00 on, so that people take several.

    With ``singles`` there is a one-session course (no02), asked once for the course as a whole.
    """
    parts = {name: [] for name in ("attendance", "sessions", "instruments", "items", "responses")}
    for at, (course, (persons, sessions, difference, video)) in enumerate(made.items()):
        ratings, attendance = year(seed + at, difference, persons, sessions, 0.15, video)
        here = [t.assign(session_id=t["session_id"].str.replace("trial", course)) for t in (ratings, attendance)]
        topic = course + "-course_grid." + here[0]["session_id"]
        parts["attendance"].append(here[1])
        parts["responses"].append(_answers(here[0], course, "course_grid", topic))
        ids = [f"{course}-{n}" for n in range(1, sessions + 1)]
        _ask(parts, course, "course_grid", ids, [f"{course}-course_grid.{i}" for i in ids], ids)
    if singles:
        people = [f"p{n:02}" for n in range(90)]
        once = pd.DataFrame({"participant_id": people, "session_id": None, "rating": 4.0})
        parts["attendance"].append(once.assign(session_id="no02-1", status="present").drop(columns="rating"))
        parts["responses"].append(_answers(once, "no02", "course5", "no02-course5.comprehension"))
        _ask(parts, "no02", "course5", [None], ["no02-course5.comprehension"], ["no02-1"])
    tables = {name: pd.concat(rows, ignore_index=True) for name, rows in parts.items()}
    known = sorted(tables["sessions"]["course_id"].unique())
    tables["courses"] = pd.DataFrame(
        {"course_id": known, "title": [f"研修{c[2:]}" for c in known], "number": [int(c[2:]) for c in known]}
    )
    return tables


def _answers(ratings, course, family, item_id):
    return pd.DataFrame(
        {
            "response_id": f"{course}-{family}-" + ratings["participant_id"],
            "participant_id": ratings["participant_id"],
            "instrument_id": f"{course}-{family}",
            "item_id": item_id,
            "session_id": ratings["session_id"],
            "value": ratings["rating"],
        }
    )


def _ask(parts, course, family, asked, item_ids, held):
    parts["sessions"].append(
        pd.DataFrame(
            {
                "session_id": held,
                "course_id": course,
                "number": range(1, len(held) + 1),
                "title": [f"内容{n}" for n in range(1, len(held) + 1)],
            }
        )
    )
    instrument = f"{course}-{family}"
    parts["instruments"].append(pd.DataFrame([{"instrument_id": instrument, "family": family, "course_id": course}]))
    parts["items"].append(
        pd.DataFrame(
            {
                "item_id": item_ids,
                "instrument_id": instrument,
                "family": family,
                "dimension": "comprehension",
                "session_id": asked,
            }
        )
    )
