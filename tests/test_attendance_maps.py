"""Attendance maps: everybody of a course once, in figures that fit on a page."""

import pandas as pd
import pytest

from pipeline.showing.attendance_maps import ON_A_PAGE, attendance_maps

COURSES = pd.DataFrame({"course_id": ["a", "b"], "number": pd.array([1, 2], "Int64"), "title": ["一", "二"]})


def sessions(**numbers):
    rows = [(f"{course}-{n}", course, n, f"内容{n}") for course, count in numbers.items() for n in range(1, count + 1)]
    return pd.DataFrame(rows, columns=["session_id", "course_id", "number", "title"])


def attendance(sessions, people):
    rows = [(f"p{n:03}", s, "present") for s in sessions["session_id"] for n in range(people)]
    return pd.DataFrame(rows, columns=["participant_id", "session_id", "status"])


def test_a_long_course_is_split_evenly_and_nobody_is_left_out():
    held = sessions(a=2)
    figures = attendance_maps(attendance(held, 80), held, COURSES)
    assert [f.caption for f in figures] == [
        "No.1 一の出欠（80人のうち1～27人目）",
        "No.1 一の出欠（80人のうち28～54人目）",
        "No.1 一の出欠（80人のうち55～80人目）",
    ]
    shown = [row[1] for f in figures for row in f.table.data["rows"]]
    assert sorted(set(shown)) == [f"p{n:03}" for n in range(80)]
    assert all(len(f.table.data["rows"]) <= ON_A_PAGE for f in figures)
    assert len({f.name for f in figures}) == 3


@pytest.mark.parametrize(
    ("a", "people", "captions"),
    [(1, 5, ["No.2 二"]), (0, 5, ["No.2 二"]), (3, 0, [])],
    ids=["one session", "no session", "nobody's attendance"],
)
def test_a_course_of_one_session_or_without_attendance_has_no_map(a, people, captions):
    held = sessions(a=a, b=2)
    assert [f.caption[:6] for f in attendance_maps(attendance(held, people), held, COURSES)] == captions


def test_a_course_without_a_register_stands_beside_one_that_has_it():
    held = sessions(a=3, b=2)
    registered = attendance(held[held["course_id"] == "b"], 5)
    assert [f.caption[:6] for f in attendance_maps(registered, held, COURSES)] == ["No.2 二"]
