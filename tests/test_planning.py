"""What a year's size can settle, and the cohorts that say so."""

import numpy as np
import pytest

from pipeline.inference.cohort import Design, cohort
from pipeline.inference.planning import CODES, chances
from tests.cohorts import PLAN


def test_verdict_chances_at_the_usual_size():
    # The bars of the design note at 24 × 7 with 15 % absences; 300 cohorts err by up to .087.
    table = chances(PLAN, cohorts=300).set_index("difference")
    bars = {0.0: (0.02, 0.66, 0.32), -0.25: (0.24, 0.35, 0.41), -0.5: (0.72, 0.05, 0.24), -1.0: (1.0, 0.0, 0.0)}
    for difference, bar in bars.items():
        found = table.loc[difference, ["linked", "no_link", "undecided"]].tolist()
        assert found == pytest.approx(bar, abs=0.09)
    assert table[CODES].sum(axis=1).to_numpy() == pytest.approx(1)
    assert table["detectable"].iloc[0] == pytest.approx(0.53, abs=0.05)


def test_a_given_attendance_is_kept():
    missed = np.zeros((10, 4))
    missed[0, 1] = 1
    table = chances(PLAN, missed=missed, differences=[0.0], cohorts=5).iloc[0]
    assert (table["persons"], table["sessions"], table["share"]) == (10, 4, 1 / 40)
    assert table["untestable"] == 1 and np.isinf(table["detectable"])


def test_more_people_and_more_absences_find_smaller_differences():
    few_rarely, few, many = (
        chances(PLAN, Design(persons=n, share=share), differences=[0], cohorts=20)["detectable"][0]
        for n, share in ((12, 0.05), (12, 0.2), (48, 0.2))
    )
    assert few_rarely > few > many


def test_the_same_plan_gives_the_same_table():
    assert chances(PLAN, cohorts=5).equals(chances(PLAN, cohorts=5))


def test_a_cohort_is_what_its_design_says():
    design = Design(persons=4000, share=0.15, difference=-0.5, related=-0.6, hardness=0.65)
    panel = cohort(design, np.random.default_rng(1))
    assert panel.missed.mean() == pytest.approx(0.15, abs=0.04)
    assert set(np.unique(panel.rating)) <= {1, 2, 3, 4, 5}
    often = panel.n_missed >= 3
    attended = panel.missed == 0
    assert panel.rating[often][attended[often]].mean() < panel.rating[attended].mean() - 0.1


def test_absences_run_on_with_memory():
    rng = np.random.default_rng(1)
    plain, runs = (cohort(Design(persons=3000, proneness_sd=0, memory=m), rng).missed for m in (0, 0.7))
    again = [m[:, 1:][m[:, :-1] == 1].mean() for m in (plain, runs)]
    assert again[0] == pytest.approx(0.15, abs=0.03) and again[1] > 0.3
