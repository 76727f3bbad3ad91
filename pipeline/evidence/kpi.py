"""The KPI of the town: by year, and as evidence of 成果. They belong to no course.

Beside the training they describe; that the training moved them cannot be seen here, so nothing is tested. A KPI has
the name and the unit that its source gives it.
"""

import numpy as np
import pandas as pd

from pipeline.evidence.rows import COLUMNS, YEAR, counted
from pipeline.fiscal_year import FiscalYear
from pipeline.schema import NOT_APPLICABLE

PERCENT = ("%", "％")
NO_YEARS = ("indicator", "unit", "source", "change_from_last")  # what else a KPI's row holds


def kpi_table(kpi: pd.DataFrame, year: str) -> pd.DataFrame:
    """One row a KPI: indicator, unit, source, a column a fiscal year up to ``year``, change_from_last.

    ``kpi``: indicator, unit, fiscal_year, value, source. Years stand in order of time;
    ``change_from_last`` is ``year`` against the year before it, missing where either is.
    """
    last = FiscalYear.parse(year)
    years = [str(one) for one in sorted(map(FiscalYear.parse, {*kpi["fiscal_year"], year})) if one <= last]
    wide = kpi.set_index(["indicator", "fiscal_year"])["value"].unstack()
    table = kpi.drop_duplicates("indicator")[["indicator", "unit", "source"]]
    table = table.merge(wide.reindex(columns=years), left_on="indicator", right_index=True)
    change = table[year] - table[years[-2]] if _follow(years) else np.nan
    return table.assign(change_from_last=change).astype({"change_from_last": float}).reset_index(drop=True)


def _follow(years: list[str]) -> bool:
    """Whether the last of the years has the one before it beside it."""
    return len(years) > 1 and FiscalYear.parse(years[-2]).following == FiscalYear.parse(years[-1])


def not_applicable(kpi: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Where a year has no such thing: a column a fiscal year, a row a row of ``table`` (as from :func:`kpi_table`)."""
    absent = kpi.assign(absent=kpi["missing_reason"] == NOT_APPLICABLE)
    wide = absent.set_index(["indicator", "fiscal_year"])["absent"].unstack().reindex(index=table["indicator"])
    years = [c for c in table.columns if c not in NO_YEARS]
    return wide.reindex(columns=years).eq(True).set_axis(table.index)


def is_percent(unit: str) -> bool:
    return unit in PERCENT


def in_percent(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`kpi_table` that are percentages: counts have no axis in common."""
    return table[table["unit"].map(is_percent).astype(bool)]


def percentages(table: pd.DataFrame) -> pd.DataFrame:
    """The KPI in percent as label, the year and the one before: the rows of a slope chart, none without that one.

    ``table``: as from :func:`kpi_table`.
    """
    years = [c for c in table.columns if c not in NO_YEARS]
    rows = in_percent(table).rename(columns={"indicator": "label"})
    return (
        rows[["label", *years[-2:]]].reset_index(drop=True) if rows["change_from_last"].notna().any() else rows.iloc[:0]
    )


def kpi_evidence(kpi: pd.DataFrame, year: str) -> pd.DataFrame:
    """The KPI of one ``year`` (「R5」) as evidence of 成果 (COLUMNS), each in its own unit.

    ``kpi``: indicator, unit, fiscal_year, value, missing_reason. ``n`` is missing: a KPI counts
    no answers. One that doesn't apply to the year has no row.
    """
    own = kpi[(kpi["fiscal_year"] == year) & (kpi["missing_reason"] != NOT_APPLICABLE)]
    rows = [
        counted("kpi", YEAR, np.nan, one["value"]) | {"scale_id": one["unit"], "wording": one["indicator"]}
        for one in own.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
