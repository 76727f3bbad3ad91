"""Rows of results: the same columns everywhere, and p values of a family together."""

from math import nan

import numpy as np
import pandas as pd

RESULT_COLUMNS = ["analysis", "n", "estimate", "ci_low", "ci_high", "p_value", "p_adjusted", "method"]


def result(analysis, n, estimate, interval, p_value, method, p_adjusted=nan) -> dict:
    """One row of RESULT_COLUMNS; ``interval`` is (low, high)."""
    numbers = (float(value) for value in (estimate, *interval, p_value, p_adjusted))
    return dict(zip(RESULT_COLUMNS, [analysis, int(n), *numbers, method], strict=True))


def table(rows: list[dict]) -> pd.DataFrame:
    """The rows as a table, also when there are none."""
    return pd.DataFrame(rows, columns=RESULT_COLUMNS)


def holm(p_values) -> np.ndarray:
    """Holm's adjusted p values of one family (Holm 1979).

    A nan is a hypothesis that was not tested: it stays nan and doesn't count, where
    ``statsmodels`` would count it.
    """
    p_values = np.asarray(p_values, float)
    adjusted = np.full(p_values.shape, nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def adjusted(results: pd.DataFrame) -> pd.DataFrame:
    """The rows as one family: ``p_adjusted`` by Holm."""
    return results.assign(p_adjusted=holm(results["p_value"]))
