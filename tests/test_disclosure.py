"""No group of people smaller than the threshold is shown, and none can be worked out."""

from itertools import product
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import milp
from scipy.sparse import csr_array

from pipeline.disclosure import (
    POSITIONS,
    RATINGS,
    TOTAL,
    audit,
    is_few,
    merge_bands,
    merge_hierarchy,
    merge_together,
    protect,
    protect_counts,
    protect_means,
    protect_shares,
    regroup,
    suppress,
    uniform,
    with_margins,
)
from pipeline.disclosure.linear import Published, secure

MARGINS = st.sampled_from([(), ("row",), ("column",), ("row", "column"), ("row", "column", "total")])
COUNT = st.one_of(st.integers(0, 6), st.sampled_from([0, 0, 8, 13, 40]))
SLOW = settings(max_examples=60, deadline=None)


def frame(cells):
    rows, columns = len(cells), len(cells[0])
    return pd.DataFrame(cells, [f"r{n}" for n in range(rows)], [f"c{n}" for n in range(columns)])


@st.composite
def tables(draw, rows=4, columns=4):
    height, width = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    line = st.lists(COUNT, min_size=width, max_size=width)
    return frame(draw(st.lists(line, min_size=height, max_size=height)))


@st.composite
def grouped(draw):
    """A table with rows and columns that the public edition merges."""
    table = draw(tables())
    names = [
        {label: f"{name}{draw(st.integers(0, 2))}" for label in labels}
        for name, labels in (("p", table.index), ("q", table.columns))
    ]
    return table, *names


def safe(found, k):
    """Whether every number of an audit is safe: what would be few reaches k, the others aren't known.

    A 0 that is hidden with the few people of its row may be known from an empty column.
    """
    few = (found["value"] > 0) & (found["value"] < k)
    known = (found["low"] == found["high"]) & (found["value"] > 0)
    return not (few & (found["high"] < k)).any() and not known.any()


def shown(table, mask, margins):
    """The numbers that an edition shows, with its margins."""
    values = with_margins(table, margins)
    return values.where(~mask.loc[values.index, values.columns]).stack()


# --- what a reader can work out -----------------------------------------------------------------


def by_hand(table, mask):
    """The range of each hidden number by trying every 2 × 2 table with the same shown numbers."""
    highest = int(table.to_numpy().sum())
    a, b, c, d = np.meshgrid(*[np.arange(highest + 1)] * 4)
    tables = np.array([[a, b, a + b], [c, d, c + d], [a + c, b + d, a + b + c + d]]).reshape(9, -1)
    hidden = mask.to_numpy().ravel()
    same = (tables == with_margins(table).to_numpy().reshape(9, 1))[~hidden].all(axis=0)
    fits = tables[hidden][:, same & (tables[hidden] > 0).all(axis=0)]
    return fits.min(axis=1), fits.max(axis=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 2), min_size=4, max_size=4), st.integers(0, 15))
def test_the_audit_finds_what_trying_all_tables_finds(cells, which):
    table = frame([cells[:2], cells[2:]])
    mask = with_margins(table) < 0
    # One cell of each row is left, so that no row is hidden altogether (it might hold zeros).
    mask.iloc[0, which % 2], mask.iloc[1, which // 2 % 2] = True, True
    mask.iloc[2, which // 4 % 2], mask.iloc[which // 8, 2] = True, True
    found = audit(table, mask)
    low, high = by_hand(table, mask)
    assert (found["low"] == low).all() and (found["high"] == high).all()


def test_two_hidden_numbers_in_every_row_and_column_are_not_enough():
    """The classic trap (Cox 1980; Willenborg & de Waal 2001): a bridge between two blocks."""
    table = frame([[3, 4, 20, 30], [5, 2, 7, 30], [20, 30, 6, 3], [20, 30, 2, 4]])
    mask = with_margins(table) < 0
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)):
        mask.iloc[row, column] = True
    assert (mask.iloc[:4, :4].sum() > 1).all() and (mask.iloc[:4, :4].sum(axis=1) > 1).all()
    bridge = audit(table, mask).set_index(["row", "column"]).loc[("r1", "c2")]
    assert bridge["low"] == bridge["high"] == 7


