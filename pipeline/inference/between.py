"""Comparisons between people: what is left when nobody can be compared with themselves.

Weaker or busier people miss more, which these comparisons cannot tell from a link: with ratings
that depend on nothing but the person they raise false alarms in a third of small cohorts. They
are shown with that label or not at all.
"""

import numpy as np
import pandas as pd

from pipeline.inference.kendall import concordance
from pipeline.inference.layout import Layout, ladder
from pipeline.inference.nonresponse import expected_cells
from pipeline.inference.panel import Cells, Panel
from pipeline.inference.plan import Plan
from pipeline.inference.pooling import WITHIN_COURSES, strata_of
from pipeline.inference.regression import centred
from pipeline.inference.results import result, table
from pipeline.inference.within import COLLINEAR, Fit, shuffled


def fallback(asked: Layout, data: Cells, code: str, attendance: pd.DataFrame, plan: Plan | object) -> pd.DataFrame:
    """The second best where people can't be compared with themselves; RESULT_COLUMNS, or no row.

    ``code`` is the primary's verdict; which analysis is allowed is said by ``layout.ladder``.
    """
    analysis = ladder(asked.code, code)
    if analysis == "within_sessions":
        return within_sessions(Panel.of(data.table), plan)
    return between_persons(asked.overall, attendance, plan) if (analysis == "between_persons") else table([])


def between_persons(overall: pd.DataFrame, attendance: pd.DataFrame, plan: Plan | object) -> pd.DataFrame:
    """Layout B: one overall rating per person against the share of sessions that they missed.

    ``overall``: participant_id, rating. RESULT_COLUMNS with the rows ``kendall`` (τ-b) and
    ``somers_d`` (rating given share missed); negative where those who missed more rate lower;
    one permutation p for both; nan where one of the two is constant or fewer than three answered.
    Persons marked with their course are compared with those of the same course only.
    Raises ValueError for a person who answers twice.
    """
    plan = Plan.parse(plan)
    twice = overall.loc[overall["participant_id"].duplicated(), "participant_id"]
    if len(twice):
        raise ValueError(f"全体の評定が二重です: 受講者 {twice.iloc[0]}。一つにしてください。")
    share = expected_cells(attendance, plan).groupby("participant_id")["missed"].mean()
    both = overall.dropna(subset=["rating"]).merge(share.reset_index(), on="participant_id")
    found = concordance(
        both["missed"].to_numpy(),
        both["rating"].to_numpy(),
        plan.alpha,
        plan.draws,
        plan.seed,
        course := strata_of(both["participant_id"]),
    )
    method = "個人間の比較（誰が休むかは調整していない）：{}、並べ替え検定、ジャックナイフ区間"
    method += f"、{WITHIN_COURSES}" if any(course) else ""
    return table(
        [
            result(
                "kendall", len(both), found.tau, found.tau_interval, found.p_value, method.format("ケンドールのτ-b")
            ),
            result(
                "somers_d",
                len(both),
                found.somers_d,
                found.somers_interval,
                found.p_value,
                method.format("ソマーズのD"),
            ),
        ]
    )


def within_sessions(panel: Panel, plan: Plan | object) -> pd.DataFrame:
    """Layout A that can't be compared within persons: who missed a session against who came.

    One row ``within_sessions``: β with session means removed, persons shuffled within each
    session. nan where no session has both.
    """
    plan = Plan.parse(plan)
    method = "回ごとの個人間の比較（誰が休むかは調整していない）：並べ替え検定"
    person, session = np.nonzero(panel.eligible)
    found = Fit(*[np.nan] * 6, (np.nan, np.nan), (np.nan, np.nan))
    if panel.n_cells:
        rating, absence = np.zeros_like(panel.rating), np.zeros_like(panel.rating)
        rating[person, session] = centred(panel.rating[person, session], session)
        absence[person, session] = centred(panel.missed[person, session], session)
        if (absence**2).sum() > COLLINEAR and (rating**2).sum() > COLLINEAR:
            found = shuffled(rating.T, absence.T, panel.missed.T, panel.eligible.T, plan)
    return table([result("within_sessions", panel.n_cells, found.estimate, found.interval, found.p_value, method)])
