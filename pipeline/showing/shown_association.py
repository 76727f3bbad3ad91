"""What an edition shows of the test of comprehension × missed sessions: only what enough people made.

A difference is made of those alone who have a session attended and one missed, so that it goes by their
number; the verdict, which is said of the year and of each course, stays.
"""

from collections.abc import Collection, Sequence

import pandas as pd

from pipeline.disclosure import SUPPRESSED, protect_means, protect_shares

TESTED = ["estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]


def people_compared(cells: pd.DataFrame, sessions: pd.DataFrame) -> pd.Series:
    """course_id → the people with a session attended and one missed, of whom alone the difference is made.

    ``cells``: participant_id, session_id, missed.
    """
    course = cells["session_id"].map(sessions.set_index("session_id")["course_id"])
    both = cells.groupby([course, "participant_id"])["missed"].nunique() == 2
    return both.groupby(level=0).sum().astype(int)


def few_compared(people: pd.Series, thresholds: Sequence[int]) -> set:
    """Where the people compared (``people_compared``, or those with a session caught up) are too few to tell."""
    return set(people.index[protect_means(people, thresholds)])


def compared(by_course: pd.DataFrame, few: Collection[str]) -> pd.DataFrame:
    """The tests by course, 「x」 for those of ``few`` but for their verdict."""
    hidden = by_course["course_id"].isin(few)
    table = by_course.astype(dict.fromkeys(TESTED, object))
    table[TESTED] = table[TESTED].mask(hidden, SUPPRESSED)
    return table


def can_be_told(table: pd.DataFrame, few: Collection[str], thresholds: Sequence[int]) -> pd.DataFrame:
    """The tests that a sentence may speak of: of enough people, or without any."""
    large = (table["n"] == 0) | (table["n"] >= thresholds[-1])
    return table[~table["course_id"].isin(few) & large]


def of_the_year(results: pd.DataFrame, year: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """The year's results, or none of them where too few people were compared; ``year``: the one row of
    the table ``verdict``, as counted."""
    few = protect_means(year["informative_persons"].astype(int), thresholds).iloc[0]
    return results.iloc[:0] if few else results


def verdict(year: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """The year's verdict without informative_persons and missed_cells where they are too few to say."""
    case = year.iloc[0]
    within, people = int(case["informative_persons"]), int(case["persons"])
    few = protect_shares(pd.Series([within]), pd.Series([people]), thresholds).rows["hits"].iloc[0]
    cells = protect_means(year["missed_cells"].astype(int), thresholds).iloc[0]
    return year.assign(informative_persons=None, missed_cells=None) if few or cells else year