def test_a_range_without_a_limit_has_no_end():
    table = frame([[2, 9]])
    mask = protect(table, (3,), margins=())
    assert audit(table, mask, margins=())["high"].tolist() == [np.inf]


# --- one edition --------------------------------------------------------------------------------


@SLOW
@given(tables(), st.integers(2, 5), MARGINS)
def test_no_number_of_a_few_is_shown_or_can_be_worked_out(table, k, margins):
    mask = protect(table, (k,), margins)
    assert not shown(table, mask, margins).between(1, k - 1).any()
    assert safe(audit(table, mask, margins), k)


@SLOW
@given(tables(), st.integers(1, 5), MARGINS)
def test_nothing_is_hidden_where_nothing_is_small(table, k, margins):
    table = table.where(table == 0, table + k)
    values = with_margins(table, margins)
    mask = protect(table, (k,), margins)
    corner = mask.loc[values.index, values.columns].to_numpy(copy=True)
    if set(margins) == {"row", "column"}:
        corner[-1, -1] = False  # where the totals cross, nothing is published
    assert not corner.any()


@SLOW
@given(tables(), st.integers(2, 5), MARGINS)
def test_a_zero_stays_unless_its_row_is_of_a_few_people(table, k, margins):
    mask = protect(table, (k,), margins).loc[table.index, table.columns]
    enough = ~table.sum(axis=1).between(1, k - 1) if "row" in margins else table.sum(axis=1) >= 0
    assert not (mask & (table == 0))[enough].any(axis=None)


@SLOW
@given(tables(), st.integers(2, 5), MARGINS)
def test_the_same_table_is_protected_alike_and_once_is_enough(table, k, margins):
    mask = protect(table, (k,), margins)
    assert mask.equals(protect(table.copy(), (k,), margins))
    assert mask.equals(protect(table, (k, k), margins))


@SLOW
@given(tables(), st.integers(2, 5), st.integers(1, 3))
def test_more_large_rows_do_not_bring_a_few_to_light(table, k, more):
    large = pd.DataFrame(50, [f"z{n}" for n in range(more)], table.columns)
    mask = protect(pd.concat([table, large]), (k,))
    assert mask.loc[table.index, table.columns][(table > 0) & (table < k)].stack().all()


@SLOW
@given(tables(), st.integers(2, 5), st.sampled_from(["row", "column"]))
def test_a_total_that_stands_elsewhere_is_hidden_only_when_it_is_small(table, k, margin):
    mask = protect(table, (k,), (margin,), known=(margin,))
    totals = table.sum(axis=1 if margin == "row" else 0)
    seen = mask[TOTAL] if margin == "row" else mask.loc[TOTAL]
    assert (seen[totals.index] == totals.between(1, k - 1)).all()
    assert safe(audit(table, mask, (margin,)), k)


def test_a_row_of_ones_under_a_total_known_from_elsewhere_is_hidden_altogether():
    table = frame([[1, 1, 1, 1, 1, 1, 0], [9, 8, 7, 6, 5, 5, 0]])
    mask = protect(table, (5,), ("row",), known=("row",))
    assert mask.loc["r0"].tolist() == [True] * 7 + [False]
    assert not mask.loc["r1"].any()
    assert (audit(table, mask, ("row",))["high"] == 6).all()


def test_a_small_number_and_the_smallest_beside_it_are_hidden():
    mask = protect(frame([[30, 12, 7, 2]]), (3,), ("row",))
    assert mask.loc["r0"].tolist() == [False, False, True, True, False]


def test_two_ones_do_not_hide_each_other():
    """「計」 24 − 22 = 2 people in two hidden cells: one each."""
    table = frame([[15, 7, 1, 1]])
    mask = protect(table, (3,), ("row",))
    assert mask.loc["r0"].tolist() == [False, True, True, True, False]


def test_a_two_and_a_one_do_not_hide_each_other():
    """Two hidden cells of together 3 people: each is 1 or 2, under 3 for certain."""
    mask = protect(frame([[15, 7, 2, 1]]), (3,), ("row",))
    assert mask.loc["r0"].tolist() == [False, True, True, True, False]


def test_a_number_alone_with_zeros_takes_its_total_along():
    mask = protect(frame([[0, 2, 0], [9, 0, 8]]), (3,), ("row",))
    assert mask.loc["r0"].all() and not mask.loc["r1"].any()


