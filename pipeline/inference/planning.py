"""What a year's size can settle, worked out before anybody looks at the ratings."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.inference.association import Verdict, refusal, verdict
from pipeline.inference.cohort import Design, cohort
from pipeline.inference.detectable import difference_found
from pipeline.inference.panel import Panel, by_content
from pipeline.inference.plan import Plan
from pipeline.inference.within import fit

CODES = ["linked", "no_link", "undecided", "reversed", "untestable"]
DIFFERENCES = (0.0, -0.25, -0.5, -1.0)
COLUMNS = ["persons", "sessions", "share", "difference", "detectable", *CODES, "cohorts"]
DRAWS = 999


def judged(panel: Panel, plan: Plan) -> Verdict:
    """The verdict of the primary analysis on a panel alone."""
    nothing_left_out = pd.DataFrame({"reason": [], "status": []})
    reason = refusal(panel, nothing_left_out, plan)
    return Verdict("untestable", reason) if reason else verdict(fit(panel, plan), plan)


def chances(
    plan: Plan | object,
    design: Design | None = None,
    missed: np.ndarray | None = None,
    differences: Iterable[float] = DIFFERENCES,
    cohorts: int = 200,
) -> pd.DataFrame:
    """How often each verdict comes out for a true difference, COLUMNS, one row a difference.

    ``missed`` (persons × sessions, 0/1, nan where a session isn't the person's) is this year's
    attendance, else it is drawn as ``design`` says. ``share``: of cells missed. ``detectable``: the
    difference found with 80 % power, rating points, the median over cohorts without a link.
    ``differences`` are put into what lies behind the ratings; rounding and the ends of the scale
    take up to a tenth of it away. Every share has a Monte Carlo error up to .5/√cohorts.
    ``plan.draws`` is cut to 999 here, the seed kept: 240 persons in five courses take 3 s.
    """
    plan = Plan.parse(plan)
    plan, design = replace(plan, draws=min(plan.draws, DRAWS)), design or Design()
    if missed is not None:
        persons, sessions = missed.shape
        share = float(np.nanmean(missed))
        design = replace(design, persons=persons, sessions=sessions, share=share)
    rows, smallest = [], _detectable(design, plan, missed, cohorts)
    for difference in differences:
        rng = np.random.default_rng(plan.seed)
        planted = replace(design, difference=difference)
        codes = [judged(cohort(planted, rng, missed), plan).code for _ in range(cohorts)]
        shares = [codes.count(code) / cohorts for code in CODES]
        rows.append([design.persons, design.sessions, design.share, difference, smallest, *shares, cohorts])
    return pd.DataFrame(rows, columns=COLUMNS)


def attended_or_missed(
    attendance: pd.DataFrame, plan: Plan | object, sessions: pd.DataFrame | None = None
) -> np.ndarray:
    """This year's attendance as persons × sessions, 1 where missed: what can be known beforehand.

    Whatever is neither attended nor missed counts as attended: it will be left out of the analysis,
    and where ratings will be missing nobody knows yet. With ``sessions`` (session_id, course_id) the
    sessions of courses that a person doesn't take are nan. The persons stand in the order of their rows.
    """
    plan = Plan.parse(plan)
    missed = attendance.assign(missed=attendance["status"].isin(plan.missed).astype(int))
    grid = missed.pivot(index="participant_id", columns="session_id", values="missed")
    filled = grid.fillna(0).to_numpy(int)
    if sessions is not None:
        course = sessions.set_index("session_id")["course_id"]
        takes = pd.crosstab(attendance["participant_id"], attendance["session_id"].map(course)) > 0
        own = takes.loc[grid.index, grid.columns.map(course)].to_numpy()
        filled = filled if own.all() else np.where(own, filled, np.nan)
    return filled[by_content(filled)]


def _detectable(design: Design, plan: Plan, missed, cohorts: int) -> float:
    rng = np.random.default_rng(plan.seed)
    unlinked = replace(design, difference=0.0)
    found = [difference_found(cohort(unlinked, rng, missed), plan) for _ in range(cohorts)]
    return float(np.median(found))
