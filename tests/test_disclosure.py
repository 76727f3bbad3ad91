"""No group of people smaller than the threshold is shown."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure import merge_small_bands, merge_small_sessions


def rows(sizes):
    return pd.DataFrame(
        [
            {"session": f"第{number}回", "group": group, "value": 3}
            for number, pair in enumerate(sizes, start=1)
            for group, n in zip(("attended", "missed"), pair, strict=True)
            for _ in range(n)
        ],
        columns=["session", "group", "value"],
    )


def test_sessions_with_few_absent_people_are_taken_together():
    merged = merge_small_sessions(rows([(19, 2), (17, 3), (17, 2)]), min_cell=3)
    assert merged.groupby(["session", "group"]).size().to_dict() == {
        ("第2回", "attended"): 17, ("第2回", "missed"): 3,
        ("第1・3回", "attended"): 36, ("第1・3回", "missed"): 4,
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8), st.integers(1, 5))
def test_no_shown_group_is_small_and_no_rating_is_added(sizes, min_cell):
    merged = merge_small_sessions(rows(sizes), min_cell)
    assert (merged.groupby(["session", "group"]).size() >= min_cell).all()
    assert len(merged) <= sum(map(sum, sizes))


def bands(*sizes):
    names = ["欠席0回", "欠席1回", "欠席2回以上"]
    table = pd.DataFrame({"band": names, "n": sizes, "answered": sizes})
    return table.assign(answer_rate=1.0)


def test_a_small_band_is_merged_with_its_neighbour():
    merged = merge_small_bands(bands(15, 7, 2), min_cell=3)
    assert list(zip(merged["band"], merged["n"], strict=True)) == [("欠席0回", 15), ("欠席1回以上", 9)]


def test_bands_that_stay_small_become_one_total():
    merged = merge_small_bands(bands(22, 1, 1), min_cell=3)
    assert list(zip(merged["band"], merged["n"], strict=True)) == [("全員", 24)]
