"""The numbers that a menu decision rests on, one row an indicator and course: how it was held, reaction, learning.

Levels after Kirkpatrick (1959): 反応 (reaction), 学習 (learning), 行動 (behaviour), 成果 (results); and 実施 (how the
training was held), which is none of them.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.comprehension import mean, share
from pipeline.evidence.rows import COLUMNS, COUNTED, PERMUTATION, T_INTERVAL, WILSON, YEAR, counted, joined, row
from pipeline.indicators import Indicators
from pipeline.inference.plan import Plan


def whole_course(items: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The questions of one dimension about a course as a whole."""
    return items[(items["dimension"] == dimension) & items["session_id"].isna()]


def in_range(
    responses: pd.DataFrame, items: pd.DataFrame, dimension: str, low: float, high: float = np.inf
) -> tuple[int, int]:
    """How many answers about the whole course lie in low…high, and how many answered."""
    ids = whole_course(items, dimension)["item_id"]
    values = responses.loc[responses["item_id"].isin(ids), "value"].dropna()
    return int(values.between(low, high).sum()), len(values)


def year_evidence(
    courses: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    tests: pd.DataFrame,
    catch_ups: pd.DataFrame,
    ratings: pd.DataFrame,
    plan: Plan,
    indicators: Indicators,
) -> pd.DataFrame:
    """The evidence of every course of the year.

    ``tables``: participants, attendance, sessions, responses, items, instruments, ideas, followups.
    ``tests``, ``catch_ups``: a row a course, with course_id. Ideas are those of the year's only
    course: a list of ideas doesn't say from which of several they came.
    """
    sessions = tables["sessions"]
    course_of = sessions.set_index("session_id")["course_id"]
    # Nobody attends e-learning: whether it was taken is what completion says.
    met = set(sessions.loc[~sessions["format"].isin(["e_learning", "recording"]), "session_id"])
    found = []
    for course_id in courses["course_id"]:
        attendance, rated = (t[t["session_id"].map(course_of) == course_id] for t in (tables["attendance"], ratings))
        sheets = tables["instruments"][tables["instruments"]["course_id"] == course_id]
        items = tables["items"][tables["items"]["instrument_id"].isin(sheets["instrument_id"])]
        took = attendance["status"].isin([*plan.attended, *plan.caught_up])
        asked = float(sheets["invited"].max()) if len(sheets) else np.nan
        rows = [
            *held(course_id, attendance[attendance["session_id"].isin(met)], plan),
            *answers(course_id, tables["responses"], items, asked, indicators),
            *by_session(course_id, rated, asked),
            *compared(course_id, tests, catch_ups),
            *(planned(course_id, tables["participants"], tables["ideas"]) if len(courses) == 1 else []),
            *used(course_id, tables["followups"], attendance.loc[took, "participant_id"].nunique()),
        ]
        found.append(pd.DataFrame(rows, columns=COLUMNS))
    return joined(*found)


def held(course_id: str, attendance: pd.DataFrame, plan: Plan) -> Iterator[dict]:
    """How the sessions were attended: ``attended``, ``caught_up``; of nothing known, nothing."""
    status = attendance.loc[~attendance["status"].isin(["unknown", "not_target", "waived"]), "status"]
    if len(status):
        caught_up = int(status.isin(plan.caught_up).sum())
        attended = float(status.isin(plan.attended).mean())
        yield row("attended", course_id, len(status), (attended, np.nan, np.nan), COUNTED)
        yield row("caught_up", course_id, caught_up, (caught_up, np.nan, np.nan), COUNTED)


def answers(
    course_id: str, responses: pd.DataFrame, items: pd.DataFrame, asked: float, indicators: Indicators
) -> Iterator[dict]:
    """The upper answers to every rated question about the course as a whole, a row a question and scale.

    ``items``: those of the course. ``asked``: how many the questionnaire went to.
    """
    for line in indicators.rated:
        for scale_id, own in whole_course(items, line.dimension).groupby("scale_id"):
            points = indicators.points(scale_id) or 0
            hits, n = in_range(responses, own, line.dimension, points - line.upper + 1)
            wording = own["wording"].iloc[0]
            yield row(
                line.id,
                course_id,
                n,
                share(hits, n),
                WILSON,
                persons=n,
                base=asked,
                scale_id=str(scale_id),
                wording=wording,
            )


