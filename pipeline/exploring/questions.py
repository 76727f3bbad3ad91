"""The questions of a year by the names an analyst chooses them by, and the answers to them."""

import pandas as pd

from pipeline.codebook import codes
from pipeline.comprehension import RATED
from pipeline.showing.obligation_views import names

AFTER_EACH, OF_EACH = "各回直後の", "各回の"
ANSWERS = ["participant_id", "response_id", "course_id", "course", "session_id", "session", "item", "points", "value"]


def questions(items: pd.DataFrame, instruments: pd.DataFrame, points: dict[str, int]) -> pd.DataFrame:
    """The rated questions: item_id, course_id, item, session_id, points (of the scale).

    ``item`` is 「満足度」 of the course as a whole, 「各回の理解度」 where a questionnaire asks about
    several sessions, 「各回直後の理解度」 where each session has a questionnaire of its own. Two-sided
    scales (難易度, 時間の長さ) are left out: none of their ends is the good one.
    """
    rated = items[items["dimension"].isin(RATED)]
    sheets = instruments.set_index("instrument_id")
    own = rated["instrument_id"].map(sheets["session_id"]).notna()
    prefix = pd.Series("", rated.index).mask(rated["session_id"].notna(), OF_EACH)
    prefix = prefix.mask(own & rated["session_id"].notna(), AFTER_EACH)
    return pd.DataFrame(
        {
            "item_id": rated["item_id"],
            "course_id": rated["instrument_id"].map(sheets["course_id"]),
            "item": prefix + rated["dimension"].map(codes("dimension")),
            "session_id": rated["session_id"],
            "points": rated["scale_id"].map(points),
        }
    ).reset_index(drop=True)


def answers(
    responses: pd.DataFrame, asked: pd.DataFrame, sessions: pd.DataFrame, courses: pd.DataFrame
) -> pd.DataFrame:
    """Every given answer to a rated question: ``ANSWERS``.

    ``asked`` as from :func:`questions`. participant_id is missing where the answer is anonymous or
    couldn't be matched; course and session are in words.
    """
    given = responses.loc[responses["value"].notna(), ["response_id", "participant_id", "item_id", "value"]]
    rows = given.merge(asked, on="item_id")
    rows = rows.assign(
        course=rows["course_id"].map(names(courses)), session=rows["session_id"].map(session_names(sessions))
    )
    return rows[ANSWERS]


def session_names(sessions: pd.DataFrame) -> dict[str, str]:
    """session_id → 「第1回 題目」, in the order of the table."""
    columns = (sessions[name] for name in ("session_id", "number", "title"))
    return {key: f"第{number}回 {title}" for key, number, title in zip(*columns, strict=True)}
