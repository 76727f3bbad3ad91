"""The questions of a year: on which scale each was asked, in words that no codebook is needed for."""

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.showing.question_views import NO_SCALE, asked, scale_words

SCALES = Codebook("R5").read("scales")


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ("satisfaction5", "5段階（5 満足～1 不満）"),
        ("comprehension4", "4段階（4 よく理解できた～1 理解できなかった）"),
        ("rating5", "5段階（5 よい～1 わるい）"),  # the form has bare numbers: what they mean
        ("difficulty5", "両側の5段階（難しい～易しい）"),  # neither end is the better one
        ("usefulness4", "4段階（4 すぐに活かせる～1 活かせない）"),  # 該当業務がない is no step
    ],
)
def test_a_scale_is_told_by_its_steps_and_ends(scale, words):
    assert scale_words(SCALES)[scale] == words


def test_a_question_stands_once_and_what_has_no_scale_has_none():
    items = pd.DataFrame(
        [
            ("session", "Q1 本日の内容", "comprehension", "comprehension5"),
            ("session", "Q1  本日の内容", "comprehension", "comprehension5"),
            ("session", "Q5 受講方法", "method", "method"),
            ("final", "欠席した回数", "missed_count", "count"),
            ("final", "良かった点", "comment", None),
        ],
        columns=["family", "wording", "dimension", "scale_id"],
    )
    table = asked(items, SCALES)
    assert table["wording"].tolist() == ["Q1 本日の内容", "Q5 受講方法", "欠席した回数", "良かった点"]
    assert table["scale"].notna().tolist() == [True, False, False, False]


def test_every_question_that_is_rated_has_a_scale():
    items = Codebook("R5").read("items")
    rated = items[~items["dimension"].isin(NO_SCALE)]
    assert set(rated["scale_id"]) <= scale_words(SCALES).keys()
