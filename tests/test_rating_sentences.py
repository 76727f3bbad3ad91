"""What is said of ratings, and of who missed what: of what is shown, and no more."""

import pandas as pd
import pytest

from pipeline.disclosure import audit
from pipeline.inference.plan import Plan
from pipeline.showing import shown_counts
from pipeline.showing.rating_sentences import best_and_worst, lower_when_missed, merged_sessions
from pipeline.showing.shown_ratings import are_compared, bands_hidden, hidden_missed, ratings_by_group
from tests.cohorts import PLAN

INTERNAL, PUBLIC = (3,), (3, 5)


def bars(thresholds, **answers):
    """The bars of sessions by their name, from numbers of the answers 1 to 5."""
    spread = pd.DataFrame(
        [(name, str(v), n) for name, row in answers.items() for v, n in enumerate(row, 1)],
        columns=["item_id", "value", "n"],
    )
    return shown_counts.ratings(spread, {name: name for name in answers}, thresholds)


def test_the_sum_of_a_side_is_given_beside_hidden_counts_of_it():
    shown = bars(INTERNAL, 甲=(1, 3, 4, 9, 2)).set_index("value")["count"]
    assert shown[[1, 2, 4, 5]].tolist() == ["x"] * 4
    assert shown[["よくない", "よい"]].tolist() == [4, 11]
    neutral = bars(INTERNAL, 甲=(0, 1, 10, 4, 4)).set_index("value")["count"]
    assert neutral[["よくない", "よい"]].tolist() == ["x", 8]
    assert set(bars(PUBLIC, 甲=(1, 3, 4, 9, 2))["value"]) == {"よい", "どちらともいえない", "よくない"}


@pytest.mark.parametrize(
    ("thresholds", "answers", "said"),
    [
        (INTERNAL, {"甲": (0, 3, 3, 8, 6), "乙": (0, 5, 5, 5, 5)}, ["「甲」の70.0 %（20人中14人）", "「乙」の50.0 %"]),
        (PUBLIC, {"甲": (0, 5, 5, 4, 6), "乙": (5, 5, 5, 3, 2)}, ["「甲」の50.0 %", "「乙」の25.0 %（20人中5人）"]),
        (
            INTERNAL,
            {"甲": (0, 0, 3, 8, 9), "乙": (0, 5, 5, 5, 5), "丙": (0, 0, 5, 1, 0)},
            ["示せるものの中で", "「甲」", "「乙」"],
        ),
        (
            INTERNAL,
            {"甲": (0, 5, 5, 5, 5), "丙": (0, 0, 5, 1, 0)},
            ["満足度に4か5と答えた割合は、示せるものが「甲」の50.0 %（20人中10人）だけである。"],
        ),
        (INTERNAL, {"甲": (0, 5, 5, 5, 5)}, ["満足度に4か5と答えた割合は、「甲」の50.0 %（20人中10人）である。"]),
        (INTERNAL, {"甲": (0, 5, 5, 5, 5), "乙": (5, 0, 5, 4, 6)}, ["どれも50.0 %である。"]),
        (INTERNAL, {"甲": (0, 0, 0, 1, 1)}, ["人数が少ないため示さない。"]),
    ],
)
def test_the_highest_and_the_lowest_share_of_what_is_shown(thresholds, answers, said):
    text = best_and_worst(bars(thresholds, **answers), "満足度")
    assert all(part in text for part in said), text
    assert "丙" not in text and "nan" not in text


def test_a_bar_whose_size_is_hidden_is_one_that_is_not_shown():
    three = bars(INTERNAL, 甲=(0, 3, 3, 8, 6), 乙=(0, 5, 5, 5, 5), 丙=(5, 5, 5, 5, 5))
    gone = three.assign(**{c: three[c].mask(three["label"] == "丙", "x") for c in ("count", "n")})
    assert "示せるものの中で" in best_and_worst(gone, "満足度")
    assert "示せるもの" not in best_and_worst(three, "満足度")
    nobody = three.assign(**{c: three[c].mask(three["label"] == "丙", 0) for c in ("count", "n")})
    assert "示せるもの" not in best_and_worst(nobody, "満足度")


def rated(**sessions):
    """Ratings by session: two lists, of those who attended and of those who missed it."""
    return pd.DataFrame(
        [
            (name, group, value)
            for name, both in sessions.items()
            for group, values in zip(("attended", "missed"), both, strict=True)
            for value in values
        ],
        columns=["session", "group", "value"],
    )


MANY, LOW = [4] * 10 + [3] * 10, [2] * 4 + [3] * 4


