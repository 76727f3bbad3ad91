"""What those who didn't answer would have to be like to change the answer."""

import math

import numpy as np
import pandas as pd

from pipeline.inference.panel import KEYS, SCALE, Cells, Panel, caught_up
from pipeline.inference.plan import Plan
from pipeline.inference.results import result
from pipeline.inference.within import COLLINEAR, fit


def expected_cells(attendance: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Every cell that could have been rated: participant_id, session_id, missed (0/1)."""
    in_plan = attendance["status"].isin(plan.missed + plan.attended)
    known = attendance[in_plan & ~caught_up(attendance, plan)]
    return known[KEYS].assign(missed=known["status"].isin(plan.missed).astype(int))


def tipping_point(data: Cells, attendance: pd.DataFrame, plan: Plan) -> dict:
    """The difference among non-respondents at which the difference of all would be 0.

    β_all = (1 − w)·β_R + w·β_N, w the non-respondents' share of the information Σ k(n−k)/n, so
    that the turning β_N is −(1−w)/w·β_R; the same for both ends of the interval. n counts
    non-respondents, people without one rated cell. nan where everybody answered.
    """
    expected = expected_cells(attendance, plan)
    silent = ~expected["participant_id"].isin(data.table["participant_id"])
    weight = _information(expected[silent]), _information(data.table)
    people = expected.loc[silent, "participant_id"].nunique()
    method = "無回答者の差がこの値のとき、全員の差が0になる（区間は信頼区間の両端に対応）"
    panel = Panel.of(data.table)
    if not weight[0] or (panel.residuals(panel.missed) ** 2).sum() <= COLLINEAR:
        return result("tipping_point", people, np.nan, (np.nan, np.nan), np.nan, method)
    found, odds = fit(panel, plan), weight[1] / weight[0]
    ends = sorted((-odds * found.interval[0], -odds * found.interval[1]))
    return result("tipping_point", people, -odds * found.estimate, tuple(ends), np.nan, method)


def _information(table: pd.DataFrame) -> float:
    """Σ k(n−k)/n over persons: what their missed and attended cells can tell of a difference."""
    missed = table.groupby("participant_id")["missed"].agg(["sum", "size"])
    return math.fsum(missed["sum"] * (missed["size"] - missed["sum"]) / missed["size"])  # in whatever order


def worst_cases(data: Cells, attendance: pd.DataFrame, plan: Plan) -> dict:
    """The least and the greatest estimate that any answers in the unrated cells could give.

    Manski 1990: every unrated cell at the end of the scale that lowers, then raises β. Bounds,
    not an interval of chance. n is the number of unrated cells.
    """
    every = expected_cells(attendance, plan).merge(data.table[[*KEYS, "rating"]], on=KEYS, how="left")
    unrated = int(every["rating"].isna().sum())
    method = f"無回答のセルを{SCALE[0]}または{SCALE[1]}で埋めた場合の最小と最大（Manskiの限界）"
    panel = Panel.of(every.fillna({"rating": 0.0}))
    absence = panel.residuals(panel.missed)
    if not panel.n_cells or (absence**2).sum() <= COLLINEAR:
        return result("worst_cases", unrated, np.nan, (np.nan, np.nan), np.nan, method)
    weight = absence / (absence**2).sum()
    blank = panel.eligible & (panel.rating == 0)
    known = (weight * panel.rating).sum()
    ends = (np.where(weight[blank] > 0, *sides) @ weight[blank] for sides in (SCALE, SCALE[::-1]))
    return result("worst_cases", unrated, np.nan, tuple(known + e for e in ends), np.nan, method)
