"""The working groups (ワーキンググループ) of a year: each one, and together as evidence of 行動.

They belong to no course, and are evidence of the year.
"""

import pandas as pd

from pipeline.evidence.rows import COLUMNS, YEAR, counted

FIRST_PHASE = "方針検討"  # a group in it is still talking


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


def working_group_evidence(groups: pd.DataFrame) -> pd.DataFrame:
    """Meetings, groups beyond the first phase, attendance of members (COLUMNS). ``groups``: as ``group_summary``."""
    if groups.empty:
        return pd.DataFrame(columns=COLUMNS)
    meetings, members = int(groups["meetings"].sum()), int(groups["members"].sum())
    rows = [
        counted("wg_meetings", YEAR, meetings, meetings),
        counted("wg_beyond", YEAR, len(groups), int((groups["phase"] != FIRST_PHASE).sum())),
    ]
    if members:
        rows.append(counted("wg_attended", YEAR, members, int(groups["attended"].sum()) / members))
    return pd.DataFrame(rows, columns=COLUMNS)
