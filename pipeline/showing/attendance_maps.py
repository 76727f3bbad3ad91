"""Who was there when, course by course: for the internal edition alone, ids and no names."""

import numpy as np
import pandas as pd

from pipeline.comprehension import attendance_grid
from pipeline.showing.course_views import named
from pipeline.showing.figures import attendance_map
from pipeline.showing.sheet import Figure

ON_A_PAGE = 35  # people of one figure, which isn't cut, under the heading of its chapter


def attendance_maps(attendance: pd.DataFrame, sessions: pd.DataFrame, courses: pd.DataFrame) -> list[Figure]:
    """A figure for each course of several sessions, in even parts of at most ``ON_A_PAGE`` people."""
    figures = []
    for course, own in named(sessions, courses).groupby("course", sort=False):
        grid = attendance_grid(attendance[attendance["session_id"].isin(own["session_id"])], own)
        people, first = grid["participant_id"].unique(), 1
        # A course may have sessions and no register.
        is_drawn = len(own) > 1 and len(people)
        parts = np.array_split(people, -(-len(people) // ON_A_PAGE)) if is_drawn else []
        for part in parts:
            figures.append(
                attendance_map(
                    grid[grid["participant_id"].isin(part)],
                    f"{course}の出欠（{len(people)}人のうち{first}～{first + len(part) - 1}人目）",
                    f"「{course}」の受講者ごと・回ごとの出欠を記号で示した図",
                    name=f"attendance_map_{len(figures) + 1}",
                )
            )
            first += len(part)
    return figures