def test_a_hidden_number_in_a_table_needs_four():
    """One under 3 with all margins published: a rectangle of four, of the smallest numbers."""
    table = frame([[20, 2, 30], [20, 10, 30], [20, 30, 4], [20, 30, 50]])
    mask = protect(table, (3,))
    assert mask.sum(axis=None) == 4
    assert mask.loc["r0", "c1"] and not mask.loc[TOTAL].any() and not mask[TOTAL].any()


def test_a_column_to_keep_is_hidden_last():
    table = frame([[10, 11, 2]])
    assert protect(table, (3,), ("row",)).loc["r0"].tolist() == [True, False, True, False]
    kept = protect(table, (3,), ("row",), keep=["c0"])
    assert kept.loc["r0"].tolist() == [False, True, True, False]


# --- two editions -------------------------------------------------------------------------------


def together(table, rows, columns, internal, public):
    """What is hidden from a reader who holds both editions."""
    both = internal.copy()
    for row, column in product(internal.index, internal.columns):
        fine = row in [*table.index, TOTAL] and column in [*table.columns, TOTAL]
        wide = row in public.index and column in public.columns
        both.loc[row, column] = not ((fine and not internal.loc[row, column]) or (wide and not public.loc[row, column]))
    return both


@settings(max_examples=80, deadline=None)
@given(grouped(), st.sampled_from([(2, 3), (3, 5), (2, 6)]), MARGINS)
def test_the_editions_give_nothing_away_together(drawn, thresholds, margins):
    table, rows, columns = drawn
    groups = {"row_groups": rows, "column_groups": columns}
    internal = protect(table, thresholds[:1], margins, **groups)
    public = protect(table, thresholds, margins, **groups)
    merged = regroup(table, rows, columns)
    assert not shown(merged, public, margins).between(1, thresholds[1] - 1).any()
    assert safe(audit(merged, public, margins), thresholds[1])
    # Nested: what the internal edition hides, the public one doesn't show either.
    assert not (internal.loc[public.index, public.columns] & ~public).any(axis=None)
    both = together(table, rows, columns, internal, public)
    found = audit(table, both, margins, **groups).set_index(["row", "column"])
    hidden = internal.stack()
    assert safe(found[hidden.reindex(found.index).to_numpy()].reset_index(), thresholds[0])


@SLOW
@given(tables(), MARGINS)
def test_the_public_edition_hides_whatever_the_internal_one_does(table, margins):
    assert not (protect(table, (3,), margins) & ~protect(table, (3, 5), margins)).any(axis=None)


def test_a_merged_office_does_not_uncover_its_parts():
    """企画総務部 = 企画政策課 + 総務課: the public total of the 部 is one more sum for who holds both."""
    table = pd.DataFrame({"未修了": [2, 9, 8, 9]}, ["企画政策課", "総務課", "住民課", "税務課"])
    department = {"企画政策課": "企画総務部", "総務課": "企画総務部", "住民課": "住民部", "税務課": "住民部"}
    alone = protect(table, (3,), ("column",))
    assert alone["未修了"].to_dict() | {TOTAL: False} == {
        "企画政策課": True,
        "総務課": False,
        "住民課": True,
        "税務課": False,
        TOTAL: False,
    }
    internal = protect(table, (3,), ("column",), row_groups=department)
    assert internal.loc[["企画政策課", "総務課"], "未修了"].all()
    public = protect(table, (3, 5), ("column",), row_groups=department)
    assert not public["未修了"].any()
    assert suppress(table, (3, 5), ("column",), row_groups=department)["未修了"].to_dict() == {
        "企画総務部": 11,
        "住民部": 17,
        TOTAL: 28,
    }


def test_five_points_become_three_and_the_share_of_the_good_stays():
    table = pd.DataFrame([[0, 2, 10, 4, 6]], ["No.4"], [1, 2, 3, 4, 5])
    public = suppress(table, (3, 5), ("row",), column_groups=RATINGS, keep=["よい"])
    assert public.loc["No.4"].to_dict() == {"よくない": "x", "どちらともいえない": "x", "よい": 10, TOTAL: 22}
    internal = suppress(table, (3,), ("row",), column_groups=RATINGS, keep=["よい"])
    # 3 would be given back by 22 − 10 (よい) − 10 alone, were only one of 1 to 3 hidden.
    assert internal.loc["No.4"].to_dict() == {1: 0, 2: "x", 3: "x", 4: 4, 5: 6, TOTAL: 22}


