"""Small groups: merged with their neighbours, and hidden where that isn't enough.

The order is that of the census offices: merge along what belongs together first, hide only what
is still too small. ``min_cell`` is the year's threshold (``year.toml`` [disclosure]).
"""

import re

import pandas as pd


def merge_small_sessions(rows: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Ratings by session and group, without a session in which a group is too small.

    ``rows``: session (「第1回」), group, value. Sessions with a group of 1 to ``min_cell`` − 1 answers
    are taken together as one (「第1・7回」; courses by their names), which comes last; a group that is
    still too small is left out.
    """
    sizes = rows.groupby(["session", "group"]).size().unstack(fill_value=0)
    small = sizes.index[((sizes > 0) & (sizes < min_cell)).any(axis=1)]
    order = [s for s in dict.fromkeys(rows["session"]) if s in set(small)]
    numbers = [re.fullmatch(r"第(\d+)回", s) for s in order]
    together = "・".join(order)
    if all(numbers):
        together = "第" + "・".join(n[1] for n in numbers) + "回"
    is_small = rows["session"].isin(small)
    merged = pd.concat([rows[~is_small], rows[is_small].assign(session=together)])
    size = merged.groupby(["session", "group"])["value"].transform("size")
    return merged[size >= min_cell].reset_index(drop=True)


def merge_small_bands(bands: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Attendance bands (band, n, answered, answer_rate), the last two merged while one is small.

    「欠席1回」 and 「欠席2回以上」 become 「欠席1回以上」. If even that leaves a band too small, one row 「全員」
    remains: a total says nothing about a few.
    """
    if (bands["n"] >= min_cell).all():
        return bands
    for keep, name in ((1, "欠席1回以上"), (0, "全員")):
        rest = bands.iloc[keep:][["n", "answered"]].sum()
        merged = pd.concat(
            [bands.iloc[:keep], pd.DataFrame([{"band": name, **rest}])], ignore_index=True
        ).assign(answer_rate=lambda t: t["answered"] / t["n"])
        if (merged["n"] >= min_cell).all():
            break
    return merged


def hidden(counts: pd.Series, min_cell: int, within: pd.Series) -> pd.Series:
    """Which counts to hide: those of 1 to ``min_cell`` − 1, and others that would give them away.

    A single hidden number among those of one ``within`` follows from their total, and so do two 1s
    that sum to 2: the smallest others (never a 0) are hidden too, until there are two hidden numbers
    of together ``min_cell`` or nothing is left to hide.
    """
    mask = (counts > 0) & (counts < min_cell)
    for _, rows in counts.groupby(within, sort=False):
        others = rows[(rows > 0) & ~mask[rows.index]].sort_values(kind="stable")
        for index in others.index:
            own = rows[mask[rows.index]]
            if len(own) == 0 or (len(own) > 1 and own.sum() >= min_cell):
                break
            mask[index] = True
    return mask
