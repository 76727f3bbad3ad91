"""A year of several courses: one design for the year's verdict, and every course by itself.

Who takes two courses is compared within each: in the year's design that is two persons. Holm over
the courses keeps the chance of one false 「linked」 among all of them at α.
"""

from dataclasses import dataclass, replace

import pandas as pd

from pipeline.inference.association import primary
from pipeline.inference.extent import catch_up
from pipeline.inference.layout import ORDER, Layout, layout
from pipeline.inference.panel import Cells, cells
from pipeline.inference.plan import Plan
from pipeline.inference.pooling import SEPARATOR, pooled
from pipeline.inference.results import RESULT_COLUMNS, adjusted, result, table

COLUMNS = ["course_id", *RESULT_COLUMNS, "code", "reason", "persons"]
CATCH_UP_COLUMNS = ["course_id", *RESULT_COLUMNS, "persons"]
WITHIN = ("A", "A_blanks")  # layouts that compare people with themselves
VALUES = ["estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]
NOT_AFTER_HOLM = "not_after_holm"


@dataclass(frozen=True)
class YearDesign:
    """The courses that the year's verdict rests on, as one design.

    ``courses``: their ids. ``asked``: what they were asked; its ratings are those of all of them.
    The tables hold these courses only, persons as in ``marked``.
    """

    courses: list[str]
    asked: Layout
    attendance: pd.DataFrame
    sessions: pd.DataFrame
    responses: pd.DataFrame
    items: pd.DataFrame


def compared(items: pd.DataFrame, sessions: pd.DataFrame, plan: Plan | object) -> list[str]:
    """The courses to compare sessions in, known before any answer is read.

    Those of at least two sessions whose questionnaires ask about the outcome session by session;
    where none does, all of at least two sessions; where there is none either, all.
    """
    plan = Plan.parse(plan)
    asked = items.loc[items["dimension"] == plan.outcome, "session_id"].dropna()
    for some in (sessions[sessions["session_id"].isin(asked)], sessions):
        counts = some.groupby("course_id")["session_id"].nunique()
        if (counts >= 2).any():
            return sorted(counts.index[counts >= 2])
    return sorted(sessions["course_id"].unique())


def marked(rows: pd.DataFrame, reference: pd.DataFrame, chosen: list[str], key: str = "session_id") -> pd.DataFrame:
    """The rows of the chosen courses; with more than one, persons marked with their course.

    ``reference`` has ``key`` and course_id (sessions, or instruments with their id). A person in
    two courses becomes two, course + SEPARATOR + person, so that everything that compares people
    with themselves does so within the course. One course is left as it is. Who isn't known
    stays unknown.
    """
    course = rows[key].map(reference.set_index(key)["course_id"])
    kept = rows[course.isin(chosen)]
    if len(chosen) < 2:
        return kept
    pairs = zip(course[course.isin(chosen)], kept["participant_id"], strict=True)
    ids = [None if pd.isna(person) else of + SEPARATOR + str(person) for of, person in pairs]
    return kept.assign(participant_id=pd.Series(ids, kept.index, dtype="str"))


def layouts(
    responses: pd.DataFrame,
    items: pd.DataFrame,
    attendance: pd.DataFrame,
    sessions: pd.DataFrame,
    instruments: pd.DataFrame,
    plan: Plan | object,
) -> dict[str, Layout]:
    """Every course's own layout, by course_id, of the courses with two sessions to compare.

    A course counts with attendance, or linked ratings, of at least two sessions.
    """
    found = {}
    for course in sorted(sessions["course_id"].unique()):
        own = {
            name: marked(rows, reference, [course], key)
            for name, rows, reference, key in (
                ("responses", _with_instrument(responses, items), instruments, "instrument_id"),
                ("items", items, instruments, "instrument_id"),
                ("attendance", attendance, sessions, "session_id"),
            )
        }
        one = layout(own["responses"], own["items"], own["attendance"], plan)
        seen = max(own["attendance"]["session_id"].nunique(), one.ratings["session_id"].nunique())
        if seen >= 2:
            found[course] = one
    return found


def design(
    own: dict[str, Layout],
    chosen: list[str],
    responses: pd.DataFrame,
    items: pd.DataFrame,
    attendance: pd.DataFrame,
    sessions: pd.DataFrame,
    instruments: pd.DataFrame,
    plan: Plan | object,
) -> YearDesign:
    """The year's design: the chosen courses that compare people with themselves, together.

    ``own``: as from ``layouts``; the other tables as prepared. Where no course has layout A, all
    chosen ones, so that what they allow is said. The layout is the weakest of the courses in it.
    """
    within = [course for course in chosen if course in own and own[course].code in WITHIN]
    pool = within or chosen
    answers = marked(_with_instrument(responses, items), instruments, pool, "instrument_id")
    about = items[items["instrument_id"].isin(instruments.query("course_id in @pool")["instrument_id"])]
    there = marked(attendance, sessions, pool)
    asked = layout(answers, about, there, plan)
    if within:
        ratings = marked(pd.concat([own[course].ratings for course in pool], ignore_index=True), sessions, pool)
        code = max((own[course].code for course in pool), key=ORDER.index)
        asked = replace(asked, code=code, ratings=ratings)
    held = sessions[sessions["course_id"].isin(pool)]
    return YearDesign(pool, asked, there, held, answers[responses.columns], about)


def strata(
    own: dict[str, Layout], attendance: pd.DataFrame, sessions: pd.DataFrame, plan: Plan | object
) -> dict[str, Cells]:
    """The cells of every course that compares people with themselves, by course_id."""
    return {
        course: cells(asked.ratings, marked(attendance, sessions, [course]), plan)
        for course, asked in own.items()
        if asked.code in WITHIN
    }


def differing(own: dict[str, Layout], attendance: pd.DataFrame, sessions: pd.DataFrame, plan: Plan | object) -> dict:
    """Whether the courses differ by more than chance: the row ``heterogeneity`` of ``pooled``.

    nan with fewer than two courses to compare.
    """
    parts = strata(own, attendance, sessions, plan)
    if len(parts) < 2:
        nothing = (float("nan"), float("nan"))
        return result("heterogeneity", len(parts), float("nan"), nothing, float("nan"), "検定しない")
    return pooled(parts, plan).results.set_index("analysis").loc["heterogeneity"].to_dict()


def by_course(
    own: dict[str, Layout], attendance: pd.DataFrame, sessions: pd.DataFrame, plan: Plan | object
) -> pd.DataFrame:
    """The primary analysis of every course by itself: COLUMNS, one row a course, Holm over all.

    ``code`` and ``reason`` as in ``Verdict``, with two more reasons: a course whose layout doesn't
    compare people with themselves is untestable for its layout's code; a difference that chance
    explains after Holm (p_adjusted > α) is undecided, not_after_holm. ``persons`` are those with a session
    attended and one missed, of whom alone the difference is made.
    """
    plan = Plan.parse(plan)
    rows, verdicts, persons = [], [], []
    for course, asked in own.items():
        found = primary(cells(asked.ratings, marked(attendance, sessions, [course]), plan), plan)
        row = found.results.iloc[0].to_dict()
        if asked.code not in WITHIN:
            row |= dict.fromkeys(VALUES, float("nan")) | {"method": "検定できない"}
            verdicts.append(("untestable", asked.code))
            persons.append(0)
        else:
            verdicts.append((found.verdict.code, found.verdict.reason))
            persons.append(found.counts["informative_persons"])
        rows.append(row)
    results = adjusted(table(rows))
    for at, p_adjusted in enumerate(results["p_adjusted"]):
        if verdicts[at][0] in ("linked", "reversed") and p_adjusted > plan.alpha:
            verdicts[at] = ("undecided", NOT_AFTER_HOLM)
    return results.assign(
        course_id=list(own), code=[code for code, _ in verdicts], reason=[why for _, why in verdicts], persons=persons
    )[COLUMNS]


def catch_up_by_course(
    own: dict[str, Layout], attendance: pd.DataFrame, sessions: pd.DataFrame, plan: Plan | object
) -> pd.DataFrame:
    """What catching up closes in every course that can compare: CATCH_UP_COLUMNS, Holm over all."""
    rows = {
        course: catch_up(asked.ratings, marked(attendance, sessions, [course]), Plan.parse(plan))
        for course, asked in own.items()
        if asked.code in WITHIN
    }
    results = adjusted(table(list(rows.values())))
    persons = [row["persons"] for row in rows.values()]
    return results.assign(course_id=list(rows), persons=persons)[CATCH_UP_COLUMNS]


def _with_instrument(responses: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    if "instrument_id" in responses:
        return responses
    return responses.assign(instrument_id=responses["item_id"].map(items.set_index("item_id")["instrument_id"]))