# --- the short way ------------------------------------------------------------------------------


def whole_numbers_only(cost, *, integrality, **rest):
    """``milp`` that finds nothing unless it is asked for whole numbers."""
    return milp(cost, integrality=integrality, **rest) if integrality.any() else SimpleNamespace(x=None)


def both_ways(ask):
    """The answer as it is found, and as the whole-number programme alone finds it."""
    found = ask()
    with patch("pipeline.disclosure.linear.milp", whole_numbers_only):
        return found, ask()


@st.composite
def many_alike(draw):
    """A few small numbers among others that are all the same: as many equal ways out as can be."""
    height, width, size = draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(3, 9))
    count = st.sampled_from([0, 1, 2, size, size, size, size])
    line = st.lists(count, min_size=width, max_size=width)
    return frame(draw(st.lists(line, min_size=height, max_size=height)))


@SLOW
@given(st.one_of(tables(), many_alike()), st.integers(2, 5), MARGINS, st.data())
def test_the_short_way_hides_what_the_whole_number_programme_hides(table, k, margins, data):
    known = data.draw(st.sets(st.sampled_from(margins))) if margins else ()
    short, full = both_ways(lambda: protect(table, (k,), margins, known=known))
    assert short.equals(full)


@SLOW
@given(grouped(), MARGINS)
def test_the_short_way_hides_the_same_of_merged_rows_and_columns(drawn, margins):
    table, rows, columns = drawn
    short, full = both_ways(lambda: protect(table, (3, 5), margins, row_groups=rows, column_groups=columns))
    assert short.equals(full)


def test_where_halves_would_be_cheaper_whole_numbers_are_asked_for():
    """Three counts of which each two are a published sum: the half of one moves the first alone."""
    forms = csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]]))
    weight, fixed = np.array([1, 1, 1, 1.01]), np.array([False, True, True, False])
    published = Published(np.array([2, 4, 4]), forms, weight, fixed, np.ones(4))
    hidden = np.array([False, False, False, True])
    with patch("pipeline.disclosure.linear.milp", wraps=milp) as asked:
        found = secure(published, hidden, {0: 7})
    assert [call.kwargs["integrality"].any() for call in asked.call_args_list] == [False, True]
    with patch("pipeline.disclosure.linear.milp", whole_numbers_only):
        full = secure(published, hidden, {0: 7})
    assert (found[0] == full[0]).all() and found[1] == full[1] == set()


# --- shares, means, single rows -----------------------------------------------------------------


@st.composite
def shares(draw):
    n = draw(st.lists(st.integers(0, 14), min_size=1, max_size=5))
    hits = [draw(st.integers(0, size)) for size in n]
    return pd.Series(hits), pd.Series(n)


@SLOW
@given(shares(), st.integers(2, 5), st.booleans())
def test_a_share_shows_neither_few_hits_nor_few_others(drawn, k, summed):
    hits, n = drawn
    within = pd.Series("all", n.index) if summed else None
    mask = protect_shares(hits, n, (k,), within)
    for sizes, columns in ((n, ["n"]), (hits, ["n", "hits"]), (n - hits, ["n", "hits"])):
        visible = sizes[~mask.rows[columns].any(axis=1)]
        assert not visible.between(1, k - 1).any()
    assert not (mask.rows["n"] & ~mask.rows["hits"]).any()  # no rate whose base isn't shown
    if summed:
        alone = protect_shares(pd.Series({"all": hits.sum()}), pd.Series({"all": n.sum()}), (k,))
        assert mask.totals.equals(alone.rows)  # a table of the totals hides the same
        table = pd.DataFrame({"hits": hits, "rest": n - hits})
        seen = pd.concat([mask.rows, mask.totals.set_axis([TOTAL])])
        whole = pd.DataFrame({"hits": seen["hits"], "rest": seen["hits"], TOTAL: seen["n"]})
        found = audit(table, whole)
        few = found["value"].between(1, k - 1) & ~mask.rows.all(axis=None)
        assert (found.loc[few, "high"] >= k).all()


