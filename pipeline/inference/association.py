"""How far are comprehension gaps linked to missed sessions: the primary analysis.

Every person rates every session's topic, so that the topics that a person missed are compared
with those that the same person attended, session means removed (Marburger 2001, 2006; Stanca
2006). The design, not the model, carries the test: within each person, which of the eligible
sessions were missed is shuffled.
"""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from pipeline.inference.detectable import Detectable, minimum_detectable
from pipeline.inference.panel import CELL_COLUMNS, SCALE, Cells, Panel, cells
from pipeline.inference.plan import Plan
from pipeline.inference.results import RESULT_COLUMNS, result, table
from pipeline.inference.superiority import matched_superiority
from pipeline.inference.within import COLLINEAR, Fit, fit, matched_differences

__all__ = ["RESULT_COLUMNS", "Association", "Cells", "cells", "minimum_detectable", "primary", "refusal"]


@dataclass(frozen=True)
class Verdict:
    """``code``: linked, no_link, undecided, reversed or untestable; ``reason`` says why."""

    code: str
    reason: str


@dataclass(frozen=True)
class Association:
    """The primary result of one year.

    ``results``: RESULT_COLUMNS; analyses ``primary`` (1 − α interval and p), ``equivalence`` (the
    same estimate with the 1 − 2α interval), ``superiority``; p_adjusted is nan, as one test is
    no family; n is eligible cells, for superiority the persons compared with themselves.
    ``differences``: participant_id, mean_attended, mean_missed, difference, n_attended, n_missed,
    weight; the weighted mean difference is the estimate. ``left_out``: as in ``Cells``.
    ``counts``: cells, persons, sessions, missed_cells, informative_persons, all_attended,
    all_missed, persons_left_out.
    """

    results: pd.DataFrame
    verdict: Verdict
    counts: dict[str, int]
    differences: pd.DataFrame
    left_out: pd.DataFrame
    detectable: Detectable
    fit: Fit


def primary(data: Cells, plan: Plan | object) -> Association:
    """The primary analysis of ``data`` as the plan says; never an unexplained error.

    Data that can't be tested give verdict ``untestable`` with a reason (see ``refusal``) and nan
    results. Raises ValueError for cells off the scale or twice in the table.
    """
    plan = Plan.parse(plan)
    _check(data.table)
    panel = Panel.of(data.table)
    reason = refusal(panel, data.left_out, plan)
    found = Fit(*[nan] * 6, (nan, nan), (nan, nan)) if reason else fit(panel, plan)
    above = (nan, nan, nan) if reason else matched_superiority(panel, plan.alpha)
    level, inner = (f"{100 * (1 - a):g}％" for a in (plan.alpha, 2 * plan.alpha))
    by = "正確な分布" if not np.isnan(found.p_exact) else f"{plan.draws:,}回の並べ替え"
    test = f"個人内の並べ替え検定（{by}）、検定の反転による{{}}信頼区間" if not reason else ("検定できない")
    n = panel.n_cells
    rows = [
        result("primary", n, found.estimate, found.interval, found.p_value, test.format(level)),
        result(
            "equivalence", n, found.estimate, found.inner, nan, f"検定の反転による{inner}信頼区間（同等性の判定用）"
        ),
        result(
            "superiority",
            int(panel.informative.sum()),
            above[0],
            above[1:],
            nan,
            f"個人内の対の比較（回ごとのリジット）、個人ジャックナイフの{level}信頼区間",
        ),
    ]
    return Association(
        table(rows),
        Verdict("untestable", reason) if reason else verdict(found, plan),
        _counts(panel, data),
        matched_differences(panel),
        data.left_out,
        minimum_detectable(data, plan),
        found,
    )


