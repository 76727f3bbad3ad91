"""The numbers under a menu decision: counted, estimated with an interval, or marked as unknown."""

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.evidence.course import (
    answers,
    by_session,
    compared,
    completion_evidence,
    held,
    in_range,
    planned,
    quiz_evidence,
    used,
)
from pipeline.evidence.opinions import count_evidence
from pipeline.evidence.rows import COLUMNS, joined
from pipeline.indicators import Indicators
from pipeline.inference.plan import Plan
from tests.cohorts import PLAN

PEOPLE = [f"p{n:02}" for n in range(24)]
ITEMS = pd.DataFrame(
    [("s", "satisfaction", None), ("u", "usefulness", None), ("s1", "satisfaction", "trial-1")],
    columns=["item_id", "dimension", "session_id"],
).assign(scale_id="five", wording="満足度")
INDICATORS = Indicators(Indicators.of(Codebook("R5")), {"five": 5, "four": 4})


def catch_up(n=4, p_value=None):
    return pd.DataFrame(
        [
            {
                "course_id": "trial",
                "n": n,
                "persons": n,
                "estimate": 0.4,
                "ci_low": 0.1,
                "ci_high": 0.7,
                "p_value": p_value,
                "method": "m",
            }
        ]
    )


def year(authors=21, statuses=None, satisfied=(5, 4, 3, 2, 1), code="linked", n=142):
    attendance = pd.DataFrame(
        [(p, "trial-1", s) for p, s in zip(PEOPLE, statuses or ["present"] * 24, strict=True)],
        columns=["participant_id", "session_id", "status"],
    )
    responses = pd.DataFrame(
        [(p, "s", v) for p, v in zip(PEOPLE, satisfied, strict=False)] + [("p00", "s1", 5)],
        columns=["participant_id", "item_id", "value"],
    )
    ratings = pd.DataFrame(
        [(p, "trial-1", 3.0 + (i % 3)) for i, p in enumerate(PEOPLE[:22])],
        columns=["participant_id", "session_id", "rating"],
    )
    test = pd.DataFrame(
        [("trial", "primary", n, 21, -0.86, -1.3, -0.4, 0.001, 0.002, "t", code)],
        columns=[
            "course_id",
            "analysis",
            "n",
            "persons",
            "estimate",
            "ci_low",
            "ci_high",
            "p_value",
            "p_adjusted",
            "method",
            "code",
        ],
    )
    ideas = pd.DataFrame({"participant_id": [*PEOPLE[:authors], PEOPLE[0], None]})
    rows = [
        *held("trial", attendance, Plan.parse(PLAN)),
        *answers("trial", responses, ITEMS, 24, INDICATORS),
        *by_session("trial", ratings, 24),
        *compared("trial", test, catch_up()),
        *planned("trial", pd.DataFrame({"participant_id": PEOPLE}), ideas),
    ]
    return pd.DataFrame(rows, columns=COLUMNS).set_index("evidence_id")


def test_21_of_24_with_the_interval_of_wilson():
    ideas = year().loc["ideas"]
    assert ideas["n"] == 24  # a second idea of one person, and one of nobody, don't count
    assert [round(100 * ideas[c], 1) for c in ("estimate", "ci_low", "ci_high")] == [87.5, 69.0, 95.7]


def test_a_register_is_counted_without_what_is_not_known():
    statuses = ["present"] * 12 + ["absent"] * 6 + ["recording"] * 2 + ["unknown"] * 3 + ["not_target"]
    found = year(statuses=statuses)
    attended = found.loc["attended"]
    assert (attended["n"], attended["estimate"]) == (20, 0.6)
    assert np.isnan([attended["ci_low"], attended["ci_high"]]).all()  # no sample, no interval
    assert found.loc["caught_up", "estimate"] == 2


def test_satisfaction_is_of_the_whole_course():
    found = year()
    assert (found.loc["satisfaction", "n"], found.loc["satisfaction", "estimate"]) == (5, 0.4)


def test_a_question_that_nobody_answered_has_no_estimate():
    found = year(satisfied=())
    for concept in ("satisfaction", "usefulness"):
        assert found.loc[concept, "n"] == 0 and np.isnan(found.loc[concept, "estimate"])


