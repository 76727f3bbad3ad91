"""A year of several courses: how often its verdicts are right, by course after Holm and pooled."""

import numpy as np
import pandas as pd

from benchmarks.scenarios import Course
from pipeline.inference.association import refusal, verdict
from pipeline.inference.cohort import Design, cohort
from pipeline.inference.courses import WITHIN, by_course, marked
from pipeline.inference.layout import Layout
from pipeline.inference.panel import Panel, cells
from pipeline.inference.plan import Plan
from pipeline.inference.within import estimate, fit

NONE = pd.DataFrame()
ALARMS = ("linked", "reversed")


def year(courses: tuple[Course, ...], rng: np.random.Generator) -> tuple:
    """(layouts by course_id, attendance, sessions) of one made-up year, everybody asked (A)."""
    own, attendance, sessions = {}, [], []
    for at, course in enumerate(courses):
        panel, name = cohort(course.design, rng), f"no{at:02}"
        watched = (panel.missed == 1) & (rng.random(panel.missed.shape) < course.watched)
        person, session = (index.ravel() for index in np.indices(panel.missed.shape))
        status = np.where(watched, "recording", np.where(panel.missed == 1, "absent", "present"))
        grid = pd.DataFrame(
            {
                "participant_id": person,
                "session_id": [f"{name}-{t}" for t in session],
                "rating": panel.rating.ravel(),
                "status": status.ravel(),
            }
        )
        own[name] = Layout(WITHIN[0], NONE, grid[["participant_id", "session_id", "rating"]], NONE)
        attendance.append(grid.drop(columns="rating"))
        sessions.append(pd.DataFrame({"session_id": grid["session_id"].unique(), "course_id": name}))
    return own, pd.concat(attendance, ignore_index=True), pd.concat(sessions, ignore_index=True)


def answers(courses: tuple[Course, ...], rng: np.random.Generator, plan: Plan) -> dict:
    """What the year's verdict and every course's say about one made-up year, as one row.

    Columns: pooled_code, pooled_low, pooled_high, and for course 0, 1, …: code_0, p_0, low_0, high_0.
    """
    own, attendance, sessions = year(courses, rng)
    ratings = pd.concat([asked.ratings for asked in own.values()], ignore_index=True)
    together = cells(*(marked(rows, sessions, list(own)) for rows in (ratings, attendance)), plan)
    panel = Panel.of(together.table)
    if refusal(panel, together.left_out, plan):
        row = {"pooled_code": "untestable", "pooled_low": np.nan, "pooled_high": np.nan}
    else:
        found = fit(panel, plan)
        row = {
            "pooled_code": verdict(found, plan).code,
            "pooled_low": found.interval[0],
            "pooled_high": found.interval[1],
        }
    for at, one in enumerate(by_course(own, attendance, sessions, plan).to_dict("records")):
        row |= {
            f"code_{at}": one["code"],
            f"p_{at}": one["p_value"],
            f"low_{at}": one["ci_low"],
            f"high_{at}": one["ci_high"],
        }
    return row


def truth(design: Design) -> float:
    """What the estimate comes to in very large cohorts: rounding and the scale's ends included."""
    rng, large = np.random.default_rng(1), Design(**{**vars(design), "persons": 2000})
    return float(np.mean([estimate(cohort(large, rng)) for _ in range(40)]))


def measures(courses: tuple[Course, ...], years: pd.DataFrame, plan: Plan) -> list[tuple]:
    """(group, label's end, measure, value, error): the year's (``years``) and each course's rows.

    An alarm is 「linked」 or 「reversed」 for a course without a difference, after Holm over all of
    them; ``alone`` the same before Holm. ``false_no_link``: of a course whose difference is at least
    the margin. Coverage: of the large-cohort ``truth``, and of the planted difference.
    """
    rows, n = [], len(years)
    planted = [course.design.difference for course in courses]
    means = [truth(course.design) for course in courses]

    def add(group, end, measure, hits):
        p = np.clip(hits.mean(), 1 / n, 1 - 1 / n)
        rows.append((group, end, measure, float(hits.mean()), float(np.sqrt(p * (1 - p) / n))))

    def covered(which, value):
        low, high = years[f"low_{which}"], years[f"high_{which}"]
        return low.fillna(-np.inf).le(value) & high.fillna(np.inf).ge(value)

    null = [at for at, difference in enumerate(planted) if difference == 0]
    large = [at for at, difference in enumerate(planted) if abs(difference) >= plan.margin]
    if null:
        codes = years[[f"code_{at}" for at in null]]
        add("years", "", "family_linked", codes.eq("linked").any(axis=1))
        add("years", "", "family_alarm", codes.isin(ALARMS).any(axis=1))
        add("years", "", "family_alone", years[[f"p_{at}" for at in null]].le(plan.alpha).any(axis=1))
    if large:
        codes = years[[f"code_{at}" for at in large]]
        add("years", "", "family_no_link", codes.eq("no_link").any(axis=1))
    for code in ("linked", "no_link"):
        add("years", "", f"pooled_{code}", years["pooled_code"].eq(code))
    if len(set(planted)) == 1:
        low, high = years["pooled_low"].fillna(-np.inf), years["pooled_high"].fillna(np.inf)
        value = float(np.mean(means))
        add("years", "", "pooled_coverage", low.le(value) & high.ge(value))
        add("years", "", "pooled_coverage_of_planted", low.le(planted[0]) & high.ge(planted[0]))
    for at, course in enumerate(courses):
        end = f"{course.design.persons}人×{course.design.sessions}回、真の差 {planted[at]:g}".replace("-", "−")
        add("by_course", end, "alone", years[f"p_{at}"].le(plan.alpha))
        for code in ("linked", "no_link", "undecided", "reversed", "untestable"):
            add("by_course", end, code, years[f"code_{at}"].eq(code))
        add("by_course", end, "coverage", covered(at, means[at]))
        add("by_course", end, "coverage_of_planted", covered(at, planted[at]))
        width = (years[f"high_{at}"] - years[f"low_{at}"]).replace(np.inf, np.nan).dropna()
        rows.append(("by_course", end, "width", width.mean(), width.std() / np.sqrt(len(width))))
    return rows
