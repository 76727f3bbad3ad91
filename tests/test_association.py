"""The primary analysis: oracles, planted differences, invariances, refusals."""

from dataclasses import replace
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.inference.association import RESULT_COLUMNS, cells, minimum_detectable, primary
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.superiority import matched_superiority
from pipeline.inference.within import estimate, fit
from tests.cohorts import NOTHING_LEFT_OUT, PLAN, Cells, cells_of, cohort, expected, oracle


def monte_carlo(p, draws):
    return 4 * np.sqrt(p * (1 - p) / draws)


def row(association, analysis="primary"):
    return association.results.set_index("analysis").loc[analysis]


# Oracles


def test_the_24_by_7_oracle():
    found = primary(oracle("fixture24x7"), PLAN | {"draws": 20000})
    assert row(found).estimate == pytest.approx(expected("fx.twfe.beta"), abs=1e-8)
    assert found.fit.p_less == pytest.approx(1.9653e-5, rel=1e-4)
    assert row(found).p_value == pytest.approx(2 * 1.9653e-5, rel=1e-4)
    # The ends are order statistics of the draws: another seed moves them by about .01.
    assert row(found)[["ci_low", "ci_high"]].tolist() == pytest.approx([-1.345, -0.483], abs=0.02)
    assert found.verdict.code == "linked"
    assert found.counts["missed_cells"] == expected("fx.n_absent")
    assert list(found.results.columns) == RESULT_COLUMNS


def test_matched_differences_average_to_the_estimate():
    for data in (oracle("fixture24x7"), oracle("tiny5x4"), with_holes(cohort(8))):
        found = primary(data, PLAN)
        each = found.differences
        mean = np.average(each["difference"], weights=each["weight"])
        assert mean == pytest.approx(row(found).estimate, abs=1e-10)
        assert len(each) == found.counts["informative_persons"]


def test_the_estimate_is_least_squares_with_dummies_where_cells_are_missing():
    panel = Panel.of(with_holes(cohort(3, -0.8)).table)
    person, session = np.nonzero(panel.eligible)
    design = np.hstack(
        [
            panel.missed[person, session][:, None],
            np.eye(len(panel.persons))[person],
            np.eye(len(panel.sessions))[session],
        ]
    )
    wanted = np.linalg.lstsq(design, panel.rating[person, session], rcond=None)[0][0]
    assert estimate(panel) == pytest.approx(wanted, abs=1e-9)


def test_residuals_and_estimate_stay_exact_in_a_large_cohort():
    panel = Panel.of(cohort(1, -0.5, persons=300, sessions=12).table)
    rating, missed = panel.rating, panel.missed
    centre = missed - missed.mean(0) - missed.mean(1, keepdims=True) + missed.mean()
    wanted = (centre * rating).sum() / (centre**2).sum()
    assert estimate(panel) == pytest.approx(wanted, abs=1e-12)
    assert fit(panel, Plan.parse(PLAN | {"draws": 9})).estimate == pytest.approx(wanted, abs=1e-12)


def with_holes(data, share=0.1):
    hole = np.random.default_rng(1).random(len(data.table)) < share
    return replace(data, table=data.table[~hole].reset_index(drop=True))


@pytest.mark.parametrize("seed", range(5))
def test_draws_agree_with_the_exact_law(seed):
    found = fit(Panel.of(cohort(seed, -0.2, noise=0.9).table), Plan.parse(PLAN))
    assert abs(found.p_drawn - found.p_exact) <= monte_carlo(found.p_exact, 4999) * 2 + 2 / 5000


def test_without_a_full_grid_or_whole_ratings_the_draws_give_p():
    for data in (with_holes(cohort(3)), cohort(3, whole=False)):
        found = primary(data, PLAN)
        assert np.isnan(found.fit.p_exact)
        assert row(found).p_value == found.fit.p_drawn
        assert "4,999回の並べ替え" in row(found).method


# Planted differences


@pytest.mark.parametrize("planted", [-1.0, -0.5, 0.0])
def test_a_planted_difference_is_recovered(planted):
    found = primary(cohort(11, planted, persons=150), PLAN)
    assert row(found).ci_low < planted < row(found).ci_high
    assert row(found).estimate == pytest.approx(planted, abs=0.2)
    assert found.verdict.code == ("no_link" if planted == 0 else "linked")


def test_verdicts_follow_the_interval_and_the_margin():
    assert primary(cohort(11, 1.0, persons=60), PLAN).verdict.code == "reversed"
    assert primary(cohort(2, persons=10), PLAN).verdict.code == "undecided"
    large = primary(cohort(5, -0.3, persons=400), PLAN)
    assert (large.verdict.code, large.verdict.reason) == ("no_link", "detectable_but_small")


def test_superiority_is_half_without_a_link_and_follows_the_sign():
    level = [matched_superiority(Panel.of(cohort(7, b, persons=200).table), 0.05) for b in (0, -1.0, 1.0)]
    assert level[0][1] < 0.5 < level[0][2]
    assert level[1][1] > 0.6 and level[2][2] < 0.4