def by_session(course_id: str, ratings: pd.DataFrame, asked: float) -> Iterator[dict]:
    """``session_comprehension``: the mean over persons of what each said of the sessions.

    ``ratings``: participant_id, session_id, rating.
    """
    if len(ratings):
        by_person = ratings.groupby("participant_id")["rating"].mean()
        n = len(by_person)
        yield row("session_comprehension", course_id, n, mean(by_person), T_INTERVAL, persons=n, base=asked)


def compared(course_id: str, tests: pd.DataFrame, catch_ups: pd.DataFrame) -> Iterator[dict]:
    """``association`` and ``catch_up`` of the course, as the tests by course have them."""
    for one in tests[tests["course_id"] == course_id].to_dict("records"):
        given = {name: one[name] for name in ("persons", "p_value", "p_adjusted", "code")}
        yield row("association", course_id, int(one["n"]), _values(one), PERMUTATION, **given)
    for one in catch_ups[catch_ups["course_id"] == course_id].to_dict("records"):
        # Under the plan's number of cells it is only described.
        values = (np.nan,) * 3 if pd.isna(one["p_value"]) else _values(one)
        given = {name: one[name] for name in ("persons", "p_value")}
        yield row("catch_up", course_id, int(one["n"]), values, PERMUTATION, **given)


def planned(course_id: str, participants: pd.DataFrame, ideas: pd.DataFrame) -> Iterator[dict]:
    """``ideas``: who came to plan something and publish it, of the people whom the course is about."""
    if len(ideas):
        people, authors = len(participants), ideas["participant_id"].dropna().nunique()
        yield row("ideas", course_id, people, share(authors, people), WILSON)


def used(course_id: str, followups: pd.DataFrame, took: int) -> Iterator[dict]:
    """``followup``: who used what was learnt three months later, of those who answered, no chance included.

    ``took``: how many took the course, by attendance. The question is for them.
    """
    own = followups[(followups["course_id"] == course_id) & followups["use"].notna()]
    if len(own):
        hits = int(own["use"].isin(["used", "partly"]).sum())
        # Nobody noted to whom it went. More answers than people who took the course: the register lacks some.
        base = took if took >= len(own) else np.nan
        yield row("followup", course_id, len(own), share(hits, len(own)), WILSON, persons=len(own), base=base)


def quiz_evidence(scores: pd.DataFrame) -> pd.DataFrame:
    """The test at the end of a course, of 100 points: what was learnt, not what people say of it.

    ``scores``: participant_id, course_id, score, full_score.
    """
    marks = scores.assign(mark=100 * scores["score"].astype(float) / scores["full_score"].astype(float))
    rows = [
        row("quiz", str(course_id), len(own), mean(own["mark"]), T_INTERVAL, persons=len(own))
        for course_id, own in marks.groupby("course_id", sort=False)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def completion_evidence(completed: pd.DataFrame, everybody: pd.DataFrame) -> pd.DataFrame:
    """Completion of ● as evidence: ``completed`` by course, and ``everybody`` of the year. Both: n, estimate, ci_low, ci_high.

    ``completed``: course_id as well. What nobody had to take is no evidence.
    """
    rows = [row("completion", one["course_id"], int(one["n"]), _values(one), WILSON) for one in _some(completed)]
    rows += [row("completed_all", YEAR, int(one["n"]), _values(one), WILSON) for one in _some(everybody)]
    return pd.DataFrame(rows, columns=COLUMNS)


def stated_evidence(courses: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """What the menu itself says of a course, as evidence: every column of ``courses`` that is an indicator (``cost``)."""
    rows = [
        counted(str(name), course["course_id"], 1, course[name])
        for course in courses.to_dict("records")
        for name in courses.columns.intersection(list(indicators))
        if pd.notna(course[name])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _some(table: pd.DataFrame) -> list[dict]:
    return table[table["n"] > 0].to_dict("records")


def _values(result: dict) -> tuple[float, float, float]:
    return result["estimate"], result["ci_low"], result["ci_high"]
