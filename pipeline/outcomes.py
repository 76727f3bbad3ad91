"""KPI and 業務改善報告 beside the training: by year and by office, never by person.

Improvement reports are filed by an office and indicators by the town. Beside the training they
describe; that the training brought them about cannot be seen here, so nothing is tested.
"""

import pandas as pd

from pipeline.fiscal_year import FiscalYear

BY_OFFICE = ["office", "reports", "dx_stated", "dx_reports", "hours_saved", "staff", "trained"]
PERCENT = ("%", "％")
NO_YEARS = ("indicator", "unit", "source", "change_from_last")  # what else an indicator's row holds


def indicator_table(indicators: pd.DataFrame) -> pd.DataFrame:
    """One row an indicator: indicator, unit, source, a column a fiscal year, change_from_last.

    ``indicators``: indicator, unit, fiscal_year, value, source. Years stand in order of time;
    ``change_from_last`` is the last one against the one before, missing where either is.
    """
    years = sorted(set(indicators["fiscal_year"]), key=FiscalYear.parse)
    wide = indicators.set_index(["indicator", "fiscal_year"])["value"].unstack()
    table = indicators.drop_duplicates("indicator")[["indicator", "unit", "source"]]
    table = table.merge(wide.reindex(columns=years), left_on="indicator", right_index=True)
    change = table[years[-1]] - table[years[-2]] if len(years) > 1 else float("nan")
    return table.assign(change_from_last=change).astype({"change_from_last": float}).reset_index(drop=True)


def improvements_by_office(
    improvements: pd.DataFrame, appointments: pd.DataFrame, standing: pd.DataFrame
) -> pd.DataFrame:
    """Reports and training of each office, side by side: the columns of ``BY_OFFICE``.

    ``improvements``: office, is_dx, hours_saved, one row a report. ``appointments``: participant_id,
    office, valid_from. ``standing``: participant_id, course_id, outcome. ``staff`` are the people
    whose last appointment of the year is in the office, so that everybody counts once; ``trained``
    are those of them who completed at least one course. ``dx_stated`` are the reports that say
    whether they are of DX, ``dx_reports`` those of them that are; ``hours_saved`` adds up what was
    stated. Both are missing where reports state nothing. An office without reports, or without
    staff, has its row; the most reports come first.
    """
    reports = improvements.assign(
        is_dx=improvements["is_dx"].astype("boolean"), hours_saved=improvements["hours_saved"].astype(float)
    ).groupby("office")
    last = appointments.sort_values("valid_from", na_position="first", kind="stable")
    last = last.drop_duplicates("participant_id", keep="last")
    completed = set(standing.loc[standing["outcome"] == "completed", "participant_id"])
    people = last.assign(trained=last["participant_id"].isin(completed)).groupby("office")
    table = pd.DataFrame(
        {
            "reports": reports.size(),
            "dx_stated": reports["is_dx"].count(),
            "dx_reports": reports["is_dx"].sum(),
            "hours_saved": reports["hours_saved"].sum(min_count=1),
            "staff": people.size(),
            "trained": people["trained"].sum(),
        }
    )
    counts = ["reports", "dx_stated", "dx_reports", "staff", "trained"]
    table[counts] = table[counts].fillna(0).astype(int)
    table.loc[table["reports"] == 0, "hours_saved"] = 0.0
    table = with_unknown_dx(table).rename_axis("office").reset_index()
    return table.sort_values(["reports", "office"], ascending=[False, True], ignore_index=True)[BY_OFFICE]


def with_unknown_dx(table: pd.DataFrame) -> pd.DataFrame:
    """``dx_reports`` missing, and not 0, where there are reports and none says whether it is of DX."""
    is_unknown = (table["reports"] > 0) & (table["dx_stated"] == 0)
    return table.assign(dx_reports=table["dx_reports"].astype("Int64").mask(is_unknown))


def group_summary(working_groups: pd.DataFrame) -> pd.DataFrame:
    """Each working group: theme, lead_office, meetings, attend_rate (of members), phase (the last).

    ``attended`` and ``members`` add up over the meetings.
    """
    rows = working_groups.sort_values("held_on", kind="stable").groupby("theme", sort=False)
    table = rows.agg(
        lead_office=("lead_office", "last"),
        meetings=("meeting_id", "size"),
        attended=("attended", "sum"),
        members=("members", "sum"),
        phase=("phase", "last"),
    ).reset_index()
    rate = table["attended"].astype(float) / table["members"].astype(float)
    return table.assign(attend_rate=rate.where(table["members"] > 0))


def in_percent(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`indicator_table` that are percentages: counts have no axis in common."""
    return table[table["unit"].isin(PERCENT)]


def percentages(table: pd.DataFrame) -> pd.DataFrame:
    """The indicators in percent as label and the last two years: the rows of a slope chart.

    ``table``: as from :func:`indicator_table`.
    """
    years = [c for c in table.columns if c not in NO_YEARS]
    rows = in_percent(table).rename(columns={"indicator": "label"})
    return rows[["label", *years[-2:]]].reset_index(drop=True) if len(years) > 1 else rows.iloc[:0]