def test_superiority_of_one_pair_per_person():
    rating = [[5, 1], [4, 2], [1, 3], [2, 2], [5, 2]]
    missed = [[0, 1], [0, 1], [0, 1], [1, 0], [0, 1]]
    value, low, high = matched_superiority(Panel.of(cells_of(rating, missed).table), 0.05)
    # Ridits: .8, .5, .1, .3, .8 and .1, .5, .9, .5, .5: the second person's are even, and the
    # fourth's first topic, missed, is below the second. Wins 1, ½, 0, 1, 1.
    assert value == pytest.approx(3.5 / 5)
    assert low < value and high == 1.0


def test_superiority_of_few_or_like_persons_has_no_interval():
    few = [[5, 1], [4, 2], [1, 3], [2, 2]]
    alike = [[5, 1]] * 6
    for rating in (few, alike):
        missed = [[0, 1]] * len(rating)
        value, low, high = matched_superiority(Panel.of(cells_of(rating, missed).table), 0.05)
        assert np.isfinite(value) and np.isnan([low, high]).all()


def test_the_minimum_detectable_difference_is_found_four_times_in_five():
    plan = Plan.parse(PLAN | {"draws": 999})
    shape = Panel.of(cohort(21).table)

    def noise(seed):
        # Beyond the scale, as clipping would take part of a planted difference away.
        return np.random.default_rng(seed).normal(0, 0.7, shape.missed.shape)

    size = np.mean(
        [minimum_detectable(cells_of(noise(seed), shape.missed), plan).difference for seed in range(1000, 1040)]
    )
    planted = (replace(shape, rating=noise(seed) - size * shape.missed) for seed in range(200))
    hits = sum(fit(panel, plan).p_value <= 0.05 for panel in planted)
    assert hits / 200 == pytest.approx(0.8, abs=0.11)


def test_more_persons_or_absences_are_said_to_be_needed_in_proportion():
    found = minimum_detectable(oracle("fixture24x7"), PLAN)
    times = (found.difference / 0.5) ** 2
    assert found.persons == np.ceil(24 * times) and found.missed_cells == np.ceil(24 * times)


# Invariances


def changed(data, **columns):
    return replace(data, table=data.table.assign(**columns))


