"""Who was there when, course by course: for the internal edition alone, ids and no names."""

import pandas as pd

from pipeline.comprehension import attendance_grid
from pipeline.showing.course_views import named
from pipeline.showing.figures import attendance_map
from pipeline.showing.sheet import Figure

ON_A_PAGE = 40   # people of one figure: a figure isn't cut


def attendance_maps(
    attendance: pd.DataFrame, sessions: pd.DataFrame, courses: pd.DataFrame
) -> list[Figure]:
    """A figure for each course of several sessions, in parts of ``ON_A_PAGE`` people."""
    figures = []
    for course, own in named(sessions, courses).groupby("course", sort=False):
        grid = attendance_grid(attendance[attendance["session_id"].isin(own["session_id"])], own)
        people = list(dict.fromkeys(grid["participant_id"]))
        for start in range(0, len(people) if len(own) > 1 else 0, ON_A_PAGE):
            part = people[start : start + ON_A_PAGE]
            figures.append(attendance_map(
                grid[grid["participant_id"].isin(part)],
                f"{course}の出欠（{len(people)}人のうち{start + 1}～{start + len(part)}人目）",
                f"「{course}」の受講者ごと・回ごとの出欠を記号で示した図",
                name=f"attendance_map_{len(figures) + 1}",
            ))  # fmt: skip
    return figures
