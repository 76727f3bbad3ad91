"""業務改善報告 beside the training: by office, and as evidence of 成果; never by person.

A report is filed by an office, and names the courses that it holds for related (関連研修No.): that is its office's own
statement and the only link to a course. Beside the training the reports describe; that the training brought them
about cannot be seen here, so nothing is tested and nothing has an interval.
"""

import pandas as pd

from pipeline.evidence.rows import COLUMNS, YEAR, counted

BY_OFFICE = ["office", "reports", "dx_stated", "dx_reports", "hours_saved", "staff", "trained"]


def by_office(improvements: pd.DataFrame, appointments: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """Reports and training of each office, side by side: the columns of ``BY_OFFICE``.

    ``improvements``: office, is_dx, hours_saved, one row a report. ``appointments``: participant_id,
    office, valid_from. ``standing``: participant_id, course_id, completion. ``staff`` are the people
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
    completed = set(standing.loc[standing["completion"] == "completed", "participant_id"])
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
    # Missing, and not 0, where there are reports and none says whether it is of DX.
    is_unknown = (table["reports"] > 0) & (table["dx_stated"] == 0)
    table = table.assign(dx_reports=table["dx_reports"].astype("Int64").mask(is_unknown))
    table = table.rename_axis("office").reset_index()
    return table.sort_values(["reports", "office"], ascending=[False, True], ignore_index=True)[BY_OFFICE]


def improvement_evidence(improvements: pd.DataFrame) -> pd.DataFrame:
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
        rows += _reports("related_", str(course_id), own)
        # Of offices, not of reports: one that writes much is still one.
        offices = own.loc[own["hours_saved"].astype(float) > 0, "office"].nunique()
        rows.append(counted("improving_offices", str(course_id), len(own), offices))
    return pd.DataFrame([*rows, *_reports("", YEAR, improvements)], columns=COLUMNS)


def _reports(prefix: str, course_id: str, own: pd.DataFrame) -> list[dict]:
    """How many reports, how many of them on DX, and the hours a year that they state."""
    is_dx, hours = own["is_dx"].dropna(), own["hours_saved"].astype(float).dropna()
    rows = [
        counted(f"{prefix}improvements", course_id, len(own), len(own)),
        counted(f"{prefix}dx_improvements", course_id, len(is_dx), int(is_dx.sum())),
    ]
    return [*rows, counted(f"{prefix}hours_saved", course_id, len(hours), float(hours.sum()))] if len(hours) else rows