def test_the_order_of_rows_changes_nothing():
    data = oracle("fixture24x7")
    other = replace(data, table=data.table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(primary(data, PLAN).results, primary(other, PLAN).results)


def test_names_of_persons_change_nothing():
    """Another key makes other ids, in another order: no result may move, the drawn ones neither."""
    data = oracle("fixture24x7")
    renamed = changed(data, participant_id=data.table["participant_id"].map(lambda i: f"p{(i * 7) % 31:02}"))
    pd.testing.assert_frame_equal(primary(data, PLAN).results, primary(renamed, PLAN).results, check_exact=True)


def test_names_of_sessions_change_nothing_but_the_draws():
    data = oracle("fixture24x7")
    renamed = changed(data, session_id=data.table["session_id"].map(lambda i: f"s{9 - i}"))
    one, other = primary(data, PLAN), primary(renamed, PLAN)
    assert row(one).estimate == pytest.approx(row(other).estimate, abs=1e-12)
    assert row(one).p_value == pytest.approx(row(other).p_value, rel=1e-9)
    assert row(one).ci_low == pytest.approx(row(other).ci_low, abs=0.05)
    assert row(one, "superiority").estimate == pytest.approx(row(other, "superiority").estimate, abs=1e-12)


def test_absent_for_present_flips_the_sign():
    data = oracle("fixture24x7")
    one, other = primary(data, PLAN), primary(changed(data, missed=1 - data.table["missed"]), PLAN)
    assert row(one).estimate == pytest.approx(-row(other).estimate, abs=1e-12)
    assert row(one).p_value == pytest.approx(row(other).p_value, rel=1e-9)
    assert row(one).ci_low == pytest.approx(-row(other).ci_high, abs=0.05)
    assert row(one, "superiority").estimate == pytest.approx(1 - row(other, "superiority").estimate)


def test_an_easier_session_or_a_generous_person_changes_nothing_but_the_draws():
    data = cohort(4, -0.6, whole=False)
    table = data.table.assign(rating=2 + data.table["rating"] / 4)
    shifted = table.assign(rating=table["rating"] + table["session_id"] / 20 + table["participant_id"] / 40)
    one, other = (fit(Panel.of(t), Plan.parse(PLAN)) for t in (table, shifted))
    assert one.estimate == pytest.approx(other.estimate, abs=1e-12)
    assert one.interval == pytest.approx(other.interval, abs=0.02)
    assert one.p_value == pytest.approx(other.p_value, abs=0.01)


# Properties


@st.composite
def small_years(draw):
    shape = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    rating = draw(arrays(int, shape, elements=st.integers(1, 5)))
    missed = draw(arrays(int, shape, elements=st.integers(0, 1)))
    eligible = draw(arrays(bool, shape, elements=st.booleans()))
    return cells_of(rating, missed, eligible if draw(st.booleans()) else None)


@settings(max_examples=150, deadline=None)
@given(small_years())
def test_any_year_is_answered_or_refused(data):
    found = primary(data, PLAN | {"draws": 399})
    tested = row(found)
    if found.verdict.code == "untestable" and found.verdict.reason != "unbounded":
        assert found.results[["estimate", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)
        return
    assert 0 < tested.p_value <= 1
    assert tested.ci_low <= tested.estimate + 1e-9 and tested.estimate - 1e-9 <= tested.ci_high
    inner = row(found, "equivalence")
    assert tested.ci_low <= inner.ci_low + 1e-12 and inner.ci_high <= tested.ci_high + 1e-12
    if found.verdict.reason == "unbounded":
        assert np.isinf([tested.ci_low, tested.ci_high]).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(-1, 1))
def test_a_wider_interval_for_a_smaller_alpha(seed, planted):
    panel = Panel.of(cohort(seed, planted, persons=12).table)
    if not panel.informative.sum() > 2:
        return
    wide, narrow = (fit(panel, Plan.parse(PLAN | {"alpha": a, "draws": 999})) for a in (0.02, 0.2))
    assert wide.interval[0] <= narrow.interval[0] and narrow.interval[1] <= wide.interval[1]


# Refusals


def refused(rating, missed, eligible=None):
    found = primary(cells_of(rating, missed, eligible), PLAN)
    assert found.verdict.code == "untestable"
    assert found.results["estimate"].isna().all() and found.results["p_value"].isna().all()
    return found.verdict.reason


def absences(*marked, shape=(6, 4)):
    missed = np.zeros(shape, int)
    for person, session in marked:
        missed[person, session] = 1
    return missed


RATING = np.random.default_rng(9).integers(1, 6, (6, 4))


def test_everybody_present_is_refused():
    assert refused(RATING, absences()) == "nobody_missed"


def test_everybody_absent_is_refused():
    assert refused(RATING, absences() + 1) == "nobody_attended"


def test_constant_ratings_are_refused():
    assert refused(np.full((6, 4), 4), absences((0, 0), (1, 2), (2, 3))) == "constant_ratings"


def test_an_absence_that_is_a_sessions_is_refused():
    missed = absences()
    missed[:, 2] = 1
    assert refused(RATING, missed) == "collinear"


def test_an_absence_that_is_a_persons_is_refused():
    missed = absences()
    missed[2] = 1
    assert refused(RATING, missed) == "no_informative_person"


def test_one_person_is_refused():
    assert refused(RATING[:1], absences((0, 1), shape=(1, 4))) == "one_person"


def test_one_absent_cell_is_refused():
    assert refused(RATING, absences((3, 1))) == "one_missed_cell"


def test_one_attended_cell_is_refused():
    assert refused(RATING, 1 - absences((3, 1))) == "one_attended_cell"


def test_two_absent_cells_can_be_too_few():
    found = primary(cells_of(RATING, absences((3, 1), (4, 1))), PLAN)
    assert (found.verdict.code, found.verdict.reason) == ("untestable", "unbounded")


def test_no_cells_at_all_is_refused():
    assert refused(RATING, absences(), np.zeros((6, 4), bool)) == "no_cells"


def test_a_survey_per_session_is_not_taken_for_ratings_of_missed_topics():
    grid = pd.MultiIndex.from_product([list("abcdef"), list("1234")])
    missed = absences((0, 0), (1, 2), (2, 3), (4, 1)).ravel()
    table = pd.DataFrame(
        {
            "participant_id": grid.get_level_values(0),
            "session_id": grid.get_level_values(1),
            "status": np.where(missed, "absent", "present"),
            "rating": RATING.ravel(),
        }
    )
    data = cells(table[missed == 0].drop(columns="status"), table.drop(columns="rating"), PLAN)
    found = primary(data, PLAN)
    assert (found.verdict.code, found.verdict.reason) == ("untestable", "unrated_when_missed")


def test_cells_off_the_scale_or_twice_are_named():
    table = cells_of(RATING, absences((0, 0))).table
    with pytest.raises(ValueError, match="受講者 0、回 1"):
        primary(Cells(table.assign(rating=[3, 7] + [3] * 22), NOTHING_LEFT_OUT), PLAN)
    with pytest.raises(ValueError, match="二重.*受講者 0、回 0"):
        primary(Cells(pd.concat([table, table.head(1)]), NOTHING_LEFT_OUT), PLAN)


def test_the_smallest_p_of_two_absences_is_not_zero():
    rating = np.full((6, 4), 5)
    rating[3, 1] = rating[4, 2] = 1
    found = primary(cells_of(rating, absences((3, 1), (4, 2))), PLAN)
    assert found.fit.p_less == pytest.approx(1 / comb(4, 1) ** 2)