def refusal(panel: Panel, left_out: pd.DataFrame, plan: Plan) -> str:
    """Why these cells can't answer the question, or "".

    no_cells · unrated_when_missed (nobody rated what they missed: a survey per session) ·
    one_person · nobody_missed · nobody_attended · no_informative_person · constant_ratings ·
    collinear (absence is the same for a whole session or person) · one_missed_cell ·
    one_attended_cell (counted among persons with both).
    Libraries answer most of these without a word: OLS gives exactly 0, Mann–Whitney p = .26.
    """
    missed = panel.missed[panel.eligible]
    unrated = left_out[left_out["reason"] == "unrated"]
    if not panel.n_cells:
        return "no_cells"
    if not missed.any():
        return "unrated_when_missed" if unrated["status"].isin(plan.missed).any() else ("nobody_missed")
    if missed.all():
        return "nobody_attended"
    if len(panel.persons) == 1:
        return "one_person"
    if not panel.informative.any():
        return "no_informative_person"
    if np.ptp(panel.rating[panel.eligible]) == 0:
        return "constant_ratings"
    if (panel.residuals(panel.missed) ** 2).sum() <= COLLINEAR:
        return "collinear"
    if panel.n_missed[panel.informative].sum() == 1:
        return "one_missed_cell"
    attended = (panel.n_eligible - panel.n_missed)[panel.informative].sum()
    return "one_attended_cell" if attended == 1 else ""


def verdict(found: Fit, plan: Plan) -> Verdict:
    """What may be said.

    untestable/unbounded · no_link/within_margin or detectable_but_small · linked/below_zero ·
    reversed/above_zero · undecided/not_settled. Equivalence by two one-sided tests (Lakens 2017).
    Without both ends of the interval nothing is said, even where p is small: that happens with
    two or three missed cells, of which a single odd one decides.
    """
    if not np.isfinite(found.interval).all():
        return Verdict("untestable", "unbounded")
    detected = found.p_value <= plan.alpha
    if -plan.margin < found.inner[0] and found.inner[1] < plan.margin:
        return Verdict("no_link", "detectable_but_small" if detected else "within_margin")
    if detected:
        return Verdict(*(("linked", "below_zero") if found.estimate < 0 else ("reversed", "above_zero")))
    return Verdict("undecided", "not_settled")


def _counts(panel: Panel, data: Cells) -> dict[str, int]:
    return {
        "cells": panel.n_cells,
        "persons": len(panel.persons),
        "sessions": len(panel.sessions),
        "missed_cells": int(panel.missed.sum()),
        "informative_persons": int(panel.informative.sum()),
        "all_attended": int((panel.n_missed == 0).sum()),
        "all_missed": int((panel.n_missed == panel.n_eligible).sum()),
        "persons_left_out": int(data.left_out.loc[data.left_out["unit"] == "person", "n"].sum()),
    }


def _check(cell_table: pd.DataFrame) -> None:
    keys = CELL_COLUMNS[:2]
    bad = cell_table[~cell_table["rating"].between(*SCALE) | ~cell_table["missed"].isin([0, 1])]
    if len(bad):
        person, session = bad[keys].astype(object).iloc[0]
        raise ValueError(f"評定か欠席の値が範囲外です: 受講者 {person}、回 {session}。")
    twice = cell_table[cell_table.duplicated(keys)]
    if len(twice):
        person, session = twice[keys].astype(object).iloc[0]
        raise ValueError(f"二重のセルがあります: 受講者 {person}、回 {session}。")


def verdict_table(found: Association, plan: Plan | object, layout: str, doubts: list[str]) -> pd.DataFrame:
    """The verdict and all that its sentence needs, as one row.

    ``layout``: the code of the year's layout; ``doubts``: analyses that disagree with the primary
    about α. Columns: code, reason, layout, doubts (joined by ;), margin, alpha, draws, seed,
    plan_digest, the counts of ``Association.counts``, detectable (points), detectable_persons,
    detectable_missed_cells.
    """
    plan = Plan.parse(plan)
    row = {
        "code": found.verdict.code,
        "reason": found.verdict.reason,
        "layout": layout,
        "doubts": ";".join(doubts),
        "margin": plan.margin,
        "alpha": plan.alpha,
        "draws": plan.draws,
        "seed": plan.seed,
        "plan_digest": plan.digest,
        **found.counts,
        "detectable": found.detectable.difference,
        "detectable_persons": float(found.detectable.persons),
        "detectable_missed_cells": float(found.detectable.missed_cells),
    }
    return pd.DataFrame([row])
