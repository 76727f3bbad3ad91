"""What was understood, and how sure: ratings, spreads, proportions and means with their intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.comprehension import (
    answered,
    bands,
    bars,
    distribution,
    mean,
    missed_by_person,
    nonresponses,
    share,
    topic_ratings,
)

ITEMS = pd.DataFrame(
    [
        ("a1", "trial-session-1", "session", "comprehension", "comprehension", "trial-1"),
        ("f1", "trial-final", "final", "topic_comprehension", "comprehension", "trial-1"),
        ("f2", "trial-final", "final", "topic_comprehension", "comprehension", "trial-2"),
        ("fs", "trial-final", "final", "satisfaction", "satisfaction", None),
        ("fm", "trial-final", "final", "method", "method", None),
    ],
    columns=["item_id", "instrument_id", "family", "concept", "dimension", "session_id"],
)


def responses(*rows):
    """Rows of (person, item, value, missing reason)."""
    table = pd.DataFrame(rows, columns=["participant_id", "item_id", "value", "missing_reason"])
    return table.merge(ITEMS[["item_id", "instrument_id", "session_id"]], on="item_id")


def test_only_questionnaires_about_all_sessions_give_topic_ratings():
    table = topic_ratings(
        responses(
            ("p1", "a1", 5, None),  # asked after the session: only of those who were there
            ("p1", "f1", 4, None),
            ("p1", "f2", None, "did_not_attend"),
            ("p2", "f2", 2, None),
            (None, "f1", 3, None),  # nobody knows who: can't be set beside the register
            ("p1", "fs", 5, None),
        ),
        ITEMS,
    )
    assert table.to_dict("records") == [
        {"participant_id": "p1", "session_id": "trial-1", "rating": 4},
        {"participant_id": "p2", "session_id": "trial-2", "rating": 2},
    ]


def test_every_point_of_a_scale_is_counted_also_the_unused():
    given = responses(
        ("p1", "fs", 5, None),
        ("p2", "fs", 5, None),
        ("p3", "fs", 2, None),
        ("p4", "fs", None, "nonresponse"),
        ("p1", "fm", 1, None),
    )
    table = distribution(given, ITEMS, ["trial-final"])
    own = table[table["item_id"] == "fs"]
    assert dict(zip(own["value"], own["n"], strict=True)) == {1: 0, 2: 1, 3: 0, 4: 0, 5: 2}
    assert "fm" not in set(table["item_id"])  # 「会場」 is no rating
    shown = bars(table, {"fs": "満足度", "f1": "第1回"})
    assert shown["label"].tolist() == ["満足度"] * 5 + ["第1回"] * 5


def test_reasons_for_missing_values_are_counted_apart():
    table = nonresponses(
        responses(
            ("p1", "f1", 4, None),
            ("p2", "f1", None, "nonresponse"),
            ("p3", "f1", None, "did_not_attend"),
            ("p4", "f1", None, "did_not_attend"),
        ),
        ITEMS,
    )
    assert table.to_dict("records") == [
        {
            "family": "final",
            "dimension": "comprehension",
            "answered": 1,
            "nonresponse": 1,
            "not_applicable": 0,
            "did_not_attend": 2,
        }
    ]


def test_wilson_interval_of_the_published_proportion():
    assert [round(100 * x, 1) for x in share(21, 24)] == [87.5, 69.0, 95.7]


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_of_a_proportion_stays_a_proportion(case):
    hits, n = case
    estimate, low, high = share(hits, n)
    assert 0 <= low <= estimate <= high <= 1
    assert low < high  # also of 0 and of n hits nothing is certain
    mirrored = share(n - hits, n)
    assert low == pytest.approx(1 - mirrored[2]) and high == pytest.approx(1 - mirrored[1])


def test_nobody_asked_is_no_proportion():
    assert np.isnan(share(0, 0)).all()


def test_the_wilson_interval_covers_at_our_size():
    """Exactly, over all outcomes: at n = 24 near .95 on average, where Wald has .86 at .875."""
    from scipy import stats

    covered = {}
    for p in (0.5, 0.6, 0.7, 0.8, 0.875, 0.9, 0.95):
        hits = np.arange(25)
        inside = [low <= p <= high for _, low, high in (share(int(k), 24) for k in hits)]
        covered[p] = stats.binom.pmf(hits, 24, p) @ inside
    assert min(covered.values()) > 0.90
    assert 0.94 < np.mean(list(covered.values())) < 0.975


def test_the_interval_of_a_mean_covers_at_our_size():
    """24 people, ratings clipped to 1 … 5: a ceiling must not cost more than 2 % of coverage."""
    rng = np.random.default_rng(20220805)

    def ratings(size):
        return np.clip(np.round(rng.normal(4.2, 0.9, size)), 1, 5)

    truth = ratings(1_000_000).mean()
    hits = [low <= truth <= high for _, low, high in (mean(pd.Series(ratings(24))) for _ in range(1500))]
    assert 0.93 < np.mean(hits) < 0.97


def test_few_people_have_a_mean_but_no_interval():
    estimate, low, high = mean(pd.Series([4.0, 5.0, 3.0, 4.0, np.nan]))
    assert estimate == 4 and np.isnan([low, high]).all()
    assert np.isfinite(mean(pd.Series([4.0, 5.0, 3.0, 4.0, 4.0]))).all()
    assert np.isnan(mean(pd.Series([], dtype=float))).all()


def test_missed_sessions_and_answers_by_band():
    attendance = pd.DataFrame(
        [
            ("p1", "absent"),
            ("p1", "absent_duty"),
            ("p1", "absent"),
            ("p2", "recording"),
            ("p2", "present"),
            ("p3", "absent"),
            ("p4", "unknown"),
            ("p5", "late"),
        ],
        columns=["participant_id", "status"],
    )
    missed = missed_by_person(attendance, ("absent", "absent_duty"))
    assert dict(missed.itertuples(index=False)) == {"p1": 3, "p2": 0, "p3": 1, "p4": 0, "p5": 0}
    table = bands(missed, {"p2", "p3", "stranger"}).set_index("band")
    assert table["n"].to_dict() == {"欠席0回": 3, "欠席1回": 1, "欠席2回以上": 1}
    assert table["answered"].to_dict() == {"欠席0回": 1, "欠席1回": 1, "欠席2回以上": 0}
    assert table["answer_rate"].tolist() == [1 / 3, 1, 0]


def test_the_base_of_a_question_is_whoever_got_the_form_that_asks_it():
    items = pd.DataFrame({"instrument_id": ["a", "a", "b"], "concept": ["good", "satisfaction", "satisfaction"]})
    responses = pd.DataFrame({"instrument_id": ["a", "a", "b"], "response_id": ["a-1", "a-2", "b-1"]})
    assert answered(responses, items, ["good", "bad"]) == 2
    assert answered(responses, items, ["obstacles"]) == 0
