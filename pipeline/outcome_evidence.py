"""What came after the training as evidence: working groups on 行動, improvement reports and KPI on 成果.

An improvement report names the courses that it holds for related (関連研修No.): that is its office's
own statement and the only link to a course. Working groups and KPI name none, and are evidence of the
year (``course_id`` is ``YEAR``). Everything is counted, so nothing has an interval.
"""

import numpy as np
import pandas as pd

from pipeline.evidence import COLUMNS, COUNTED, row
from pipeline.schema import NOT_APPLICABLE

YEAR = ""  # the course_id of what belongs to no course, but to the year's training as a whole
OFFICES = "improving_offices"
OWN_BASE = ("improvements", "wg_meetings")  # the number of things is what they were counted of
RELATED, ANY = "関連する", "年度の"
FIRST_PHASE = "方針検討"  # a group in it is still talking


def improvement_evidence(improvements: pd.DataFrame, chapter: str) -> pd.DataFrame:
    """The reports that name each course, and all of the year, as evidence of 成果 (COLUMNS).

    ``improvements``: office, is_dx, course_ids (「no05;no06」), hours_saved. A report that names two
    courses counts for both, with all its hours: they can't be divided, so courses don't add up to the year.
    A course that no report names has no rows. ``n`` are the reports that say anything of the matter.
    """
    if improvements.empty:
        return pd.DataFrame(columns=COLUMNS)
    named = improvements.assign(course_id=improvements["course_ids"].str.split(";"))
    named = named.explode("course_id").dropna(subset=["course_id"])
    rows = []
    for course_id, own in named.groupby("course_id"):
        rows += _reports(course_id, own, RELATED, chapter)
        # Of offices, not of reports: one that writes much is still one.
        hours = own["hours_saved"].astype(float)
        offices = own.loc[hours > 0, "office"].nunique()
        rows.append(
            _counted(
                OFFICES,
                course_id,
                "成果",
                "効果の時間を書いた関連報告のある所属の数",
                "count",
                len(own),
                offices,
                chapter,
            )
        )
    rows += _reports(YEAR, improvements, ANY, chapter)
    return pd.DataFrame(rows, columns=COLUMNS)


def _reports(course_id: str, own: pd.DataFrame, of: str, chapter: str) -> list[dict]:
    """How many reports, how many of them on DX, and the hours a year that they state."""
    is_dx, hours = own["is_dx"].dropna(), own["hours_saved"].astype(float).dropna()
    rows = [
        ("improvements", f"{of}業務改善報告の件数", "count", len(own), len(own)),
        ("dx_improvements", f"{of}業務改善報告のうちDXの件数", "count", len(is_dx), int(is_dx.sum())),
    ]
    if len(hours):
        rows.append(("hours_saved", f"{of}業務改善報告に書かれた効果（年間）", "時間", len(hours), hours.sum()))
    return [_counted(evidence_id, course_id, "成果", *values, chapter) for evidence_id, *values in rows]


def working_group_evidence(groups: pd.DataFrame, chapter: str) -> pd.DataFrame:
    """The working groups of the year as evidence of 行動 (COLUMNS).

    ``groups``: as ``outcomes.group_summary`` has it: meetings, attended, members, phase.
    """
    if groups.empty:
        return pd.DataFrame(columns=COLUMNS)
    meetings, members = int(groups["meetings"].sum()), int(groups["members"].sum())
    beyond = int((groups["phase"] != FIRST_PHASE).sum())
    rows = [
        _counted("wg_meetings", YEAR, "行動", "ワーキンググループの会合の回数", "count", meetings, meetings, chapter),
        _counted(
            "wg_beyond",
            YEAR,
            "行動",
            f"「{FIRST_PHASE}」より先の段階に進んだワーキンググループの数",
            "count",
            len(groups),
            beyond,
            chapter,
        ),
    ]
    if members:
        rows.append(
            _counted(
                "wg_attended",
                YEAR,
                "行動",
                "ワーキンググループのメンバーの出席（のべ）",
                "rate",
                members,
                int(groups["attended"].sum()) / members,
                chapter,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def indicator_evidence(indicators: pd.DataFrame, year: str, chapter: str) -> pd.DataFrame:
    """The KPI of one ``year`` (「R5」) as evidence of 成果 (COLUMNS), each in its own unit.

    ``indicators``: indicator, unit, fiscal_year, value, missing_reason. ``n`` is missing: a KPI counts
    no answers. One that doesn't apply to the year has no row.
    """
    own = indicators[(indicators["fiscal_year"] == year) & (indicators["missing_reason"] != NOT_APPLICABLE)]
    rows = [
        _counted("kpi", YEAR, "成果", f"KPI：{i['indicator']}", i["unit"], np.nan, i["value"], chapter)
        for i in own.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _counted(
    evidence_id: str, course_id: str, level: str, indicator: str, unit: str, n: float, value: float, chapter: str
) -> dict:
    return row(evidence_id, course_id, level, indicator, unit, n, (value, np.nan, np.nan), COUNTED, chapter)
