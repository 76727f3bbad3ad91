"""Tables as a reader sees them."""

import pandas as pd
import pytest

from pipeline.comprehension import attendance_counts, attendance_of_courses
from pipeline.fiscal_year import FiscalYear
from pipeline.inference.plan import Plan
from pipeline.showing.views import attendance_columns, outline
from tests.cohorts import PLAN

COURSE = {"title": "試行", "target": "行革幹事", "method": "集合", "provider": "講師", "owner": "総務課"}


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (["2022-07-01", "2022-09-30"], "令和4(2022)年7月1日～令和4(2022)年9月30日（計2回）"),
        (["2022-07-01", None], "令和4(2022)年7月1日（計2回、うち1回は日付が無い）"),
        ([None, None], None),
        ([], None),
    ],
    ids=["all dates", "one date", "no date", "no session"],
)
def test_the_outline_has_a_period_where_there_are_dates(days, period):
    people = pd.DataFrame({"participant_id": ["p1", "p2"]})
    rows = outline(COURSE, pd.DataFrame({"held_on": days}), people, FiscalYear.parse("R4"))
    values = dict(rows.to_numpy())
    assert values.get("期間") == period and values["対象"] == "行革幹事 2人"


def test_attendance_is_counted_as_the_plan_has_it():
    held = pd.DataFrame({"session_id": ["a1", "a2", "b1"], "course_id": list("aab"), "number": [1, 2, 1]})
    by_session = held.assign(
        present=[18, 17, 0], late=[1, 0, 0], absent=[1, 2, 0], recording=[0, 1, 4], waived=[3, 3, 3], partial=[0, 0, 1]
    )
    counts = attendance_counts(by_session, Plan.parse(PLAN))
    assert counts[["attended", "caught_up", "missed", "partly", "n"]].to_numpy().tolist() == [
        [19, 0, 1, 0, 20],
        [17, 1, 2, 0, 20],
        [0, 4, 0, 1, 5],
    ]
    assert attendance_of_courses(counts).set_index("course_id").loc["a"].tolist() == [36, 1, 3, 0, 40]
    assert "partly" in attendance_columns(counts) and "partly" not in attendance_columns(counts.iloc[:2])
