"""What is counted for one choice: which rows the table has, and that everybody is counted once."""

import pandas as pd

from pipeline.exploring import groups, protected
from pipeline.exploring.refusal import Refused
from pipeline.exploring.year_tables import YearTables

BY_COURSE, BY_SESSION, ALTOGETHER = "研修", "回", "全体"
FIVE = 5
REPEATED = {
    BY_COURSE: "同じ人がいくつもの研修に答えているので、研修を足した合計は示さない。",
    BY_SESSION: "同じ人がいくつもの回に答えているので、回を足した合計は示さない。",
}
OVERLAPS = "二つのセグメントに属する人は両方に数えるので、合計は示さない。"
ONCE = "群で分けるときは、先に{}を一つ選んでください（同じ人を何度も数えないため）。"
SMALL = "所属"
SMALL_OFFICES = "所属は人数が少ないので、回答をまとめて数えた。どの所属も少人数なら、「部」で分けると見えることがある。"


def counted(
    year: YearTables, item: str, group: str | None, course: str | None, session: str | None, who: tuple[str, str] | None
) -> tuple[pd.DataFrame, list[str]]:
    """(the table of ``protected``, its index named by what the rows are; notes on it).

    Rows are groups of one course (and one session, where it was asked session by session), or the
    sessions of a course, or courses. Raises Refused for what would count people more than once.
    """
    rows = year.answers(item, course, session)
    if rows.empty:
        raise Refused(f"この選び方には「{item}」の回答がありません。")
    by_session = session is None and bool(rows["session_id"].notna().any())
    if course is None and by_session:
        raise Refused("回ごとに尋ねた設問は、先に研修を一つ選んでください。")
    if group is not None and (course is None or by_session):
        raise Refused(ONCE.format("研修" if course is None else "回"))
    k, alpha = year.min_cell, year.year.plan.alpha
    if group is not None:
        if who is not None:
            raise Refused("群で分けることと、群の値で絞ることは、同時にできません。どちらかにしてください。")
        adds_up = group not in groups.OVERLAPPING
        own = groups.grouped(rows, year.members(group), group)
        counts = protected.count(own, "group", groups.order(group, year.year.codebook))
        notes = [] if adds_up else [OVERLAPS]
        if group == SMALL:  # an office has a few people: single values would be 「x」 nearly all
            counts, notes = protected.merged(counts), [*notes, SMALL_OFFICES]
        return protected.protected(counts, k, adds_up, alpha).rename_axis(group), notes
    rows, notes = _one_scale(rows)
    by, order = BY_COURSE, year.courses
    if course is not None:
        by, order = (BY_SESSION, year.sessions_of(course)) if by_session else (ALTOGETHER, [])
    rows = rows.assign(**{ALTOGETHER: ALTOGETHER, BY_COURSE: rows["course"], BY_SESSION: rows["session"]})
    notes += [REPEATED[by]] if by in REPEATED else []
    counts = protected.count(rows, by, order)
    if who is None:
        return protected.protected(counts, k, False, alpha).rename_axis(by), notes
    own = rows[year.is_of(rows, who)]
    if own.empty:
        raise Refused(f"{who[0]}が「{who[1]}」の人の回答は、この選び方にはありません。")
    own = protected.count(own.assign(points=rows["points"].max()), by, order)
    left = [name for name in counts.index if name not in own.index]
    notes += [f"当てはまる回答の無いもの：{'、'.join(left)}。"] if left else []
    parts = {
        name: pd.DataFrame([own.loc[name], counts.loc[name] - own.loc[name]], ["own", "rest"]) for name in own.index
    }
    return protected.protected_part(parts, k, alpha).rename_axis(by), notes


def _one_scale(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows on the five-point scale, where there are several: others wouldn't compare."""
    if rows["points"].nunique() == 1:
        return rows, []
    others = rows.loc[rows["points"] != FIVE, "course"].unique()
    return rows[rows["points"] == FIVE], [f"尺度の段階が違うので並べない研修：{'、'.join(others)}。"]