@SLOW
@given(shares())
def test_the_public_edition_shows_no_share_that_the_internal_one_hides(drawn):
    hits, n = drawn
    within = pd.Series("all", n.index)
    internal, public = (protect_shares(hits, n, t, within) for t in ((3,), (3, 5)))
    assert not (internal.rows & ~public.rows).any(axis=None)
    assert not (internal.totals & ~public.totals).any(axis=None)


def test_everybody_or_nobody_of_enough_people_is_shown():
    mask = protect_shares(pd.Series([37, 0, 4]), pd.Series([37, 8, 4]), (3, 5))
    assert mask.rows["hits"].tolist() == [False, False, True]
    assert mask.rows["n"].tolist() == [False, False, True]
    assert mask.totals.empty


def test_one_hidden_rest_is_not_given_back_by_the_course():
    """No.2 by position, 202 people, 9 open: 主任 2, 主事 2, 新規採用 2, 会計年度 3."""
    n = pd.Series({"主任": 45, "副主任": 37, "主査": 35, "主事": 41, "新規採用職員": 8, "会計年度任用職員": 36})
    hits = n - pd.Series({"主任": 2, "副主任": 0, "主査": 0, "主事": 2, "新規採用職員": 2, "会計年度任用職員": 3})
    mask = protect_shares(hits, n, (3,), pd.Series("no02", n.index))
    assert mask.rows["hits"].to_dict() == {
        "主任": True,
        "副主任": False,
        "主査": False,
        "主事": True,
        "新規採用職員": True,
        "会計年度任用職員": False,
    }
    assert not mask.rows["n"].any() and not mask.totals.any(axis=None)


def test_parts_that_the_total_gives_away_are_hidden_altogether():
    """3 people in three positions: whatever is hidden, each of them is 1."""
    n = pd.Series({"主任": 1, "主査": 1, "主事": 1})
    mask = protect_shares(n, n, (3,), pd.Series("no10", n.index))
    assert mask.rows.all(axis=None) and not mask.totals.any(axis=None)


def test_managers_are_one_group_in_the_public_edition():
    n, hits = pd.Series({"部課長": 2, "副参事": 24}), pd.Series({"部課長": 2, "副参事": 14})
    groups = {position: wider[0] for position, wider in POSITIONS.items()}
    public = protect_shares(hits, n, (3, 5), pd.Series("no10", n.index), groups=groups)
    assert list(public.rows.index) == ["幹部"] and not public.rows.any(axis=None)
    internal = protect_shares(hits, n, (3,), pd.Series("no10", n.index), groups=groups)
    assert internal.rows.loc[["部課長", "副参事"], "hits"].all()


@SLOW
@given(st.lists(st.integers(0, 12), max_size=6), st.integers(2, 5))
def test_a_mean_of_a_few_is_hidden_and_does_not_follow_from_the_rest(sizes, k):
    n = pd.Series(sizes, dtype=int)
    mask = protect_means(n, (k,), pd.Series("all", n.index))
    few = n.between(1, k - 1)
    assert mask[few].all() and not mask[n == 0].any()
    if few.any() and not (few | mask | (n == 0)).all():
        assert mask.sum() > 1 and n[mask].sum() >= k
    assert not few.any() or not (~mask & (n > 0)).any() or (mask.sum() > 1 and n[mask].sum() >= k)
    assert protect_means(n, (k,)).equals(few)
    assert not (mask & ~protect_means(n, (k, k + 2), pd.Series("all", n.index))).any()


def test_the_counts_of_a_distribution():
    counts = pd.Series({"修了": 17, "一部受講": 0, "未受講": 2, "見送り": 6})
    assert protect_counts(counts, (3,)).to_dict() == {
        "修了": False,
        "一部受講": False,
        "未受講": True,
        "見送り": True,
        TOTAL: False,
    }
    merged = protect_counts(counts, (3, 5), groups={"未受講": "未修了", "一部受講": "未修了", "見送り": "未修了"})
    assert merged.to_dict() == {"修了": False, "未修了": False, TOTAL: False}


