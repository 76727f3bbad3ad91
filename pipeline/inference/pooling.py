"""Several courses or years together: people are compared with themselves in their own course."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.inference import permutation
from pipeline.inference.association import Verdict, primary, refusal, verdict
from pipeline.inference.panel import Cells, Panel
from pipeline.inference.plan import Plan
from pipeline.inference.results import result, table
from pipeline.inference.within import estimate, fit, standard_error

SEPARATOR = "\u241f"
WITHIN_COURSES = "同じ研修の人どうしの比較"


def strata_of(persons: np.ndarray) -> np.ndarray:
    """The course (of a year) with which each person is marked; "" for those of one course alone."""
    return np.array([str(person).rpartition(SEPARATOR)[0] for person in persons], str)


@dataclass(frozen=True)
class Pooled:
    """``results``: RESULT_COLUMNS; one row per stratum (``analysis`` its label), ``pooled``,
    ``heterogeneity`` (estimate: I², the share of the strata's spread beyond chance; p of Q).
    ``verdict``: of the pooled estimate. ``weights``: share of the information by label.
    """

    results: pd.DataFrame
    verdict: Verdict
    weights: dict[str, float]


def pooled(
    strata: Mapping[str, Cells], plan: Plan | object, published: Mapping[str, pd.DataFrame] | None = None
) -> Pooled:
    """One difference for all strata, each stratum's own, and whether they differ by more than
    chance.

    ``strata``: cells by label (a course of a year). A person in two strata is two persons here:
    sessions are shuffled, and means removed, within person and stratum. Strata without
    information stay in the table with nan and in the pool without weight. ``published``: results of
    ``primary`` by label, where a stratum has them already: its own row is taken from there, so that one
    difference isn't given twice with intervals of other draws.
    """
    plan = Plan.parse(plan)
    rows = [_own(data, plan, (published or {}).get(label)) | {"analysis": label} for label, data in strata.items()]
    together = joined(strata)
    panel = Panel.of(together.table)
    reason = refusal(panel, together.left_out, plan)
    nothing = (np.nan, np.nan)
    if reason:
        rows.append(result("pooled", panel.n_cells, np.nan, nothing, np.nan, "検定できない"))
        rows.append(result("heterogeneity", 0, np.nan, nothing, np.nan, "検定できない"))
        return Pooled(table(rows), Verdict("untestable", reason), {})
    found = fit(panel, plan)
    by = f"{plan.draws:,}回の並べ替え" if np.isnan(found.p_exact) else "正確な分布"
    rows.append(
        result(
            "pooled",
            panel.n_cells,
            found.estimate,
            found.interval,
            found.p_value,
            f"研修・年度を層とした個人内の並べ替え検定（{by}）",
        )
    )
    rows.append(_heterogeneity(strata, panel, plan))
    stratum = pd.Series(panel.persons).str.partition(SEPARATOR)[0].to_numpy()
    information = (panel.residuals(panel.missed) ** 2).sum(axis=1)
    weights = {label: float(information[stratum == label].sum() / information.sum()) for label in strata}
    return Pooled(table(rows), verdict(found, plan), weights)


def _own(data: Cells, plan: Plan, results: pd.DataFrame | None) -> dict:
    rows = primary(data, plan).results if results is None else results
    return rows.set_index("analysis").loc["primary"].to_dict()


def strata(history: Mapping[str, pd.DataFrame], label: str, data: Cells) -> dict[str, Cells]:
    """The cells of earlier years (tables, by year) and of this one, by label, for ``pooled``."""
    nothing = data.left_out.iloc[:0]
    earlier = {year: Cells(table, nothing) for year, table in history.items()}
    return earlier | {label: data}


def joined(strata: Mapping[str, Cells]) -> Cells:
    """The strata's cells in one table, persons and sessions marked with their stratum."""
    tables, left_out = [], []
    for label, data in strata.items():
        marked = {key: label + SEPARATOR + data.table[key].astype(str) for key in ("participant_id", "session_id")}
        tables.append(data.table.assign(**marked))
        left_out.append(data.left_out)
    counts = pd.concat(left_out, ignore_index=True)
    keys = ["unit", "reason", "status"]
    return Cells(pd.concat(tables, ignore_index=True), counts.groupby(keys, as_index=False)["n"].sum())


def _heterogeneity(strata: Mapping[str, Cells], panel: Panel, plan: Plan) -> dict:
    """Cochran's Q of the strata's estimates, p by shuffling what a common difference leaves."""
    names = np.array(list(strata))
    of_person = pd.Series(panel.persons).str.partition(SEPARATOR)[0].to_numpy()
    absence = panel.residuals(panel.missed)
    common = (absence * panel.rating).sum() / (absence**2).sum()
    left = panel.residuals(panel.rating) - common * absence
    own = {name: Panel.of(data.table) for name, data in strata.items() if len(data.table)}
    errors = {name: standard_error(one) for name, one in own.items()}
    used = [name for name in names if errors.get(name, np.nan) > 0]
    method = "層の間の異質性：I²、Q統計量の並べ替え検定"
    if len(used) < 2:
        return result("heterogeneity", len(used), np.nan, (np.nan, np.nan), np.nan, method)
    weight = np.array([errors[name] ** -2.0 for name in used])
    member = (of_person[panel.informative][None, :] == np.array(used)[:, None]).astype(float)
    size = np.array([(absence[of_person == name] ** 2).sum() for name in used])
    values = np.array([estimate(own[name]) for name in used])
    observed = _q(values[None, :], weight)[0]
    hits = 1
    for block in permutation.shuffles(left[None], panel.missed, panel.eligible, plan.draws, plan.seed):
        drawn = _q(block[0] @ member.T / size, weight)
        hits += np.count_nonzero(drawn >= observed - permutation.TIE)
    beyond = max(0.0, 1 - (len(used) - 1) / observed) if observed > 0 else 0.0
    p_value = hits / (plan.draws + 1)
    return result("heterogeneity", len(used), beyond, (np.nan, np.nan), p_value, method)


def _q(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted squared deviations from the weighted mean, row by row."""
    centre = (values @ weight / weight.sum())[:, None]
    return ((values - centre) ** 2) @ weight
