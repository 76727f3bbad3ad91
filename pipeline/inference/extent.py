"""How far: how much of the gaps in comprehension goes with missed sessions."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.inference.association import refusal
from pipeline.inference.kendall import concordance
from pipeline.inference.panel import KEYS, Cells, Panel, caught_up
from pipeline.inference.plan import Plan
from pipeline.inference.pooling import WITHIN_COURSES, strata_of
from pipeline.inference.regression import centred, two_way
from pipeline.inference.results import adjusted, result, table
from pipeline.inference.within import COLLINEAR, Fit, fit, shuffled

NOTHING = (np.nan, np.nan)


def extent(data: Cells, plan: Plan | object, found: Fit | None = None) -> pd.DataFrame:
    """RESULT_COLUMNS: ``share_of_spread``, ``overall_loss``, ``dose``; n is persons.

    share_of_spread: 1 − Var(m_i − β·f_i)/Var(m_i), m_i a person's mean rating and f_i the share
    of sessions missed: the part of the spread of person means that goes with missed sessions at
    β points each. Not a squared correlation: negative where taking β·f_i away widens the spread.
    overall_loss: β × share of cells missed, rating points per person and session. Both intervals
    are β's, mapped. dose: Somers' D of the mean rating given the number missed; between persons.
    With several courses the spread is that of persons around their course's mean and the dose
    compares persons of the same course: what courses differ in is no gap between people.
    ``found``: the primary fit of the same data, where it is at hand. nan where that is refused.
    """
    plan = Plan.parse(plan)
    panel = Panel.of(data.table)
    if refusal(panel, data.left_out, plan):
        return table(
            [
                result(name, len(panel.persons), np.nan, NOTHING, np.nan, "検定できない")
                for name in ("share_of_spread", "overall_loss", "dose")
            ]
        )
    found = found or fit(panel, plan)
    n, persons = panel.n_eligible, len(panel.persons)
    mean, missed = panel.rating.sum(axis=1) / n, panel.n_missed / n
    share = missed @ n / n.sum()
    ends = sorted(share * b for b in found.interval)
    course = strata_of(panel.persons)
    dose = concordance(panel.n_missed, mean, plan.alpha, plan.draws, plan.seed, course)
    group = np.unique(course, return_inverse=True)[1]
    mean, missed = centred(mean, group), centred(missed, group)
    within = f"、{WITHIN_COURSES}" if any(course) else ""
    level = f"{100 * (1 - plan.alpha):g}％"
    return table(
        [
            result(
                "share_of_spread",
                persons,
                *_spread(mean, missed, found),
                np.nan,
                f"個人平均の分散のうち欠席に伴う割合、βの{level}信頼区間から換算{within}",
            ),
            result(
                "overall_loss",
                persons,
                share * found.estimate,
                tuple(ends),
                np.nan,
                f"β×欠席の割合、βの{level}信頼区間から換算",
            ),
            result(
                "dose",
                persons,
                dose.somers_d,
                dose.somers_interval,
                dose.p_value,
                f"ソマーズのD（欠席回数と個人平均、個人間・交絡あり）、並べ替え検定{within}",
            ),
        ]
    )


def _spread(mean, missed, found: Fit) -> tuple[float, tuple[float, float]]:
    """The share at β and its range over β's interval; a parabola in β, highest in between."""
    total = mean.var()
    if total <= COLLINEAR:
        return np.nan, NOTHING

    def share(b):
        return 1 - (mean - b * missed).var() / total

    low, high = found.interval
    if not np.isfinite([low, high]).all():
        return share(found.estimate), NOTHING
    at = [low, high]
    if missed.var() > COLLINEAR:
        best = np.cov(mean, missed, bias=True)[0, 1] / missed.var()
        at.append(np.clip(best, low, high))
    values = [share(b) for b in at]
    return share(found.estimate), (min(values), max(values))


def doses(data: Cells) -> pd.DataFrame:
    """Persons by number of sessions missed: dose (0, 1, 2, 3+), n, mean, sd of mean ratings.

    With several courses their levels are evened out (least squares of the persons' means on course
    and dose), so that a generous course that few missed makes no dose look better; nan where
    doses and courses can't be told apart.
    """
    people = data.table.groupby("participant_id").agg(missed=("missed", "sum"), mean=("rating", "mean"))
    people["dose"] = people["missed"].clip(upper=3).map({0: "0", 1: "1", 2: "2", 3: "3+"})
    people["mean"] -= _levels(people["dose"], strata_of(people.index), people["mean"])
    rows = people.groupby("dose")["mean"].agg(n="size", mean="mean", sd="std")
    return rows.reindex(["0", "1", "2", "3+"]).fillna({"n": 0}).astype({"n": int}).reset_index()


