"""Counts of answers by group, their shares with intervals, and nothing that says much of a few."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.comprehension import share
from pipeline.disclosure import SUPPRESSED, TOTAL, protect, with_margins
from pipeline.disclosure.system import hide, system
from pipeline.disclosure.tables import MARGINS

GOOD, MIDDLE, BAD, WHOLE = "よい", "どちらともいえない", "よくない", "全体"
SHARE = ["share", "ci_low", "ci_high"]


def count(rows: pd.DataFrame, by: str, order: Sequence[str]) -> pd.DataFrame:
    """How many of each group gave which value: a row a group in ``order``, a column a value.

    ``rows``: the column ``by``, value, points (one scale: from 1 to the highest of them).
    """
    counts = pd.crosstab(rows[by], rows["value"].astype(int))
    values = range(1, int(rows["points"].max()) + 1)
    place = {name: n for n, name in enumerate(order)}
    known = sorted(counts.index, key=lambda name: (place.get(name, len(place)), name))
    return counts.reindex(index=known, columns=values, fill_value=0).rename_axis(None, axis=1)


def merged(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts by BAD, MIDDLE (of five points) and GOOD alone: for groups of a few people each."""
    names = pd.Index([wider(list(counts.columns)).get(value, MIDDLE) for value in counts.columns])
    return counts.T.groupby(names, sort=False).sum().T


def wider(values: Sequence) -> dict[int, str]:
    """Which values count as good (the upper two) and which as bad (1 and 2); none once merged."""
    if GOOD in values:
        return {}
    return {v: GOOD if v > max(values) - 2 else BAD for v in values if v > max(values) - 2 or v < 3}


def protected(counts: pd.DataFrame, k: int, adds_up: bool, alpha: float) -> pd.DataFrame:
    """The counts as they may be shown: the values, GOOD, BAD, n and ``SHARE``; 「x」 where hidden.

    Numbers of 1 to ``k`` − 1 are hidden, and what would give them away; fine numbers, GOOD and BAD
    are protected as one table, so that figure and table agree. ``adds_up``: whether a row 「全体」
    stands below; it is protected as if it stood alone, so that it reads alike whatever the groups,
    and the groups on top of it. ``share``: GOOD of n with Wilson's interval, hidden with either.
    """
    values = with_margins(counts, MARGINS if adds_up else ("row",))
    return _shown(values, _mask(counts, k, adds_up), alpha)


def protected_part(parts: dict[str, pd.DataFrame], k: int, alpha: float) -> pd.DataFrame:
    """One row of each of several tables (of two rows: those chosen, and all others), protected in it.

    So that the others, whom nobody chose, can't be worked out from the whole.
    """
    own = pd.concat([table.iloc[[0]] for table in parts.values()]).set_axis(list(parts))
    masks = pd.concat([_mask(table, k, True).iloc[[0]] for table in parts.values()])
    return _shown(with_margins(own, ("row",)), masks.set_axis(list(parts)), alpha)


def _mask(counts: pd.DataFrame, k: int, adds_up: bool) -> pd.DataFrame:
    groups = wider(list(counts.columns))
    keep = [*(value for value, name in groups.items() if name == GOOD), GOOD]
    if not adds_up:
        return protect(counts, (k,), ("row",), column_groups=groups, keep=keep)
    whole = counts.sum().to_frame(WHOLE).T
    alone = protect(whole, (k,), ("row",), column_groups=groups, keep=keep).loc[WHOLE]
    given = system(counts, MARGINS, ("column", "total"), column_groups=groups, keep=keep)
    mask = given.frame(np.zeros(len(given.rows), dtype=bool), otherwise=True)
    mask.loc[TOTAL] = alone
    return given.frame(hide(given, given.numbers(mask), k), otherwise=True)


def _shown(values: pd.DataFrame, mask: pd.DataFrame, alpha: float) -> pd.DataFrame:
    shown, groups = values.copy(), wider(list(values.columns.drop(TOTAL)))
    for name in dict.fromkeys(groups.values()):
        shown[name] = values[[value for value, to in groups.items() if to == name]].sum(axis=1)
    shares = pd.DataFrame(
        [share(h, n, alpha) for h, n in zip(shown[GOOD], shown[TOTAL], strict=True)], shown.index, SHARE
    )
    mask = mask.reindex(index=shown.index, columns=shown.columns, fill_value=False)
    hidden = mask[GOOD] | mask[TOTAL]
    shown = shown.astype(object).mask(mask, SUPPRESSED)
    shares = shares.astype(object).where(shares.notna(), None)
    shares.loc[hidden] = SUPPRESSED
    return shown.join(shares).rename(index={TOTAL: WHOLE}, columns={TOTAL: "n"})


def values(table: pd.DataFrame) -> list:
    """The columns that hold the answers: the single values, or once merged BAD, MIDDLE and GOOD."""
    single = [name for name in table if isinstance(name, int)]
    return single or [name for name in (BAD, MIDDLE, GOOD) if name in table]


def points(table: pd.DataFrame) -> int:
    """Of how many points the scale is."""
    single = [name for name in table if isinstance(name, int)]
    return max(single) if single else 5 if MIDDLE in table else 4


def as_bars(table: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """The rows of a Likert figure (label, value, count, n; beside single values their sums) and its scale.

    By single values; by BAD, MIDDLE and GOOD where that lets more be seen of half the bars or more,
    as where few of each group answered low. A four-point scale has no answer in the middle.
    """
    single = [name for name in table if isinstance(name, int)]
    fine = dict(zip(single, range(1, 6) if len(single) == 5 else (1, 2, 4, 5), strict=False))
    middle = [name for name in single if name not in wider(single)] if single else [MIDDLE]
    coarse = {BAD: BAD, **dict.fromkeys(set(middle) & set(table), MIDDLE), GOOD: GOOD}
    hidden = table.eq(SUPPRESSED)
    gained = hidden[list(fine)].sum(axis=1) > hidden[list(coarse)].sum(axis=1)
    ends = {1: "1（低い）", points(table): f"{points(table)}（高い）"}
    chosen, words = fine, {place: ends.get(name, str(name)) for name, place in fine.items()}
    if not fine or gained.mean() >= 0.5:
        chosen, words = coarse, {name: name for name in (BAD, MIDDLE, GOOD)}
    else:
        chosen = fine | {BAD: BAD, GOOD: GOOD}  # sums, for the sides of which a value is hidden
    long = table[[*chosen, "n"]].rename(columns=chosen).rename_axis("label").reset_index()
    return long.melt(["label", "n"], var_name="value", value_name="count"), words