@pytest.mark.parametrize(("values", "expected"), [([5, 4, 3], (2, 3)), ([], (0, 0)), ([None, 4], (1, 1))])
def test_positive_answers_are_fours_and_fives(values, expected):
    table = pd.DataFrame({"item_id": "s", "value": pd.Series(values, dtype=float)})
    assert in_range(table, ITEMS, "satisfaction", 4) == expected


def one_question(dimension, values, scale_id):
    items = pd.DataFrame(
        {"item_id": ["q"], "dimension": dimension, "session_id": None, "scale_id": scale_id, "wording": "問"}
    )
    given = pd.DataFrame({"participant_id": "p", "item_id": "q", "value": values})
    return pd.DataFrame(answers("no03", given, items, 40, INDICATORS), columns=COLUMNS).set_index("evidence_id")


def test_four_points_are_never_counted_as_five():
    found = one_question("satisfaction", [4.0, 3, 3, 2, 1], "four").loc["satisfaction"]
    assert found["estimate"] == 0.6
    assert (found["n"], found["base"], found["scale_id"]) == (5, 40, "four")


def test_a_two_sided_scale_counts_its_end_and_has_no_best():
    found = one_question("difficulty", [5.0, 4, 3, 1], "five")
    assert found.index.tolist() == ["hard"] and found.loc["hard", "estimate"] == 0.5


def test_what_was_used_later_is_counted_among_those_who_answered():
    rows = pd.DataFrame({"course_id": "no09", "use": ["used", "partly", "no_chance", "not_used", None]})
    [found] = used("no09", rows, 6)
    assert (found["n"], found["estimate"]) == (4, 0.5)
    assert found["base"] == 6  # those who took the course: to whom it went, nobody wrote down
    assert np.isnan(next(used("no09", rows, 3))["base"])  # the register lacks some of them
    assert not list(used("no01", rows, 6))


def test_completion_without_anybody_obliged_is_no_evidence():
    table = pd.DataFrame(
        {
            "course_id": ["no01", "no09"],
            "n": [20, 0],
            "estimate": [0.9, np.nan],
            "ci_low": [0.7, np.nan],
            "ci_high": [0.97, np.nan],
        }
    )
    everybody = table.iloc[1:]
    assert completion_evidence(table, everybody)["course_id"].tolist() == ["no01"]
    assert completion_evidence(everybody, table.iloc[:1])["evidence_id"].tolist() == ["completed_all"]


def test_persons_are_the_units_of_comprehension():
    row = year().loc["session_comprehension"]
    assert row["n"] == 22 and row["ci_low"] < row["estimate"] < row["ci_high"]


def test_the_result_of_the_test_is_carried_over_with_its_verdict():
    row = year(code="undecided").loc["association"]
    assert (row["n"], row["estimate"], row["p_value"], row["code"]) == (142, -0.86, 0.001, "undecided")


def test_what_a_recording_makes_up_for_is_not_estimated():
    row = year(statuses=["recording"] * 4 + ["present"] * 20).loc["catch_up"]
    assert row["n"] == 4 and np.isnan([row["ci_low"], row["ci_high"]]).all()


def test_counts_of_themes_and_options_are_evidence_with_their_base():
    themes = pd.DataFrame({"theme_id": ["b_count"], "n": [5]})
    options = pd.DataFrame({"option_id": ["O1"], "n": [8]})
    table = joined(count_evidence("trial", themes, 22), count_evidence("trial", options, 22))
    assert table.columns.tolist() == COLUMNS
    assert table[["evidence_id", "n", "estimate"]].values.tolist() == [["b_count", 22, 5], ["O1", 22, 8]]


def test_a_quiz_counts_in_hundredths_whatever_its_full_score():
    scores = pd.DataFrame(
        {"participant_id": PEOPLE[:6], "course_id": "no04", "score": [8, 10, 6, 9, 7, 8], "full_score": 10}
    )
    [found] = quiz_evidence(scores).to_dict("records")
    assert (found["n"], found["estimate"]) == (6, 80)
    assert found["ci_low"] < 80 < found["ci_high"]
    assert quiz_evidence(scores.iloc[:0]).empty
