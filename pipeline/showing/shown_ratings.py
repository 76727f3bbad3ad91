"""Ratings of those who attended and of those who missed, and how many these are, as an edition shows them."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure import RATINGS, SUPPRESSED, TOTAL, merge_together, suppress
from pipeline.disclosure.system import hide, system
from pipeline.showing.shown_counts import Attendance

LEAST_SHARE = 0.5  # of the answers of each group: a figure that shows fewer shows no comparison


def ratings_by_group(rows: pd.DataFrame, thresholds: Sequence[int], hidden: Collection[str] = ()) -> pd.DataFrame:
    """The dots of the figure of ratings by attendance: session, group, value, count (「x」), n, sessions.

    ``rows``: session, group, value. Sessions with a small group are taken together; ``sessions`` says how many.
    ``hidden``: sessions of which it isn't shown how many missed them; nothing is shown of these, and of what
    they were merged into.
    """
    sizes = rows.groupby(["session", "group"], sort=False).size().unstack(fill_value=0)
    into = merge_together(sizes, thresholds[0])
    rows = rows.assign(session=rows["session"].map(into))
    counts = rows.groupby(["session", "group"], sort=False)["value"].value_counts()
    counts = counts.unstack(fill_value=0).reindex(columns=sorted(RATINGS), fill_value=0)
    shown = suppress(counts, thresholds, ("row",), known=("row",)).rename(columns={TOTAL: "n"})
    names = pd.MultiIndex.from_tuples(list(shown.index), names=["session", "group"])
    shown = shown.set_axis(names).rename_axis(columns=None).reset_index()
    gone = shown["session"].isin(into[into.index.isin(hidden)])
    values = shown.columns.drop(["session", "group"])
    shown[values] = shown[values].astype(object).mask(gone, SUPPRESSED)
    shown["sessions"] = shown["session"].map(into.value_counts())
    return shown.melt(["session", "group", "n", "sessions"], var_name="value", value_name="count")


def are_compared(shown: pd.DataFrame) -> bool:
    """Whether at least ``LEAST_SHARE`` of the answers of each group are shown; ``shown`` as above."""
    counts = pd.to_numeric(shown["count"], errors="coerce").fillna(0).groupby(shown["group"]).sum()
    rows = shown.drop_duplicates(["session", "group"])
    sizes = pd.to_numeric(rows["n"], errors="coerce").groupby(rows["group"]).sum(min_count=1)
    return len(sizes) > 1 and not rows["n"].eq(SUPPRESSED).all() and bool((counts >= LEAST_SHARE * sizes).all())


def hidden_missed(
    cells: pd.DataFrame, sessions: pd.DataFrame, attended: Attendance, thresholds: Sequence[int]
) -> tuple[set[str], set[str]]:
    """The sessions, and the courses, of which it isn't shown how many rated what they had missed.

    ``cells``: participant_id, session_id, missed; ``attended``: as ``shown_counts.attendance``. Where it isn't
    shown how many didn't attend, those who rated it all the same aren't shown either. All of them together stand
    in the answer, so that none may follow from the sum.
    """
    course = dict(zip(sessions["session_id"], "/" + sessions["course_id"], strict=True))
    missed = cells.groupby("session_id")["missed"].sum().astype(int).to_frame()
    given = system(missed, ("column",), ("column",), row_groups=course)
    gone = given.frame(np.zeros(len(given.rows), dtype=bool), otherwise=False)
    few = {
        *_hidden(attended.sessions, "session_id", "not_attended"),
        *("/" + _hidden(attended.courses, "course_id", "missed")),
    }
    gone.loc[gone.index.isin(few), "missed"] = True
    gone = given.frame(hide(given, given.numbers(gone), thresholds[0]), otherwise=False)["missed"]
    names = set(gone.index[gone])
    return names & set(missed.index), {name[1:] for name in names if name.startswith("/")}


def bands_hidden(
    sessions: pd.DataFrame, courses: pd.DataFrame, few_sessions: Collection[str], few_courses: Collection[str]
) -> set[str]:
    """The bands of the figure (as ``comprehension.ratings_by_group`` calls them) of these sessions and courses."""
    numbers = sessions.loc[sessions["session_id"].isin(few_sessions), "number"]
    titles = courses.loc[courses["course_id"].isin(few_courses), "title"]
    return {*(f"第{number}回" for number in numbers), *titles, *few_courses}


def _hidden(table: pd.DataFrame, key: str, column: str) -> pd.Index:
    return pd.Index(table.loc[table[column].eq(SUPPRESSED), key], dtype=object)
