"""Least squares with CR2, against the oracles and the dummies written out."""

import numpy as np
import pytest

from pipeline.inference.panel import Panel
from pipeline.inference.regression import clustered, two_way, within_between
from tests.cohorts import cohort, expected, oracle


def test_cr2_and_its_freedom_agree_with_the_oracle():
    panel = Panel.of(oracle("fixture24x7").table)
    found = two_way(panel, [panel.missed])
    assert found.estimate[0] == pytest.approx(expected("fx.twfe.beta"), abs=1e-8)
    assert found.error[0] == pytest.approx(expected("fx.twfe.cr2"), abs=1e-8)
    assert found.df[0] == pytest.approx(expected("fx.twfe.df2"), abs=1e-6)


def test_centring_gives_the_cr2_of_person_dummies():
    rng = np.random.default_rng(30)
    data = cohort(3).table
    panel = Panel.of(data[rng.random(len(data)) > 0.15])
    person, session = np.nonzero(panel.eligible)
    dummies = np.eye(len(panel.persons))[person], np.eye(7)[session][:, 1:]
    design = np.column_stack([panel.missed[person, session], *dummies])
    long = clustered(panel.rating[person, session], design, person, 1)
    short = two_way(panel, [panel.missed])
    assert short.estimate[0] == pytest.approx(long.estimate[0], abs=1e-9)
    assert short.error[0] == pytest.approx(long.error[0], rel=1e-6)
    assert short.df[0] == pytest.approx(long.df[0], rel=1e-6)


def test_mundlaks_slopes_agree_with_the_oracle():
    found = within_between(Panel.of(oracle("fixture24x7").table))
    wanted = [expected("fx.mundlak.within"), expected("fx.mundlak.between")]
    assert found.estimate == pytest.approx(wanted, abs=1e-8)


def test_the_slope_within_stays_the_primary_one_where_cells_are_missing():
    data = cohort(3, -0.5).table
    panel = Panel.of(data[np.random.default_rng(4).random(len(data)) > 0.2])
    inside = within_between(panel).estimate[0]
    assert inside == pytest.approx(two_way(panel, [panel.missed]).estimate[0], abs=1e-8)


def test_a_collinear_exposure_has_no_slope():
    panel = Panel.of(cohort(3).table)
    constant = np.tile(np.arange(7.0), (24, 1))
    found = two_way(panel, [constant, panel.missed])
    assert np.isnan(found.estimate[0]) and np.isnan(found.p_value[0])
    assert np.isfinite(found.estimate[1])
