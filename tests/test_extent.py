"""How far: shares, doses, sessions, catching up."""

import numpy as np
import pandas as pd
import pytest

from pipeline.inference.extent import by_session, catch_up, doses, extent
from pipeline.inference.panel import Cells, Panel, cells
from pipeline.inference.plan import Plan
from pipeline.inference.pooling import SEPARATOR
from pipeline.inference.within import fit
from tests.cohorts import PLAN, cells_of, cohort, expected, oracle
from tests.years import year


def test_the_share_of_the_spread_and_its_interval_come_from_beta():
    data = oracle("fixture24x7")
    panel, row = Panel.of(data.table), extent(data, PLAN).set_index("analysis")
    found = fit(panel, Plan.parse(PLAN))
    mean, missed = panel.rating.mean(axis=1), panel.missed.mean(axis=1)
    along = np.linspace(*found.interval, 400)
    shares = [1 - np.var(mean - b * missed) / np.var(mean) for b in along]
    spread = row.loc["share_of_spread"]
    assert spread["estimate"] == pytest.approx(1 - np.var(mean - found.estimate * missed) / np.var(mean))
    assert (spread["ci_low"], spread["ci_high"]) == pytest.approx((min(shares), max(shares)), 1e-3)
    loss = row.loc["overall_loss"]
    assert loss["estimate"] == pytest.approx(found.estimate * 24 / 168)
    assert loss["ci_low"] < loss["estimate"] < loss["ci_high"] < 0
    assert row.estimate["dose"] == pytest.approx(expected("fx.between.somersD"), abs=1e-8)


def test_what_cannot_be_tested_has_no_extent():
    found = extent(cells_of(np.full((5, 4), 3), np.eye(5, 4)), PLAN)
    assert found["estimate"].isna().all() and (found["method"] == "検定できない").all()


