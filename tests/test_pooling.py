"""Several courses or years together."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.inference.association import primary
from pipeline.inference.pooling import joined, pooled
from tests.cohorts import PLAN, cells_of, cohort


def pool(*differences, persons=40):
    return pooled({f"R{n}": cohort(n, b, persons=persons) for n, b in enumerate(differences, 4)}, PLAN)


def test_like_strata_give_one_narrower_answer():
    found = pool(-0.6, -0.6, -0.6)
    rows = found.results.set_index("analysis")
    assert rows.ci_low["pooled"] < -0.58 < rows.ci_high["pooled"] < 0
    width = rows["ci_high"] - rows["ci_low"]
    assert width["pooled"] < width[["R4", "R5", "R6"]].min()
    assert rows.p_value["heterogeneity"] > 0.05
    assert found.verdict.code == "linked"
    assert sum(found.weights.values()) == pytest.approx(1)


def test_other_ids_of_the_people_change_nothing():
    years = {f"R{n}": cohort(n, -0.4, persons=20) for n in (4, 5)}
    renamed = {
        label: replace(data, table=data.table.assign(participant_id=(data.table["participant_id"] * 7) % 20))
        for label, data in years.items()
    }
    pd.testing.assert_frame_equal(pooled(years, PLAN).results, pooled(renamed, PLAN).results, check_exact=True)


def test_unlike_strata_are_said_to_differ():
    rows = pool(-1.2, 0.6, -1.2).results.set_index("analysis")
    assert rows.p_value["heterogeneity"] < 0.01 and rows.estimate["heterogeneity"] > 0.7


def test_the_pooled_estimate_is_the_strata_by_their_information():
    found = pool(-0.2, -0.9)
    rows = found.results.set_index("analysis")["estimate"]
    wanted = sum(rows[label] * weight for label, weight in found.weights.items())
    assert rows["pooled"] == pytest.approx(wanted, abs=1e-10)


def test_a_difference_between_strata_is_no_link():
    low, high = cohort(4, persons=40), cohort(5, persons=40)
    rating = low.table["rating"].clip(1, 3)
    found = pooled({"R4": type(low)(low.table.assign(rating=rating), low.left_out), "R5": high}, PLAN)
    assert found.results.set_index("analysis").p_value["pooled"] > 0.05


def test_heterogeneity_keeps_its_level_where_there_is_none():
    hits = 0
    for seed in range(0, 120, 3):
        strata = {str(k): cohort(1000 + seed + k, -0.5) for k in range(3)}
        rows = pooled(strata, PLAN | {"draws": 299}).results.set_index("analysis")
        hits += rows.p_value["heterogeneity"] <= 0.05
    assert hits <= 7  # 2 of 40 expected; 8 or more has a chance of 1 in 1,000


def test_a_stratum_that_cannot_be_tested_stays_in_the_table_without_weight():
    everyone = cells_of(np.random.default_rng(1).integers(1, 6, (9, 4)), np.zeros((9, 4)))
    found = pooled({"R4": cohort(1, -0.8), "R5": everyone}, PLAN)
    rows = found.results.set_index("analysis")
    assert np.isnan(rows.estimate["R5"]) and found.weights["R5"] == 0
    assert rows.estimate["pooled"] == pytest.approx(rows.estimate["R4"])


def test_nothing_to_pool_is_untestable():
    everyone = cells_of(np.random.default_rng(1).integers(1, 6, (9, 4)), np.zeros((9, 4)))
    found = pooled({"R4": everyone, "R5": everyone}, PLAN)
    assert (found.verdict.code, found.verdict.reason) == ("untestable", "nobody_missed")
    assert found.results["estimate"].isna().all()


def test_the_same_person_in_two_years_is_compared_within_each():
    both = joined({"R4": cohort(1), "R5": cohort(2)}).table
    assert both["participant_id"].nunique() == 48 and both["session_id"].nunique() == 14


def test_an_earlier_year_keeps_the_interval_that_it_was_published_with():
    """With this year's seed its interval would be −1.22～−0.50 here and −1.22～−0.51 in its own report."""
    strata = {"R4": cohort(1, -0.8), "R5": cohort(2, -0.6)}
    own = primary(strata["R4"], PLAN | {"draws": 199, "seed": 1}).results
    rows = pooled(strata, PLAN | {"draws": 199, "seed": 2}, {"R4": own}).results.set_index("analysis")
    anew = pooled(strata, PLAN | {"draws": 199, "seed": 2}).results.set_index("analysis")
    columns = ["estimate", "ci_low", "ci_high", "p_value"]
    assert rows.loc["R4", columns].tolist() == own.set_index("analysis").loc["primary", columns].tolist()
    assert rows.loc["R4", "ci_high"] != anew.loc["R4", "ci_high"]
    assert rows.loc[["R5", "pooled"], columns].equals(anew.loc[["R5", "pooled"], columns])
