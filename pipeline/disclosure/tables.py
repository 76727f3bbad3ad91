"""Which numbers of a table of counts an edition doesn't show.

A table has a row a group and a column a category, without totals; ``margins`` says which totals are
published beside it: "row" (of each row, over the columns), "column", "total" (of everything).
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.disclosure.linear import ranges
from pipeline.disclosure.system import TOTAL, Groups, hide, system

SUPPRESSED = "x"
MARGINS = ("row", "column", "total")
FEW = 10  # people; a percentage of fewer moves by more than ten points with one answer


def protect(
    table: pd.DataFrame,
    thresholds: Sequence[int],
    margins: Collection[str] = MARGINS,
    *,
    known: Collection[str] = (),
    row_groups: Groups | None = None,
    column_groups: Groups | None = None,
    keep: Collection[Hashable] = (),
) -> pd.DataFrame:
    """True for each number that the edition doesn't show: rows × columns, with 「計」 for the margins.

    ``row_groups`` and ``column_groups`` (from a row or column to the wider one it belongs to) are what
    the public edition merges. Give them for the internal edition too: there the sums are protected
    together with their parts, since a reader may hold both editions. So the internal mask has the
    wider rows and columns beside the fine ones, the public mask has them alone.

    Hidden are the numbers of 1 to k − 1; each row whose total is one of them, with its zeros (a 0
    says of each of a few people what they are not); and as many others as it takes so that nobody
    can work out that a number is under k (``linear``). Any other 0 is shown, and so is a row of k
    people or more that is all in one category (``uniform`` finds those).

    ``known`` margins stand elsewhere too: there as here they are hidden when they are 1 to k − 1, and
    not to protect anything else. Should that leave no other way, nothing else is shown: leave the
    table (or that row) out. ``keep``: columns to hide last. No threshold may fall: (3, 5).
    """
    _check(table, thresholds, margins, known)
    first, *further = thresholds
    given = system(table, margins, known, row_groups, column_groups, keep)
    mask = given.frame(hide(given, np.zeros(len(given.rows), dtype=bool), first), otherwise=True)
    if further:
        given = system(regroup(table, row_groups, column_groups), margins, known, keep=keep)
    for threshold in further:
        mask = given.frame(hide(given, given.numbers(mask), threshold), otherwise=True)
    return mask


def suppress(
    table: pd.DataFrame, thresholds: Sequence[int], margins: Collection[str] = MARGINS, **options
) -> pd.DataFrame:
    """The table as the edition shows it: merged if public, with its margins, 「x」 where hidden.

    ``options`` as for :func:`protect`. None where row and column totals cross and nothing is published.
    """
    mask = protect(table, thresholds, margins, **options)
    if len(thresholds) > 1:
        table = regroup(table, options.get("row_groups"), options.get("column_groups"))
    values = with_margins(table, margins).astype(object)
    values = values.mask(mask.loc[values.index, values.columns], SUPPRESSED)
    if TOTAL in values.index and TOTAL in values.columns and "total" not in margins:
        values.loc[TOTAL, TOTAL] = None
    return values


def protect_counts(
    counts: pd.Series, thresholds: Sequence[int], *, groups: Groups | None = None, known: bool = False
) -> pd.Series:
    """True for each count of one row of categories, and for their total 「計」, that isn't shown.

    For counts of which everybody has one (a distribution). Where people may have several, or no total
    can be formed, ``protect(counts.to_frame(), thresholds, margins=())`` is enough.
    """
    known = ("row",) if known else ()
    mask = protect(counts.to_frame().T, thresholds, ("row",), known=known, column_groups=groups)
    return mask.iloc[0].rename(counts.name)


def audit(
    table: pd.DataFrame,
    mask: pd.DataFrame,
    margins: Collection[str] = MARGINS,
    *,
    row_groups: Groups | None = None,
    column_groups: Groups | None = None,
) -> pd.DataFrame:
    """What a reader can work out of each hidden number: row, column, value, low, high.

    ``mask`` as from :func:`protect` for the same table, margins and groups (for the public edition the
    regrouped table without groups). A reader knows that a hidden number isn't 0, except in a row (or a
    list with its total) of which nothing inside is shown.
    """
    given = system(table, margins, (), row_groups, column_groups)
    hidden = given.numbers(mask).astype(bool)
    seen, parts = given.inner & ~hidden, given.published.parts()
    may_be_empty = given.inner & ~(given.of_rows(seen) & np.isin(parts, parts[seen]))
    published = replace(given.published, floor=np.where(may_be_empty, 0, given.published.floor))
    found = ranges(published, hidden)
    return pd.DataFrame(
        {
            "row": [given.row_names[place] for place in given.rows[hidden]],
            "column": [given.column_names[place] for place in given.columns[hidden]],
            "value": published.values[hidden],
            "low": found[:, 0],
            "high": found[:, 1],
        }
    )


def with_margins(table: pd.DataFrame, margins: Collection[str] = MARGINS) -> pd.DataFrame:
    """The table with its published totals, named 「計」 (where they cross, whether published or not)."""
    wide = table.copy()
    if "row" in margins:
        wide[TOTAL] = table.sum(axis=1)
    if "column" in margins:
        wide.loc[TOTAL] = wide.sum()
    return wide


def regroup(table: pd.DataFrame, row_groups: Groups | None = None, column_groups: Groups | None = None) -> pd.DataFrame:
    """The table with the rows and columns of one group summed, in the order of their first ones."""
    for groups in (row_groups, column_groups):
        names = [(groups or {}).get(label, label) for label in table.index]
        table = table.groupby(pd.Index(names, tupleize_cols=False), sort=False).sum().T
    return table


def is_few(n: int | pd.Series) -> bool | pd.Series:
    """Whether a base of n people is flagged in the public edition: 1 to 9."""
    return (n > 0) & (n < FEW)


def uniform(table: pd.DataFrame) -> pd.Series:
    """True for each row whose people are all in one category, which says so of every one of them.

    Such a row is shown when it has enough people (the threshold rule of the census offices guards
    against recognising a person, not against what is true of a whole group); opinions that are all bad
    are better merged with another group.
    """
    return (table > 0).sum(axis=1) == 1


def _check(table: pd.DataFrame, thresholds: Sequence[int], margins: Collection[str], known: Collection[str]) -> None:
    if not len(thresholds) or list(thresholds) != sorted(thresholds) or min(thresholds) < 1:
        raise ValueError(f"thresholds are 1 or more and don't fall, not {thresholds}")
    if not set(margins) <= set(MARGINS) or not set(known) <= set(margins):
        raise ValueError(f"margins are {MARGINS}, and known ones are published: {margins}, {known}")
    if not (table.index.is_unique and table.columns.is_unique):
        raise ValueError("rows and columns have to have names of their own")
    if TOTAL in table.index or TOTAL in table.columns:
        raise ValueError(f"the table comes without its totals ({TOTAL})")
    counts = table.to_numpy()
    if not (counts >= 0).all() or (counts != counts.astype(int)).any():
        raise ValueError("a table of counts holds whole numbers of 0 or more")