def test_persons_of_equal_means_have_no_spread_to_share():
    rating = [[2, 4, 3], [4, 2, 3], [3, 2, 4], [4, 3, 2]]
    missed = [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    found = extent(cells_of(rating, missed), PLAN).set_index("analysis")
    assert np.isnan(found.estimate["share_of_spread"])
    assert np.isfinite(found.estimate["overall_loss"])


def test_doses_count_every_person_once_and_show_empty_ones():
    missed = np.zeros((5, 6), int)
    missed[1, 0] = missed[2, :3] = missed[3, :5] = 1
    missed[2, 0:3] = 1
    rating = np.arange(1, 6)[:, None] * np.ones((5, 6))
    table = doses(cells_of(rating, missed)).set_index("dose")
    assert table["n"].to_dict() == {"0": 2, "1": 1, "2": 0, "3+": 2}
    assert table["mean"]["0"] == 3.0 and np.isnan(table["mean"]["2"])


def test_each_session_has_its_own_difference():
    rng = np.random.default_rng(3)
    missed = (rng.random((200, 4)) < 0.2).astype(int)
    missed[:, 3] = 0
    missed[0, 3] = 1
    planted = np.array([-1.2, 0.0, -0.5, 0.0])
    latent = 3.5 + rng.normal(0, 0.5, (200, 1)) + rng.normal(0, 0.6, (200, 4)) + planted * missed
    found = by_session(cells_of(np.clip(latent, 1, 5), missed), PLAN)
    for row, wanted in zip(found.itertuples(), planted, strict=True):
        if row.analysis == 3:
            assert np.isnan(row.p_value) and row.n == 1 and "検定しない" in row.method
        else:
            assert row.ci_low < wanted < row.ci_high
    assert found["p_adjusted"].dropna().ge(found["p_value"].dropna()).all()
    assert found["p_adjusted"].iloc[0] < 0.05 < found["p_adjusted"].iloc[1]


def test_by_session_agrees_with_one_slope_when_only_one_session_was_missed():
    missed = np.zeros((24, 7), int)
    missed[:9, 2] = 1
    data = cells_of(Panel.of(oracle("fixture24x7").table).rating, missed)
    found = by_session(data, PLAN)
    slope = fit(Panel.of(data.table), Plan.parse(PLAN | {"draws": 99})).estimate
    assert found["estimate"][2] == pytest.approx(slope, abs=1e-9)
    assert found["p_value"].notna().sum() == 1


def test_catching_up_closes_what_was_planted():
    ratings, attendance = year(3, -1.0, persons=300, share=0.3, video=0.5)
    row = catch_up(ratings, attendance, PLAN)
    assert row["ci_low"] < 0.5 < row["ci_high"]
    assert 0.3 < row["estimate"] < 0.7
    assert row["n"] == (attendance["status"] == "recording").sum()
    assert row["p_value"] < 0.05
    rated = ratings.dropna(subset="rating").merge(attendance)
    away = rated[rated["status"].isin(["recording", "absent"])].groupby("participant_id")["status"]
    assert row["persons"] == (away.nunique() == 2).sum()


def test_catching_up_without_a_gap_is_not_found():
    hits = 0
    for seed in range(60):
        ratings, attendance = year(seed, 0.0, persons=30, share=0.3, video=0.5)
        hits += catch_up(ratings, attendance, PLAN | {"draws": 499})["p_value"] <= 0.05
    assert hits <= 9  # 3 expected; 10 or more has a chance of 1 in 1,000


def test_catching_up_is_the_same_under_other_ids():
    ratings, attendance = year(3, -0.8, persons=30, video=0.5)
    other = [t.assign(participant_id=t["participant_id"].str[::-1]) for t in (ratings, attendance)]
    assert catch_up(ratings, attendance, PLAN) == catch_up(*other, PLAN)


def test_few_recordings_are_described_and_none_are_not():
    ratings, attendance = year(1, persons=30, video=0.1)
    assert 0 < (attendance["status"] == "recording").sum() < 8
    row = catch_up(ratings, attendance, PLAN)
    assert np.isfinite(row["estimate"]) and np.isnan(row["p_value"]) and "記述のみ" in row["method"]
    row = catch_up(*year(1), PLAN)
    assert np.isnan(row["estimate"]) and "比べられない" in row["method"]


def test_an_extent_may_reuse_the_primary_fit():
    data = cohort(2, -0.5)
    found = fit(Panel.of(data.table), Plan.parse(PLAN))
    assert extent(data, PLAN, found).equals(extent(data, PLAN))


def test_extent_knows_the_cells_of_a_real_year():
    ratings, attendance = year(2, video=0.2)
    data = cells(ratings, attendance, PLAN)
    assert extent(data, PLAN)["n"].eq(30).all()


# Several courses


def two_courses(stricter=0.0, mark=SEPARATOR):
    """A course that many missed and one that few did; the first ``stricter`` points lower."""
    parts = []
    for name, data, lower in (
        ("no05", cohort(1, -0.6, 40, 5, 0.35), stricter),
        ("no06", cohort(2, -0.6, 30, 4, 0.1), 0.0),
    ):
        parts.append(
            data.table.assign(
                participant_id=name + mark + data.table["participant_id"].astype(str),
                session_id=name + "-" + data.table["session_id"].astype(str),
                rating=data.table["rating"] - lower,
            )
        )
    return Cells(pd.concat(parts, ignore_index=True), data.left_out)


def test_what_two_courses_differ_in_is_no_spread_between_people():
    same, apart = (extent(two_courses(lower), PLAN) for lower in (0.0, 1.0))
    pd.testing.assert_frame_equal(apart, same)
    assert same["method"].str.contains("同じ研修の人どうし").tolist() == [True, False, True]
    # Not told apart, the same level would make five times the share and a sure dose of it.
    blind = extent(two_courses(1.0, mark="-"), PLAN).set_index("analysis")
    same = same.set_index("analysis")
    assert blind.estimate["share_of_spread"] > 4 * same.estimate["share_of_spread"]
    assert blind.p_value["dose"] < 0.01 < 0.2 < same.p_value["dose"]


def test_the_share_of_the_spread_of_two_courses_is_that_around_their_means():
    data = two_courses(1.0)
    people = data.table.groupby("participant_id").agg(mean=("rating", "mean"), missed=("missed", "mean"))
    own = people - people.groupby(people.index.str[:4]).transform("mean")
    beta = fit(Panel.of(data.table), Plan.parse(PLAN)).estimate
    wanted = 1 - (own["mean"] - beta * own["missed"]).var() / own["mean"].var()
    assert extent(data, PLAN)["estimate"][0] == pytest.approx(wanted)


def test_doses_are_compared_with_the_courses_levels_evened_out():
    same, apart = (doses(two_courses(lower)).set_index("dose") for lower in (0.0, 1.0))
    assert (apart["n"] == same["n"]).all() and apart["n"].sum() == 70
    # The average person's level falls; the differences between the doses stay what they are.
    assert (same["mean"] - apart["mean"]).tolist() == pytest.approx([40 / 70] * 4)
    assert apart["sd"].tolist() == pytest.approx(same["sd"].tolist())
    blind = doses(two_courses(1.0, mark="-")).set_index("dose")["mean"]
    assert blind["0"] - blind["3+"] > 2.5 * (apart["mean"]["0"] - apart["mean"]["3+"])


def test_doses_that_no_two_courses_share_have_no_mean():
    data = two_courses()
    here = data.table["participant_id"].str.startswith("no05")
    every = data.table.assign(missed=data.table["session_id"].isin(["no05-0"]).astype(int))
    table = doses(Cells(every, data.left_out)).set_index("dose")
    assert table["n"].to_dict() == {"0": 30, "1": here.sum() // 5, "2": 0, "3+": 0}
    assert table["mean"].isna().all()
