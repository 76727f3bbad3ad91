"""What is merged before anything is hidden: 課→部→全体, neighbouring bands, small sessions together.

The order is that of the census offices (国勢調査の小地域集計: 合算). The functions return for each row the
name of the row it goes into: give that to ``protect`` as ``row_groups``, in both editions.
"""

import re
from collections.abc import Hashable, Sequence

import pandas as pd

# The declared hierarchies, from the finest name to the widest. A row that isn't named stays.
EVERYBODY = "全体"
POSITIONS = {"部課長": ("幹部", EVERYBODY), "副参事": ("幹部", EVERYBODY)}
BANDS = {"欠席0回": ("欠席0回", "全員"), "欠席1回": ("欠席1回以上", "全員"), "欠席2回以上": ("欠席1回以上", "全員")}
# What the public edition shows of five points. よい against the rest is the share of the 要旨.
RATINGS = {5: "よい", 4: "よい", 3: "どちらともいえない", 2: "よくない", 1: "よくない"}


def merge_hierarchy(sizes: pd.Series, levels: dict[Hashable, Sequence[Hashable]], least: int) -> pd.Series:
    """For each row the name of the wider row it goes into, or its own.

    ``sizes``: people by row (or the smallest number that the row would show). ``levels``: the wider
    rows a row belongs to, nearest first (課: 部, 全体); one without stays by itself. All the rows of a
    wider one are merged as soon as one of them has 1 to ``least`` − 1, not only the small one: else a
    total of the wider one would give it away. 0 isn't small.
    """
    names = pd.Series(list(sizes.index), index=sizes.index, dtype=object)
    for depth in range(max((len(levels.get(row, ())) for row in sizes.index), default=0)):
        wider = pd.Series(
            [levels[row][depth] if depth < len(levels.get(row, ())) else names[row] for row in sizes.index],
            index=sizes.index,
            dtype=object,
        )
        total = sizes.groupby(names.to_numpy()).transform("sum")
        small = (total > 0) & (total < least)
        # A part of what was merged already goes where all of it goes.
        chosen = set(wider[small])
        names = wider.where(wider.isin(chosen), names)
    return names


def merge_together(sizes: pd.DataFrame | pd.Series, least: int) -> pd.Series:
    """For each session the name of the one it goes into: those with a small group are one (「第1・7回」).

    ``sizes``: people by session, a column a group. A session is small when a group has 1 to
    ``least`` − 1. If together they are still small, the session with the smallest group joins, and so on.
    """
    table = sizes.to_frame() if isinstance(sizes, pd.Series) else sizes
    small = ((table > 0) & (table < least)).any(axis=1)
    others = table[~small].where(table > 0).min(axis=1).sort_values(kind="stable")
    for row in others.index:
        together = table[small].sum()
        if not small.any() or (small.sum() > 1 and not ((together > 0) & (together < least)).any()):
            break
        small[row] = True
    name = session_names(list(table.index[small]))
    return pd.Series([name if s else row for row, s in small.items()], index=table.index, dtype=object)


def merge_bands(sizes: pd.Series, least: int) -> pd.Series:
    """For each attendance band the one it goes into: 「欠席1回以上」 while 1 or 2 is small, then 「全員」."""
    return merge_hierarchy(sizes, BANDS, least)


def session_names(sessions: Sequence[str]) -> str:
    """「第1回」 and 「第7回」 → 「第1・7回」; courses by their names."""
    numbers = [re.fullmatch(r"第(\d+)回", s) for s in sessions]
    if all(numbers):
        return "第" + "・".join(n[1] for n in numbers) + "回"
    return "・".join(sessions)
