"""What came of each file as a reader sees it: its rows, and the people that its names were matched to."""

from collections.abc import Mapping

import pandas as pd

from pipeline.showing.views import KIND

LINKED = ("number", "kana")  # ways of matching that only some tools allow


def accounts_by_kind(accounts: pd.DataFrame) -> pd.DataFrame:
    """The accounts without the names of files: kind in words, files, rows_read, rows_used, rows_set_aside."""
    rows = accounts.groupby("kind", sort=False)
    table = rows[["rows_read", "rows_used", "rows_set_aside"]].sum().assign(files=rows.size())
    return table.reset_index().assign(kind=lambda t: t["kind"].map(KIND))


def match_report(matches: pd.DataFrame, people: int) -> pd.DataFrame:
    """One row a file: a column a way of matching (answers), their sum, and people with and without.

    ``people`` are on the roster: they stand in ``people`` or in ``register_only``. Staff numbers and
    readings have a column where a file of the year holds them.
    """
    table = matches.pivot_table(index="source", columns="how", values="answers", aggfunc="sum", sort=False)
    linked = [way for way in LINKED if way in table]
    ways = [*linked, "exact", "variant", "office", "alias", "outsider", "nameless"]
    missing = matches[matches["how"] == "register_only"].set_index("source")["people"]
    table = table.reindex(columns=ways).fillna(0).astype(int)
    table = table.assign(answers=table.sum(axis=1), people=people - missing, register_only=missing)
    other = {way: f"{way}_match" for way in (*LINKED, "office")}
    return table.rename(columns=other).reset_index()


def match_columns(report: pd.DataFrame, labels: Mapping[str, str]) -> dict[str, str]:
    """``labels`` of the columns of :func:`match_report`, without those that it doesn't have."""
    return {column: words for column, words in labels.items() if column in report}
