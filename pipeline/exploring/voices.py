"""Free text by theme, with the words around what was found."""

import pandas as pd

from pipeline import themes
from pipeline.codebook import codes
from pipeline.showing.obligation_views import names

ALL_SIDES = tuple(codes("side"))  # good, bad and open remarks
COLUMNS = {
    "course": "研修",
    "side": "尋ねたこと",
    "label": "論点",
    "left": "前",
    "keyword": "見つけた語",
    "right": "後",
}


def in_context(
    comments: pd.DataFrame,
    items: pd.DataFrame,
    instruments: pd.DataFrame,
    courses: pd.DataFrame,
    lines: pd.DataFrame,
    width: int,
) -> pd.DataFrame:
    """``themes.kwic`` of every comment with its course: the columns of ``COLUMNS``, and response_id."""
    found = themes.kwic(comments, lines, width, ALL_SIDES)
    course_of = instruments.set_index("instrument_id")["course_id"]
    sheet = items.set_index("item_id")["instrument_id"]
    written = comments.drop_duplicates("source_ref").set_index("source_ref")["item_id"]
    course_id = found["source_ref"].map(written).map(sheet).map(course_of)
    return found.assign(course=course_id.map(names(courses)), side=found["side"].map(codes("side")))[
        [*COLUMNS, "response_id"]
    ]


def counted(found: pd.DataFrame) -> pd.DataFrame:
    """How many people named each theme: 尋ねたこと, 論点, 人数, in the table's order."""
    n = found.groupby(["side", "label"], sort=False)["response_id"].nunique()
    return n.rename("人数").reset_index().rename(columns=COLUMNS)
