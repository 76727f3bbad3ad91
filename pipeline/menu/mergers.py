"""Courses merged into another: the other one must be in the next year's menu, and go on."""

import pandas as pd

from pipeline.findings import Findings
from pipeline.ids import course_id
from pipeline.ingest.headings import Sheet
from pipeline.menu.adoption import effect, is_merged


def check_mergers(
    decisions: list[dict],
    sheet: Sheet,
    courses: pd.DataFrame,
    course_years: pd.DataFrame,
    new: dict[str, str],
    next_year: str,
    findings: Findings,
) -> None:
    """A finding for every 統合 into a course that the menu hasn't, or that ends itself.

    ``decisions``: as judged. ``courses`` and ``course_years``: the menu that is changed; ``new``: the new courses,
    course_id → title.
    """
    titles = dict(zip(courses["course_id"], courses["title"], strict=True)) | new
    of_year = course_years[course_years["fiscal_year"] == next_year]
    plans = dict(zip(of_year["course_id"], of_year["plan"], strict=True))
    for decision in decisions:
        if (found := effect(decision)) and found[0] == "plan":
            plans[decision["course_id"]] = found[1]
    places = {row["decision_id"].text: row["reflected_in"].place for row in sheet.rows if "reflected_in" in row.columns}
    for decision in filter(is_merged, decisions):
        if not str(decision["reflected_in"] or "").isdigit():
            continue
        into = course_id(int(decision["reflected_in"]))
        place, facts = places[decision["decision_id"]], {"title": decision["title"], "number": decision["reflected_in"]}
        if into not in titles:
            findings.add("A25", place, **facts)
        elif plans.get(into) == "none" and into != decision["course_id"]:
            findings.add("A26", place, **facts, into=titles[into])


def merger_notes(decisions: pd.DataFrame) -> dict[str, str]:
    """course_id → 「No.6に統合」, for the 備考 of the menu and of the record."""
    return {d["course_id"]: f"No.{d['reflected_in']}に統合" for d in decisions.to_dict("records") if is_merged(d)}
