"""Which layout a year's answers have and what follows."""

import numpy as np
import pandas as pd
import pytest

from pipeline.codebook import codes
from pipeline.inference.layout import ORDER, ladder, layout
from tests.cohorts import PLAN
from tests.years import year


def answers(cells, family, item="topic", per_session=False, overall=False):
    """Responses and items in canonical form from participant_id, session_id, rating."""
    session = None if overall else cells["session_id"]
    instrument = family + "-" + cells["session_id"] if per_session else family
    item_id = family + "." + item if overall else family + "." + item + "." + cells["session_id"]
    table = pd.DataFrame(
        {
            "response_id": family + cells["participant_id"].fillna("?"),
            "participant_id": cells["participant_id"],
            "item_id": item_id,
            "instrument_id": instrument,
            "family": family,
            "dimension": "comprehension",
            "session_id": session,
            "value": cells["rating"],
        }
    )
    items = ["item_id", "instrument_id", "family", "dimension", "session_id"]
    kept = ["response_id", "participant_id", "item_id", "value"]
    return table[kept], table[items].drop_duplicates()


def mixed(*parts):
    responses, items = zip(*parts, strict=True)
    return pd.concat(responses, ignore_index=True), pd.concat(items, ignore_index=True)


def present(ratings, attendance):
    status = ratings.merge(attendance, on=["participant_id", "session_id"])["status"]
    return ratings[status.isin(["present", "late"]).to_numpy()]


def person_means(ratings):
    means = ratings.groupby("participant_id", as_index=False)["rating"].mean()
    return means.assign(rating=means["rating"].round(), session_id=None)


RATINGS, ATTENDANCE = year(1, video=0.1)


def code_of(*parts, attendance=ATTENDANCE):
    return layout(*mixed(*parts), attendance, PLAN).code


def test_everybody_rating_everything_is_a():
    found = layout(*answers(RATINGS, "final"), ATTENDANCE, PLAN)
    assert found.code == "A"
    assert len(found.ratings) == len(RATINGS) and found.overall.empty
    row = found.surveys.iloc[0]
    assert row["missed_rated"] == row["missed_cells"] == (ATTENDANCE["status"] == "absent").sum()


def test_a_rating_per_session_by_those_present_is_c():
    survey = answers(present(RATINGS, ATTENDANCE), "session", per_session=True)
    assert code_of(survey) == "C"


def test_a_survey_per_session_stays_c_when_an_absent_person_slipped_in():
    seen = present(RATINGS, ATTENDANCE)
    odd = RATINGS.drop(seen.index).head(2)
    assert code_of(answers(pd.concat([seen, odd]), "session", per_session=True)) == "C"


def test_ratings_left_blank_where_missed_are_no_full_a():
    gone = RATINGS.drop(present(RATINGS, ATTENDANCE).index)
    partly = pd.concat([present(RATINGS, ATTENDANCE), gone.iloc[::2]])
    assert code_of(answers(partly, "final")) == "A_blanks"
    blank = RATINGS.assign(rating=RATINGS["rating"].mask(RATINGS.index.isin(gone.index[::2])))
    assert code_of(answers(blank, "final")) == "A_blanks"


def test_blanks_all_over_are_nonresponse_not_a_layout():
    kept = RATINGS[np.random.default_rng(1).random(len(RATINGS)) < 0.7]
    assert code_of(answers(kept, "final")) == "A"


def test_one_rating_per_person_is_b():
    found = layout(*answers(person_means(RATINGS), "final", overall=True), ATTENDANCE, PLAN)
    assert found.code == "B"
    assert found.overall["participant_id"].is_unique and found.ratings.empty


def test_answers_without_names_are_anonymous():
    survey = answers(RATINGS.assign(participant_id=None), "session", per_session=True)
    found = layout(*survey, ATTENDANCE, PLAN)
    assert found.code == "anonymous" and found.ratings.empty


def test_no_answers_and_no_question_are_none():
    blank = answers(RATINGS.assign(rating=np.nan), "final")
    assert code_of(blank) == "none"
    responses, items = answers(RATINGS, "final")
    assert layout(responses, items.assign(dimension="clarity"), ATTENDANCE, PLAN).code == "none"


def test_the_better_layout_of_a_mixture_is_used_and_both_are_listed():
    survey = answers(present(RATINGS, ATTENDANCE), "session", per_session=True)
    final = answers(RATINGS, "final")
    found = layout(*mixed(survey, final), ATTENDANCE, PLAN)
    assert found.surveys[["family", "layout"]].to_numpy().tolist() == [["final", "A"], ["session", "C"]]
    assert len(found.ratings) == len(RATINGS)
    overall = answers(person_means(RATINGS), "final", overall=True)
    assert code_of(survey, overall) == "B"


def test_a_year_with_everybody_present_is_told_by_who_was_asked():
    everyone = ATTENDANCE.assign(status="present")
    assert code_of(answers(RATINGS, "final"), attendance=everyone) == "A"
    assert code_of(answers(RATINGS, "session", per_session=True), attendance=everyone) == "C"


@pytest.mark.parametrize(
    ("code", "verdict", "analysis"),
    [
        ("A", "linked", "primary"),
        ("A", "undecided", "primary"),
        ("A", "untestable", "within_sessions"),
        ("A_blanks", "no_link", "primary"),
        ("B", "", "between_persons"),
        ("C", "", "none"),
        ("anonymous", "", "none"),
        ("none", "", "none"),
    ],
)
def test_the_ladder(code, verdict, analysis):
    assert ladder(code, verdict) == analysis
    assert analysis in codes("comparison")


def test_every_layout_says_what_it_is_allows_and_should_ask():
    for texts in (codes("layout"), codes("layout_allows"), codes("layout_ask")):
        assert list(texts) == ORDER
