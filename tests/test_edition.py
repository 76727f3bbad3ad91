"""Who may see what: merged for those whose duty it is, rounded for everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import edition
from pipeline.edition import NOT_TOLD, Edition
from pipeline.store import INTERNAL, PUBLIC

SIZES = st.lists(st.integers(0, 30), max_size=12)


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (0, "0"),  # nobody is no small number
        (1, "5未満"),
        (4, "5未満"),
        (5, "5"),
        (7, "5"),
        (8, "10"),  # 7.5 and up go to the next
        (1234, "1,235"),
        (None, NOT_TOLD),
    ],
)
def test_people_are_told_in_fives(n, told):
    assert str(edition.people(n)) == told


@pytest.mark.parametrize(
    ("hits", "n", "told"),
    [
        (1, 43, "10%未満"),  # true also of 4 of 43
        (4, 20, "30%未満"),
        (0, 43, "10%未満"),  # nobody reads like 4: else a later 1 would show
        (44, 47, "90%以上"),
        (15, 19, "70%以上"),
        (19, 19, "70%以上"),
        (8, 20, "40%"),
        (15, 22, "70%"),
        (13, 24, "55%"),  # finer where a step of 5 % is more than one person
        (7, 13, "50%"),
        (6, 12, NOT_TOLD),  # told of 12 it would be told of 8
        (30, 61, "50%"),
        (193, 202, "96%"),
        (3, 60, "10%未満"),
        (7, 2000, "1%未満"),  # no 0 % for those who are some
        (5, 9, NOT_TOLD),  # of too few
        (None, 20, NOT_TOLD),
        (float("nan"), 0, NOT_TOLD),  # asked, and nobody answered
    ],
)
def test_shares_are_rounded_and_bounded(hits, n, told):
    assert str(edition.share(hits, n, 10)) == told


@given(st.integers(0, 300), st.data())
def test_what_is_told_of_a_share_is_true_of_it_and_of_any_few(n, data):
    hits = data.draw(st.integers(0, n))
    told = edition.share(hits, n, 10)
    if told.text == NOT_TOLD:
        assert n < 13
    elif told.text.endswith("未満"):
        assert all(k / n < told.high for k in [*range(5), hits])
    elif told.text.endswith("以上"):
        assert all((n - k) / n >= told.low for k in [*range(5), n - hits])
    else:
        assert hits >= 5 and n - hits >= 5
        assert abs(hits / n - told.low) <= (0.05 if n < 23 else 0.025 if n < 103 else 0.005) + 1e-9


@pytest.mark.parametrize("least", [10, 12, 25])
def test_a_share_says_no_more_of_its_base_than_that_it_rounds_so(least):
    """Who knows that 24 were asked must not learn from a share how many of them answered."""
    bases, alike = {}, {}
    for n in range(213):
        alike.setdefault(str(edition.people(n)), set()).add(n)
        for hits in range(n + 1):
            bases.setdefault(str(edition.share(hits, n, least)), set()).add(n)
    for told, found in bases.items():
        assert found == set().union(*(alike[str(edition.people(n))] for n in found)), told


@given(st.integers(1, 4), st.integers(13, 300))
def test_small_counts_of_one_base_read_alike(few, n):
    assert edition.share(few, n, 10) == edition.share(1, n, 10)
    assert edition.share(n - few, n, 10) == edition.share(n - 1, n, 10)
    assert edition.people(few) == edition.people(1)


@pytest.mark.parametrize(
    ("value", "n", "told"), [(-0.949, 30, "−0.9"), (-0.95, 30, "−1.0"), (3.25, 10, "3.3"), (3.2, 9, NOT_TOLD)]
)
def test_means_have_one_decimal_and_a_base(value, n, told):
    assert str(edition.mean(value, n, 10)) == told


def test_an_interval_is_rounded_outward():
    assert edition.interval(-1.24, -0.66) == (-1.3, -0.6)
    assert edition.interval(-0.3, 0.3) == (-0.3, 0.3)


@given(SIZES)
def test_groups_are_merged_with_neighbours_until_each_is_large_enough(sizes):
    groups = Edition(INTERNAL, 5).merged(sizes)
    assert sorted(place for group in groups for place in group) == (list(range(len(sizes))) if groups else [])
    assert all(group == list(range(group[0], group[-1] + 1)) for group in groups)
    assert not [group for group in groups if 0 < sum(sizes[place] for place in group) < 5]
    assert groups or not sizes or 0 < sum(sizes) < 5


def test_only_groups_that_are_too_small_are_merged():
    assert Edition(INTERNAL, 5).merged([20, 3, 9, 30]) == [[0], [1, 2], [3]]
    assert Edition(INTERNAL, 5).merged([3, 0, 7]) == [[0, 1, 2]]
    assert Edition(INTERNAL, 5).merged([8, 0, 7]) == [[0], [1], [2]]  # nobody is no small group


@pytest.mark.parametrize(("name", "least"), [(INTERNAL, 4), (PUBLIC, 9)])
def test_nobody_can_declare_less_than_the_floor(name, least):
    with pytest.raises(ValueError, match=str(least)):
        Edition(name, least)
