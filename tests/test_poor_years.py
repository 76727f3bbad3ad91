"""Whatever a year looks like, every analysis answers or says why it can't."""

import warnings

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.inference.between import between_persons, within_sessions
from pipeline.inference.extent import by_session, catch_up, doses, extent
from pipeline.inference.panel import Panel, cells
from pipeline.inference.plan import Plan
from pipeline.inference.planning import chances
from pipeline.inference.pooling import pooled
from pipeline.inference.results import RESULT_COLUMNS, table
from pipeline.inference.sensitivity import sensitivity
from tests.cohorts import PLAN

FAST = Plan.parse(PLAN | {"draws": 199})
STATUSES = ["present", "present", "late", "absent", "recording", "waived", "unknown"]


@st.composite
def poor_years(draw):
    """Ratings and attendance of up to six persons and four sessions, cells missing at will."""
    persons, sessions = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    rows = [
        (f"p{i}", f"s{t}", draw(st.sampled_from(STATUSES)), draw(st.integers(0, 5)))
        for i in range(persons)
        for t in range(sessions)
    ]
    table = pd.DataFrame(rows, columns=["participant_id", "session_id", "status", "rating"])
    rated = table.loc[table["rating"] > 0, ["participant_id", "session_id", "rating"]]
    order = pd.DataFrame(
        {"session_id": [f"s{t}" for t in range(sessions)], "course_id": "c", "number": range(sessions)}
    )
    return rated, table.drop(columns="rating"), order


def sound(results):
    """p in (0, 1], estimates inside their intervals, no interval without an estimate."""
    assert list(results.columns) == RESULT_COLUMNS
    for column in ("p_value", "p_adjusted"):
        p = results[column].dropna()
        assert ((p > 0) & (p <= 1)).all()
    whole = results.dropna(subset=["estimate", "ci_low", "ci_high"])
    assert (whole["ci_low"] <= whole["estimate"] + 1e-9).all()
    assert (whole["ci_high"] >= whole["estimate"] - 1e-9).all()
    assert results["method"].ne("").all()


@settings(max_examples=40, deadline=None)
@given(poor_years())
def test_every_analysis_answers_or_says_why_not(year):
    ratings, attendance, order = year
    data = cells(ratings, attendance, FAST)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sound(sensitivity(ratings, attendance, FAST, order))
        sound(extent(data, FAST))
        sound(by_session(data, FAST))
        sound(table([catch_up(ratings, attendance, FAST)]))
        sound(within_sessions(Panel.of(data.table), FAST))
        overall = ratings.groupby("participant_id", as_index=False)["rating"].mean()
        sound(between_persons(overall, attendance, FAST))
        sound(pooled({"R4": data, "R5": data}, FAST).results)
        assert doses(data)["n"].sum() == data.table["participant_id"].nunique()


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**20 - 1))
def test_any_attendance_can_be_planned_for(persons, sessions, bits):
    missed = np.array([bits >> i & 1 for i in range(persons * sessions)], float)
    table = chances(FAST, missed=missed.reshape(persons, sessions), cohorts=2)
    assert len(table) == 4 and (table["detectable"] > 0).all()
