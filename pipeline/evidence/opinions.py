"""What people wrote and ticked as evidence: themes of the comments, options of a multiple-answer question.

Counts without an interval: comments are not a sample of opinions that everybody was asked for.
"""

import pandas as pd

from pipeline.evidence.rows import COLUMNS, counted


def count_evidence(course_id: str, counts: pd.DataFrame, base: int) -> pd.DataFrame:
    """One row a theme or option: how many of ``base`` people named it. ``counts``: theme_id or option_id, n."""
    key = "theme_id" if "theme_id" in counts else "option_id"
    rows = [counted(evidence_id, course_id, base, n, persons=base) for evidence_id, n in counts[[key, "n"]].to_numpy()]
    return pd.DataFrame(rows, columns=COLUMNS)


def theme_evidence(by_course: pd.DataFrame, instruments: pd.DataFrame) -> list[pd.DataFrame]:
    """The themes of each course as evidence: of those who answered its final questionnaire.

    ``by_course``: course_id, theme_id, n.
    """
    whole = instruments[instruments["session_id"].isna()].groupby("course_id")["answered"].max()
    return [
        count_evidence(str(course_id), rows, int(whole.get(course_id, 0)))
        for course_id, rows in by_course.groupby("course_id", sort=False)
    ]


def option_evidence(
    counts: pd.DataFrame, item_ids: set[str], items: pd.DataFrame, instruments: pd.DataFrame
) -> pd.DataFrame:
    """The options of a multiple-answer question as evidence of the course that was asked it."""
    asked = items.loc[items["item_id"].isin(item_ids), "instrument_id"]
    own = instruments[instruments["instrument_id"].isin(asked)]
    if own.empty:
        return pd.DataFrame(columns=COLUMNS)
    return count_evidence(own["course_id"].iloc[0], counts, int(own["answered"].max()))
