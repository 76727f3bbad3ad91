"""Free text → themes → 反映事項 (that the patterns themselves are right: test_sample_town)."""

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.showing.views import points_and_reflections
from pipeline.themes import code, count, options_chosen, unmatched

BOOK = Codebook("R4")
THEMES = pd.DataFrame(
    [
        ("g1", "good", "説明が良い", "説明", "説明が(無|な)", "r1", "1"),
        ("g2", "good", "事例が良い", "事例", "", "r1;r2", "2"),
        ("b1", "bad", "説明が長い", "説明", "", "r3", "10"),
        ("b2", "bad", "回数が多い", "回数", "", "r2", "9"),
    ],
    columns=["theme_id", "side", "label", "pattern", "exclude", "reflection_ids", "order"],
)


def coded(*rows):
    """Comments of (answer, asked as, text)."""
    table = pd.DataFrame(rows, columns=["response_id", "concept", "text"])
    return code(table, THEMES)


@pytest.mark.parametrize(
    ("concept", "text", "ids", "why"),
    [
        ("good", "説明が丁寧", ["g1"], "one theme"),
        ("good", "事例と説明", ["g1", "g2"], "two themes in one comment"),
        ("good", "説明が無かった", [None], "a negation"),
        ("bad", "説明が無かった", ["b1"], "the same words asked as a bad point"),
        ("good", "お茶がおいしい", [None], "no theme: kept for the analyst"),
        ("other", "説明が丁寧", [], "neither asked as good nor as bad"),
        ("good", "ﾃﾞｰﾀの事例", ["g2"], "half-width kana"),
    ],
)
def test_a_comment_carries_its_themes(concept, text, ids, why):
    table = coded(("r1", concept, text))
    assert [None if pd.isna(t) else t for t in table["theme_id"]] == ids, why
    assert set(table["text"]) <= {text}  # as it was written


def test_people_are_counted_and_not_their_words():
    table = count(
        coded(("a", "good", "説明、説明"), ("a", "good", "また説明"), ("b", "good", "説明と事例"),
              ("c", "bad", "回数")), THEMES,
    )  # fmt: skip
    assert table[["theme_id", "n"]].values.tolist() == [["g1", 2], ["g2", 1], ["b2", 1], ["b1", 0]]


def test_what_no_theme_fits_is_listed():
    table = unmatched(coded(("a", "good", "お茶"), ("b", "good", "説明"), ("c", "bad", "駐車場")))
    assert table.values.tolist() == [["good", "お茶"], ["bad", "駐車場"]]


def test_only_themes_that_somebody_named_call_for_a_reflection():
    answers = pd.DataFrame(
        [("r1", "OJT", "甲"), ("r2", "OFF-JT", "乙"), ("r3", "OFF-JT", "丙")],
        columns=["reflection_id", "area", "text"],
    )
    table = points_and_reflections(count(coded(("a", "good", "事例")), THEMES), answers)
    assert table[["side", "area", "texts"]].values.tolist() == [
        ["良かった点", "OJT", ["甲"]], ["良かった点", "OFF-JT", ["乙"]]]  # fmt: skip
    assert table["points"][0] == ["説明が良い（0人）", "事例が良い（1人）"]
    assert points_and_reflections(count(coded(), THEMES), answers).empty


def test_options_are_counted_by_answers_with_the_unticked_and_other_last():
    options = BOOK.options("obstacles")
    choices = pd.DataFrame(
        [("a", "q", "O2"), ("b", "q", "O2"), ("b", "q", "other"), ("c", "q", "other"),
         ("d", "q", "other"), ("d", "q", "O7"), ("d", "elsewhere", "O1")],
        columns=["response_id", "item_id", "option_id"],
    )  # fmt: skip
    table = options_chosen(choices, options, {"q"})
    assert table[["option_id", "n"]].values.tolist() == [
        ["O2", 2], ["O7", 1], ["O1", 0], ["O3", 0], ["O4", 0], ["O5", 0], ["O6", 0], ["other", 3]]


def test_every_reflection_of_the_policy_can_be_reached():
    table = BOOK.read("reflections")
    called = {i for ids in BOOK.read("themes")["reflection_ids"] for i in ids.split(";")}
    assert called == set(table.loc[table["part"] == "method", "reflection_id"])
