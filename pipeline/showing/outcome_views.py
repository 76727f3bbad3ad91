"""The tables of KPI and improvement reports as a reader sees them."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pipeline.fiscal_year import FiscalYear
from pipeline.outcomes import NO_YEARS, PERCENT
from pipeline.schema import NOT_APPLICABLE
from pipeline.showing import tables

POINTS = "ポイント"  # the unit of a difference of percentages
CHANGE = ("change_from_last", "change_unit")


def indicator_rows(table: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``outcomes.indicator_table`` with change_unit, and 「-」 where a year has no such thing.

    ``indicators``: indicator, fiscal_year, missing_reason. Neither is there a change from or to it.
    """
    years = [c for c in table.columns if c not in NO_YEARS]
    columns = [*years, "change_from_last"]
    rows = table.astype(dict.fromkeys(columns, object))
    absent = indicators[indicators["missing_reason"] == NOT_APPLICABLE]
    for indicator, year in absent[["indicator", "fiscal_year"]].to_numpy():
        own = rows["indicator"] == indicator
        rows.loc[own, [year, *(["change_from_last"] if year in years[-2:] else [])]] = tables.NOT_APPLICABLE
    return rows.assign(change_unit=np.where(rows["unit"].isin(PERCENT), POINTS, ""))


def years(indicators: pd.DataFrame) -> dict[str, str]:
    """fiscal_year → 「令和4(2022)年度」, in order of time: the heads of the columns."""
    found = sorted(map(FiscalYear.parse, set(indicators["fiscal_year"])))
    return {str(year): year.label_ad for year in found}


def improvements_caption(columns: Collection[str], by: str) -> str:
    """What the table of improvement reports ``by`` office shows, by its ``columns``."""
    return f"業務改善報告{'と研修' if 'trained' in columns else ''}（{by}別）"


def improvements_note(columns: Mapping[str, str]) -> list[str]:
    """How to read that table: of what reports leave open, and of the people that stand beside them."""
    stated = f"「{columns['dx_reports']}」は、DXに当たるかどうかが書かれた報告のうちの件数。"
    if "trained" in columns:
        return [stated, "研修を修了した職員かそうでない職員が少ないところは、人数を示さない。"]
    return [stated, "研修を修了した職員の数は、少ない人数が分かってしまうので、並べて示さない。"]
