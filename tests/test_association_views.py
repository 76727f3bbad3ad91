"""The tables of the association report: of enough people each, neighbours taken together, and the rest adds up."""

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import codes
from pipeline.edition import Edition
from pipeline.inference.panel import Cells
from pipeline.inference.sensitivity import sensitivity
from pipeline.showing import association_views as views
from pipeline.showing.association_sentences import OFF_AXIS, outside_the_range, robust
from pipeline.showing.course_sentences import by_course
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED
from tests.cohorts import NOTHING_LEFT_OUT, PLAN, cells_of, cohort

INTERNAL = Edition("internal", 5)


def analyses(**estimates):
    rows = [(name, 142, e, e - 0.4, e + 0.4, 0.001, np.nan, "方法") for name, e in estimates.items()]
    return pd.DataFrame(
        rows, columns=["analysis", "n", "estimate", "ci_low", "ci_high", "p_value", "p_adjusted", "method"]
    )


def test_the_range_of_the_sentence_is_the_range_of_the_figure():
    """−0.75 of the previous session's absences stood in the figure, and not in the sentence above it."""
    found = analyses(
        primary=-0.67, given_carry_over=-0.75, recording_missed=-0.51, mundlak_between=-1.13, cumulative_logit=-2.15
    )
    drawn = views.forest_rows(found)["estimate"]
    assert "−0.75～−0.51点" in robust(found, []) and (drawn.min(), drawn.max()) == (-0.75, -0.51)
    told = outside_the_range(found)[0]
    assert "個人間（交絡あり）" in told and "順序ロジット" in told and "前の回の欠席を考えた" not in told


def test_every_analysis_of_the_table_is_in_the_range_or_named_as_outside_it():
    data = cohort(3, -0.8)
    ratings = data.table[["participant_id", "session_id", "rating"]]
    attendance = data.table.assign(status=np.where(data.table["missed"] == 1, "absent", "present"))
    found = sensitivity(ratings, attendance[["participant_id", "session_id", "status"]], PLAN | {"draws": 299})
    in_table = set(views.sensitivity_rows(found)["analysis"])
    in_range, told = set(views.forest_rows(found)["label"]), " ".join(outside_the_range(found))
    outside = {codes("sensitivity")[a] for a in OFF_AXIS}
    assert in_table and all(name in in_range or name in outside and f"「{name}」" in told for name in in_table)
    # What couldn't be done is a sentence, and no row of dashes.
    assert "小テストの正答率" not in in_table and "小テストの正答率（小テストは行っていない）" in told


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ((9, 5, 8, 0), {"0回": 9, "1回": 5, "2回": 8, "3回以上": 0}),
        ((9, 4, 2, 6), {"0回": 9, "1～2回": 6, "3回以上": 6}),
        ((11, 4, 0, 6), {"0回": 11, "1回以上": 10}),
        ((12, 3, 0, 0), {}),  # all that is left is everybody
        ((3, 1, 0, 0), {}),
        ((6, 0, 0, 0), {}),
    ],
)
def test_people_who_missed_as_many_stand_with_their_neighbours_until_they_are_enough(people, told):
    times = np.repeat(range(4), people)
    missed = (np.arange(4) < times[:, None]).astype(int)
    data = cells_of(5 - np.repeat(times[:, None], 4, axis=1), missed)
    rows = views.dose_rows(data, INTERNAL)
    assert dict(zip(rows["dose"], rows["n"], strict=True)) == told
    if told:  # the mean of those together is that of their people
        assert (rows["n"] * rows["mean"].fillna(0)).sum() == pytest.approx((5 - times).sum())
        assert rows.loc[rows["n"] == 0, "mean"].isna().all() and rows.loc[rows["n"] > 0, "mean"].notna().all()


def rated(sessions, course="a"):
    """Cells of one course, and its sessions, from (attended, missed) of each session: how many rated it."""
    rows = [
        (f"{group}{person}", f"{course}{number}", 4.0 - missed, missed)
        for number, both in enumerate(sessions, start=1)
        for missed, (group, people) in enumerate(zip("am", both, strict=True))
        for person in range(people)
    ]
    cells = pd.DataFrame(rows, columns=["participant_id", "session_id", "rating", "missed"])
    numbers = range(1, len(sessions) + 1)
    held = pd.DataFrame({"session_id": [f"{course}{n}" for n in numbers], "course_id": course, "number": numbers})
    return cells, held


COURSES = pd.DataFrame({"course_id": ["a", "b"], "title": ["甲", "乙・丙"]})


@pytest.mark.parametrize(
    ("sessions", "names", "merged"),
    [
        ([(20, 6), (20, 7)], ["第1回", "第2回"], []),
        ([(20, 3), (20, 3), (20, 7)], ["第1回と第2回", "第3回"], ["第1回と第2回"]),
        ([(20, 6), (4, 8), (19, 5)], ["第1回", "第2回と第3回"], ["第2回と第3回"]),
        ([(20, 6), (20, 0), (20, 0)], ["第1回", "第2回", "第3回"], []),  # nobody is no few
        ([(20, 2), (20, 2)], [], []),
        ([(20, 0), (20, 0)], [], []),
        ([(0, 9), (3, 9)], [], []),
    ],
    ids=["enough", "few missed", "few attended", "nobody missed two", "too few", "nobody missed", "too few attended"],
)
def test_ratings_are_drawn_of_enough_who_attended_and_enough_who_missed(sessions, names, merged):
    rows, together = views.rating_rows(*rated(sessions), COURSES, INTERNAL)
    assert list(dict.fromkeys(rows["session"])) == names and together == merged
    assert rows.empty or rows.groupby(["session", "group"]).size().min() >= INTERNAL.least
    assert rows.empty or len(rows) == sum(map(sum, sessions))


def test_courses_taken_together_are_named():
    (one, held), (other, more) = rated([(20, 3)]), rated([(20, 4)], "b")
    rows, together = views.rating_rows(pd.concat([one, other]), pd.concat([held, more]), COURSES, INTERNAL)
    assert together == ["甲と乙・丙"] == list(rows["session"].unique())


def test_sessions_that_a_few_missed_or_attended_are_not_told():
    cells, held = rated([(20, 6), (20, 4), (3, 20), (20, 0)])
    found = pd.DataFrame({"analysis": held["session_id"], "n": [6, 4, 20, 0], "estimate": [-0.5, -0.4, -0.3, np.nan]})
    rows = views.session_rows(Cells(cells, NOTHING_LEFT_OUT), found, held.assign(title="題"), INTERNAL)
    assert rows["session_name"].tolist() == ["第1回 題", "第4回 題"] and rows["n"].tolist() == [6, 0]


def test_no_comparison_between_people_rests_on_a_few_who_missed():
    results = pd.DataFrame({"analysis": ["within_sessions", "kendall"], "n": [21, 4], "estimate": [-2.68, 0.3]})
    verdict = pd.DataFrame({"missed_cells": [8]})
    assert views.fallback_rows(results, verdict, INTERNAL)["n"].tolist() == [21]
    assert views.fallback_rows(results, verdict.assign(missed_cells=4), INTERNAL).empty


def test_courses_of_too_few_people_are_named_beside_the_others():
    nothing = pd.DataFrame(columns=["course", "course_id", "analysis", "n", "estimate", "p_value", "code", "reason"])
    assert TOO_FEW_COMPARED in robust(nothing, [])
    assert by_course(nothing, ["甲", "乙"]) == f"「甲」「乙」は、{TOO_FEW_COMPARED}"
    assert "2回以上" in by_course(nothing)
