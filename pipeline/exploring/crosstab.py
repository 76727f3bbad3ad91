"""A question by group: which rows the table of one choice has, what is counted, and that everybody counts once."""

from collections.abc import Sequence

import pandas as pd

from pipeline.comprehension import share
from pipeline.exploring import groups
from pipeline.exploring.refusal import Refused
from pipeline.exploring.year_tables import YearTables
from pipeline.showing.rating_figures import scale_words

BY_COURSE, BY_SESSION, WHOLE = "研修", "回", "全体"
GOOD, BAD = "よい", "よくない"
SHARE = ["share", "ci_low", "ci_high"]
FIVE = 5
REPEATED = {
    BY_COURSE: "同じ人がいくつもの研修に答えているので、研修を足した合計は示さない。",
    BY_SESSION: "同じ人がいくつもの回に答えているので、回を足した合計は示さない。",
}
OVERLAPS = "二つのセグメントに属する人は両方に数えるので、合計は示さない。"
ONCE = "群で分けるときは、先に{}を一つ選んでください（同じ人を何度も数えないため）。"


def crosstab(
    year: YearTables, item: str, group: str | None, course: str | None, session: str | None, who: tuple[str, str] | None
) -> tuple[pd.DataFrame, list[str]]:
    """(the table of :func:`counted`, its index named by what the rows are; notes on it).

    Rows are groups of one course (and one session, where it was asked session by session), or the
    sessions of a course, or courses. Raises Refused for what would count people more than once.
    """
    rows = year.answers(item, course, session)
    by_session = session is None and bool(rows["session_id"].notna().any())
    if course is None and by_session:
        raise Refused("回ごとに尋ねた設問は、先に研修を一つ選んでください。")
    if group is not None and (course is None or by_session):
        raise Refused(ONCE.format("研修" if course is None else "回"))
    if group is not None and who is not None:
        raise Refused("群で分けることと、群の値で絞ることは、同時にできません。どちらかにしてください。")
    rows, notes = _one_scale(rows)
    if group is not None:
        rows = groups.grouped(rows, year.members(group), group).rename(columns={"group": group})
        by, order = group, groups.order(group, year.year.codebook)
    elif course is None:
        by, order = BY_COURSE, year.courses
        rows = rows.rename(columns={"course": by})
    elif by_session:
        by, order = BY_SESSION, year.sessions_of(course, item)
        rows = rows.rename(columns={"session": by})
    else:
        by, order = WHOLE, [WHOLE]
        rows = rows.assign(**{by: WHOLE})
    answered = set(rows[by])  # whether by these people or not
    order = [name for name in order if name in answered]
    if who is not None:
        rows = rows[year.is_of(rows, who)]
    if rows.empty:
        raise Refused(f"この選び方には「{item}」の回答がありません。")
    adds_up = group is not None and group not in groups.OVERLAPPING
    notes += [OVERLAPS] if group in groups.OVERLAPPING else [REPEATED[by]] if by in REPEATED else []
    return counted(rows, by, order, year.year.plan.alpha, adds_up), notes


def counted(rows: pd.DataFrame, by: str, order: Sequence[str], alpha: float, adds_up: bool) -> pd.DataFrame:
    """How many of each group gave which value: a row a group, a column a value, then n, BAD, GOOD and ``SHARE``.

    ``rows``: the column ``by``, value, points (one scale: from 1 to the highest of them). ``order``: the
    groups. GOOD are the upper two values, BAD 1 and 2; ``share``: GOOD of n with Wilson's interval. If it
    ``adds_up``, a row WHOLE stands below.
    """
    top = int(rows["points"].max())
    counts = pd.crosstab(rows[by], rows["value"].astype(int))
    counts = counts.reindex(index=order, columns=range(1, top + 1), fill_value=0).rename_axis(index=by, columns=None)
    if adds_up:
        counts.loc[WHOLE] = counts.sum()
    n, good = counts.sum(axis=1), counts[[top - 1, top]].sum(axis=1)
    table = counts.assign(n=n, **{BAD: counts[[1, 2]].sum(axis=1), GOOD: good})
    table[SHARE] = [share(hits, people, alpha) for hits, people in zip(good, n, strict=True)]
    return table


def values(table: pd.DataFrame) -> list[int]:
    """The columns that hold the answers: 1…5, or 1…4."""
    return [name for name in table if isinstance(name, int)]


def as_bars(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[int, str]]:
    """The rows of a Likert figure (label, value, count) and the words of its scale."""
    own = values(table)
    long = table[own].rename_axis("label").reset_index().melt("label", var_name="value", value_name="count")
    return long, scale_words(own)


def _one_scale(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows on the five-point scale, where there are several: others wouldn't compare."""
    if rows["points"].nunique() < 2:
        return rows, []
    others = rows.loc[rows["points"] != FIVE, "course"].unique()
    return rows[rows["points"] == FIVE], [f"尺度の段階が違うので並べない研修：{'、'.join(others)}。"]