def test_few_people_are_flagged():
    assert is_few(pd.Series([0, 1, 9, 10])).tolist() == [False, True, True, False]
    assert is_few(7)


def test_a_group_that_is_all_alike_is_found():
    assert uniform(frame([[0, 8, 0], [3, 4, 0], [0, 0, 0]])).tolist() == [True, False, False]


@pytest.mark.parametrize(
    "table, thresholds, margins",
    [
        (frame([[1, 2]]), (5, 3), ("row",)),
        (frame([[1, 2]]), (), ("row",)),
        (frame([[1, 2]]), (3,), ("rows",)),
        (frame([[1, -2]]), (3,), ("row",)),
        (frame([[1, 2.5]]), (3,), ("row",)),
        (pd.DataFrame({"a": [1], TOTAL: [1]}), (3,), ("row",)),
    ],
)
def test_what_is_no_table_of_counts_is_refused(table, thresholds, margins):
    with pytest.raises(ValueError):
        protect(table, thresholds, margins)


def test_an_empty_table_has_nothing_to_hide():
    assert protect(pd.DataFrame(columns=["a", "b"], dtype=int), (3, 5)).shape == (1, 3)
    assert protect_shares(pd.Series(dtype=int), pd.Series(dtype=int), (3, 5)).rows.empty


# --- merging ------------------------------------------------------------------------------------

OFFICES = {
    "総務課": ("企画総務部", "全体"),
    "企画政策課": ("企画総務部", "全体"),
    "住民課": ("住民福祉部", "全体"),
    "税務課": ("住民福祉部", "全体"),
}


def test_a_small_office_goes_into_its_department():
    sizes = pd.Series({"総務課": 2, "企画政策課": 9, "住民課": 8, "税務課": 9})
    assert merge_hierarchy(sizes, OFFICES, 5).tolist() == ["企画総務部", "企画総務部", "住民課", "税務課"]


def test_a_department_that_is_small_goes_into_the_whole():
    sizes = pd.Series({"総務課": 2, "企画政策課": 1, "住民課": 8, "税務課": 9})
    assert merge_hierarchy(sizes, OFFICES, 5).tolist() == ["全体"] * 4


def test_an_office_without_people_or_without_a_department_stays():
    sizes = pd.Series({"総務課": 0, "企画政策課": 9, "消防本部": 2})
    assert merge_hierarchy(sizes, OFFICES, 5).tolist() == ["総務課", "企画政策課", "消防本部"]


@SLOW
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(1, 6))
def test_merging_keeps_everybody_and_leaves_no_small_group_but_the_whole(sizes, least):
    sizes = pd.Series(sizes, OFFICES)
    merged = sizes.groupby(merge_hierarchy(sizes, OFFICES, least)).sum()
    assert merged.sum() == sizes.sum()
    assert not merged.between(1, least - 1).any() or list(merged.index) == ["全体"]


def test_small_sessions_go_together_and_the_smallest_joins_a_lonely_one():
    sizes = pd.DataFrame({"attended": [19, 17, 17, 18], "missed": [2, 5, 6, 9]}, ["第1回", "第2回", "第3回", "第7回"])
    assert merge_together(sizes, 5).tolist() == ["第1・2回", "第1・2回", "第3回", "第7回"]
    sizes.loc["第7回", "missed"] = 1
    assert merge_together(sizes, 5).tolist() == ["第1・2・7回", "第1・2・7回", "第3回", "第1・2・7回"]


@SLOW
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6), st.integers(1, 6))
def test_sessions_taken_together_are_not_small_unless_all_are_one(sizes, least):
    table = pd.DataFrame(sizes, [f"第{n}回" for n in range(1, len(sizes) + 1)])
    merged = table.groupby(merge_together(table, least)).sum()
    assert not merged.isin(range(1, least)).any(axis=None) or len(merged) == 1
    assert merged.sum().equals(table.sum())


def test_bands_of_few_become_one():
    sizes = pd.Series({"欠席0回": 22, "欠席1回": 1, "欠席2回以上": 1})
    assert merge_bands(sizes, 3).tolist() == ["全員"] * 3
    assert merge_bands(sizes + 2, 4).tolist() == ["欠席0回", "欠席1回以上", "欠席1回以上"]