def test_where_those_who_missed_rated_lower_most():
    shown = ratings_by_group(rated(甲=(MANY, LOW), 乙=(MANY, [2] * 8)), INTERNAL)
    assert lower_when_missed(shown, "研修") == (
        "欠席した側の評価の平均は、2研修のうち2研修で、出席した側より低い（差が最も大きいのは「乙」の1.5点）。"
    )
    none = lower_when_missed(ratings_by_group(rated(甲=(MANY, [5] * 8)), INTERNAL), "回")
    assert none == "欠席した側の評価の平均は、1回のうち0回で、出席した側より低い。"
    hidden = ratings_by_group(rated(甲=(MANY, LOW), 乙=(MANY, [2] * 8)), INTERNAL, {"乙"})
    assert "示せる1研修" in lower_when_missed(hidden, "研修") and "乙" not in lower_when_missed(hidden, "研修")
    assert hidden.loc[hidden["session"] == "乙", ["n", "count"]].eq("x").all(axis=None)
    assert "示さない" in lower_when_missed(ratings_by_group(rated(甲=([4] * 4, [3] * 4)), INTERNAL), "回")


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        ([LOW, [2] * 2, LOW, [2] * 2, [2] * 2], "3つのまとまりのうち3つのまとまりで"),
        ([LOW, *[[5] * 2] * 3], "2つのまとまりのうち1つのまとまりで"),
        ([*[[2] * 2] * 3, *[LOW] * 9], "10のまとまりのうち10のまとまりで"),
        ([LOW, LOW], "2回のうち2回で"),
    ],
    ids=["three of five merged", "one lower", "ten", "none merged"],
)
def test_sessions_taken_together_are_not_counted_as_one(missed, said):
    every = {f"第{n}回": (MANY, own) for n, own in enumerate(missed, 1)}
    assert f"平均は、{said}、出席した側より低い" in lower_when_missed(ratings_by_group(rated(**every), INTERNAL), "回")


def test_a_figure_that_shows_next_to_nothing_is_left_out():
    assert are_compared(ratings_by_group(rated(第1回=(MANY, LOW)), INTERNAL))
    few = rated(第1回=(MANY, [1, 2, 3]), 第2回=(MANY, [2, 3, 4]))
    assert not are_compared(ratings_by_group(few, INTERNAL))
    assert not are_compared(ratings_by_group(rated(第1回=(MANY, LOW)), INTERNAL, {"第1回"}))
    assert not are_compared(ratings_by_group(rated(第1回=(MANY, [])), INTERNAL))


def test_sessions_taken_together_are_named():
    numbers = pd.DataFrame({"number": [1, 2, 3]})
    some = ratings_by_group(rated(第1回=(MANY, [2, 2]), 第2回=(MANY, LOW), 第3回=(MANY, [3, 3])), INTERNAL)
    assert merged_sessions(some, numbers) == ["欠席した人が少ない回は、一つにまとめた（第1・3回）。"]
    assert merged_sessions(ratings_by_group(rated(第2回=(MANY, LOW)), INTERNAL), numbers) == []


def attended(away, courses):
    """The attendance table of sessions of twenty people each, of whom ``away`` were absent."""
    sessions = pd.DataFrame(
        {
            "session_id": list(away),
            "course_id": courses,
            "number": range(1, len(away) + 1),
            "absent": list(away.values()),
        }
    )
    sessions["present"] = 20 - sessions["absent"]
    return sessions, shown_counts.attendance(sessions, Plan.parse(PLAN), INTERNAL)


def missed_cells(missed):
    return pd.DataFrame(
        [(f"p{i}", s, int(i < n)) for s, n in missed.items() for i in range(20)],
        columns=["participant_id", "session_id", "missed"],
    )


@pytest.mark.parametrize(
    ("away", "rated_anyway"),
    [
        ({"a1": 5, "a2": 6, "b1": 5, "b2": 2, "b3": 1}, {"a1": 5, "a2": 5, "b1": 5, "b2": 2, "b3": 1}),
        ({"a1": 5, "a2": 6, "b1": 5, "b2": 7, "b3": 9}, {"a1": 5, "a2": 5, "b1": 5, "b2": 2, "b3": 9}),
        ({"a1": 5, "a2": 2, "b1": 5, "b2": 7, "b3": 9}, {"a1": 5, "a2": 0, "b1": 5, "b2": 6, "b3": 9}),
    ],
)
def test_how_many_missed_a_session_cannot_be_worked_out_from_all_of_them(away, rated_anyway):
    sessions, shown = attended(away, list("aabbb"))
    gone, courses = hidden_missed(missed_cells(rated_anyway), sessions, shown, INTERNAL)
    assert {s for s, n in rated_anyway.items() if 0 < n < 3} <= gone
    assert set(shown.sessions.loc[shown.sessions["not_attended"].eq("x"), "session_id"]) <= gone
    counts = pd.Series(rated_anyway).to_frame("missed")
    wide = {s: "/" + s[0] for s in rated_anyway}
    mask = pd.DataFrame(
        {"missed": [s in gone for s in counts.index] + [c in courses for c in "ab"] + [False]},
        index=[*counts.index, "/a", "/b", "計"],
    ).assign(計=True)
    known = audit(counts, mask, ("column",), row_groups=wide)
    assert not (known["value"].between(1, 2) & (known["high"] < 3)).any()


def test_bands_are_hidden_by_the_names_that_the_figure_gives_them():
    sessions = pd.DataFrame({"session_id": ["a1", "a2"], "number": [1, 2]})
    courses = pd.DataFrame({"course_id": ["a", "b"], "title": ["甲", "乙"]})
    assert {"第2回", "乙"} <= bands_hidden(sessions, courses, {"a2"}, {"b"})
    assert not {"第1回", "甲"} & bands_hidden(sessions, courses, {"a2"}, {"b"})
    assert bands_hidden(sessions, courses, set(), set()) == set()