def _levels(dose: pd.Series, course: np.ndarray, mean: pd.Series) -> np.ndarray:
    """How far each person's course lies over the average person's, given the dose."""
    by_dose, by_course = (pd.get_dummies(v, dtype=float).to_numpy() for v in (dose, course))
    if by_course.shape[1] < 2:
        return np.zeros(len(mean))
    both = np.hstack([by_dose, by_course])
    # Tied together, courses and doses leave one constant open between them, and no more.
    if np.linalg.matrix_rank(both) < both.shape[1] - 1:
        return np.full(len(mean), np.nan)
    level = by_course @ np.linalg.lstsq(both, mean.to_numpy(), rcond=None)[0][by_dose.shape[1] :]
    return level - level.mean()


def by_session(data: Cells, plan: Plan | object) -> pd.DataFrame:
    """Each session's own difference, RESULT_COLUMNS, ``analysis`` the session_id, Holm over all.

    Least squares with person and session dummies and an absence dummy per session; CR2 with
    Satterthwaite's freedom. n is the cells missed. A session that fewer than two missed, or
    fewer than two attended, isn't tested.
    """
    plan = Plan.parse(plan)
    panel = Panel.of(data.table)
    method = "回ごとの欠席の傾き（個人と回のダミー、CR2）、Holm法"
    k, n = panel.missed.sum(axis=0).astype(int), panel.eligible.sum(axis=0)
    tested = (k >= 2) & (n - k >= 2)
    some = np.flatnonzero((k > 0) & (k < n))
    slopes = two_way(panel, [panel.missed * (np.arange(len(n)) == t) for t in some])
    rows = []
    for session in range(len(n)):
        name = panel.sessions[session]
        if not tested[session]:
            rows.append(result(name, k[session], np.nan, NOTHING, np.nan, "欠席が少なく検定しない"))
            continue
        at = int(np.flatnonzero(some == session)[0])
        rows.append(
            result(name, k[session], slopes.estimate[at], slopes.interval(at, plan.alpha), slopes.p_value[at], method)
        )
    return adjusted(table(rows))


def catch_up(ratings: pd.DataFrame, attendance: pd.DataFrame, plan: Plan | object) -> dict:
    """What catching up by recording closes: recording minus missed, RESULT_COLUMNS and ``persons``.

    Among a person's sessions outside the room, which were caught up is shuffled; ratings are taken
    free of session effects, estimated from all cells with person, missed and caught up in the
    model. n is the cells caught up; under ``plan.few`` there is an estimate but no test. ``persons``
    are those with a session caught up and one not, of whom alone the estimate is made.
    """
    plan = Plan.parse(plan)
    both = ratings.merge(attendance, on=KEYS)
    seen = caught_up(both, plan)
    # 0 in the room, 1 missed, 2 caught up: one panel, so that both tables of absence have the same rows.
    both = both.assign(missed=(both["status"].isin(plan.missed) | seen).astype(int) + seen)
    both, n = both[seen | both["status"].isin(plan.missed + plan.attended)], int(seen.sum())
    panel = Panel.of(both)
    outside, video = (panel.missed > 0).astype(float), (panel.missed == 2).astype(float)
    panel = replace(panel, missed=outside)
    method = "録画等で補った回と補わなかった回の差（個人内の並べ替え）"
    away, seen_too = np.nan_to_num(two_way(panel, [outside, video]).estimate)
    effects = panel.session_effects(panel.rating - away * outside - seen_too * video)
    share = outside / np.maximum(panel.n_missed, 1)[:, None]
    rating, absence = ((v - (v * share).sum(axis=1, keepdims=True)) * outside for v in (panel.rating - effects, video))
    persons = {"persons": int(((absence**2).sum(axis=1) > COLLINEAR).sum())}
    if not persons["persons"]:
        return result("catch_up", n, np.nan, NOTHING, np.nan, f"{method}：比べられない") | persons
    if n < plan.few:
        value = (rating * video).sum() / (absence * video).sum()
        return result("catch_up", n, value, NOTHING, np.nan, f"{method}：{plan.few}件未満、記述のみ") | persons
    found = shuffled(rating, absence, video, outside == 1, plan)
    return result("catch_up", n, found.estimate, found.interval, found.p_value, method) | persons
