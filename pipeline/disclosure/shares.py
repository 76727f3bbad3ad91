"""Which shares and means an edition doesn't show: they give away the counts they are made of."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure.system import TOTAL, Groups, hide, system
from pipeline.disclosure.tables import MARGINS, protect, regroup

HITS, REST = "hits", "rest"


class Shares(NamedTuple):
    """True where not shown: columns n and hits; ``rows`` a row a share, ``totals`` one a ``within``."""

    rows: pd.DataFrame
    totals: pd.DataFrame


def protect_shares(
    hits: pd.Series,
    n: pd.Series,
    thresholds: Sequence[int],
    within: pd.Series | None = None,
    *,
    groups: Groups | None = None,
) -> Shares:
    """Which ``hits`` of ``n`` aren't shown, and which ``n``.

    Where hits are hidden, so are the rate and its interval: a rate to a tenth of a percent times n is
    the hits again (up to n = 500), and the interval even gives n. So a share is hidden when its hits or
    the others (n − hits) are 1 to k − 1. A share of 0 % or 100 % of k people or more is shown.

    ``within``: shares that add up to one that is published in a table of its own (the positions of one
    course). That one is protected as if it stood alone, so that both tables hide it alike, and the
    parts on top of it; parts that can't be protected under that total are hidden altogether (leave
    such a breakdown out). ``groups`` merge rows in the public edition (``protect``).
    """
    table = pd.DataFrame({HITS: hits, REST: n - hits})
    if within is None:
        mask = protect(table, thresholds, ("row",), row_groups=groups).drop(index=TOTAL)
        return Shares(_shown(mask), _shown(mask.iloc[:0]))
    masks = {name: _parts(part, thresholds, groups) for name, part in table.groupby(within, sort=False)}
    nothing = pd.DataFrame(columns=[*table, TOTAL], dtype=bool)
    rows = pd.concat([nothing, *(mask.drop(index=TOTAL) for mask in masks.values())])
    totals = pd.concat([nothing, *(mask.loc[[TOTAL]].set_axis([name]) for name, mask in masks.items())])
    return Shares(_shown(rows), _shown(totals))


def protect_means(n: pd.Series, thresholds: Sequence[int], within: pd.Series | None = None) -> pd.Series:
    """True for each mean of ``n`` people that isn't shown: those of 1 to k − 1 people.

    ``within``: means of which the common one is published too. A mean left out alone, or several of
    together fewer than k people, follow from it: the smallest others are hidden too. A mean is a sum of
    the counts of its answers: where any of those is hidden, don't show it either.
    """
    mask = pd.Series(False, n.index)
    for k in thresholds:
        mask |= (n > 0) & (n < k)
        if within is not None:
            mask |= companions(n, mask, k, within)
    return mask


def companions(sizes: pd.Series, mask: pd.Series, k: int, within: pd.Series) -> pd.Series:
    """``mask`` with the smallest others (never a 0) until what is hidden of one ``within`` is two
    numbers or more, of together ``k`` people or more, or until nothing is left to hide."""
    mask = mask.copy()
    for _, rows in sizes.groupby(within, sort=False):
        others = rows[(rows > 0) & ~mask[rows.index]].sort_values(kind="stable")
        for index in others.index:
            own = rows[mask[rows.index]]
            if len(own) == 0 or (len(own) > 1 and own.sum() >= k):
                break
            mask[index] = True
    return mask


def _parts(table: pd.DataFrame, thresholds: Sequence[int], groups: Groups | None) -> pd.DataFrame:
    """The mask of shares and, in the row 「計」, of the share they add up to."""
    whole = table.sum().to_frame(TOTAL).T.set_axis(["all"])
    given = system(table, MARGINS, row_groups=groups)
    mask = given.frame(np.zeros(len(given.rows), dtype=bool), otherwise=True)
    for depth, k in enumerate(thresholds):
        if depth == 1:
            given = system(regroup(table, groups), MARGINS)
        mask.loc[TOTAL] = protect(whole, thresholds[: depth + 1], ("row",)).loc["all"]
        fixed = given.rows == len(given.row_names) - 1
        given = replace(given, published=replace(given.published, fixed=fixed))
        mask = given.frame(hide(given, given.numbers(mask), k), otherwise=True)
    return mask


def _shown(mask: pd.DataFrame) -> pd.DataFrame:
    """From the counts of a share to what is left out of it: n, and hits with all that gives them away."""
    return pd.DataFrame({"n": mask[TOTAL], "hits": mask[[HITS, REST, TOTAL]].any(axis=1)}, mask.index).astype(bool)
