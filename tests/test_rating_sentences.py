"""What is said of a figure of ratings: what it shows, and no more."""

import pandas as pd
import pytest

from pipeline.comprehension import bars
from pipeline.showing.rating_sentences import best_and_worst, lower_when_missed, merged_sessions, not_drawn


def spread(**answers):
    """The bars of sessions by their name, from numbers of the answers 1, 2, …"""
    rows = [(name, v, n) for name, own in answers.items() for v, n in enumerate(own, 1)]
    return bars(pd.DataFrame(rows, columns=["item_id", "value", "n"]), {name: name for name in answers})


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            {"乙": (1, 4, 5, 5, 5), "甲": (0, 3, 3, 8, 6), "丙": (1, 1, 1, 4, 1)},
            "4か5と答えた割合は、最も高いのが「甲」の70.0 %（20人中14人）、最も低いのが「乙」の50.0 %（20人中10人）である。",
        ),
        ({"甲": (0, 5, 5, 5, 5), "丙": (0, 0, 0, 0, 0)}, "4か5と答えた割合は、「甲」の50.0 %（20人中10人）である。"),
        ({"甲": (0, 5, 5, 5, 5), "乙": (5, 0, 5, 4, 6)}, "4か5と答えた割合はどれも50.0 %である。"),
        ({"甲": (2, 5, 8, 5), "乙": (5, 5, 3, 3)}, "3か4と答えた割合は、最も高いのが「甲」の65.0 %（20人中13人）"),
        ({"甲": (0, 0, 0, 0, 0)}, "の回答が無い。"),
    ],
    ids=["three", "one and an empty one", "equal", "a scale of four points", "nobody"],
)
def test_the_highest_and_the_lowest_share_of_good_answers(answers, said):
    text = best_and_worst(spread(**answers), "満足度")
    assert text.startswith("満足度") and said in text and "丙" not in text


def dots(**sessions):
    """Ratings by session, counted: of those who attended it and of those who missed it."""
    rows = [
        (name, group, value)
        for name, both in sessions.items()
        for group, values in zip(("attended", "missed"), both, strict=True)
        for value in values
    ]
    return pd.DataFrame(rows, columns=["session", "group", "value"]).value_counts(sort=False).reset_index()


MANY, LOW = [4] * 10 + [3] * 10, [2] * 4 + [3] * 4


def test_where_those_who_missed_rated_lower_most():
    assert lower_when_missed(dots(甲=(MANY, LOW), 乙=(MANY, [2] * 8)), "研修", 5) == (
        "欠席した側の評価の平均は、2研修のうち2研修で、出席した側より低い（差が最も大きいのは「乙」の1.5点）。"
    )
    none = lower_when_missed(dots(甲=(MANY, [5] * 8)), "回", 5)
    assert none == "欠席した側の評価の平均は、1回のうち0回で、出席した側より低い。"


def test_a_mean_of_a_few_answers_is_not_compared():
    some = lower_when_missed(dots(甲=(MANY, LOW), 乙=(MANY, [1] * 4), 丙=(MANY, [])), "組", 5)
    assert "比べられる1組のうち1組で" in some and "「甲」" in some
    for few in ((MANY, [3] * 4), (MANY[:4], LOW), (MANY, []), ([], LOW)):
        assert "比べられない" in lower_when_missed(dots(甲=few), "回", 5)


def test_sessions_taken_together_are_named():
    assert merged_sessions(["第1・2回", "第5・6・7回"], "回") == [
        "欠席した人が少ない回は、ほかの回とまとめた（第1・2回、第5・6・7回）。"
    ]
    assert merged_sessions([], "回") == []


def test_what_is_not_drawn_is_named_with_its_reason():
    assert not_drawn({"4段階で尋ねた": ["甲", "乙"], "答えた人が5人に満たない": []}) == [
        "4段階で尋ねた「甲」「乙」は、図に並べていない。"
    ]
