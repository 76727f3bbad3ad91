"""The back test: a later version of the program finds the sample's figures again."""

import shutil

import pandas as pd
import pytest

from tests.figures import STORED, changed, read

RENEW = "変わってよいなら、見本を doit で作ってから .venv/bin/python -m tests.figures data/processed で控え直す。"


@pytest.mark.parametrize("year", ["R4", "R5"])
def test_the_sample_s_figures_are_what_they_were(town, reports, year):
    found = changed(town / "data/processed" / year, STORED / f"{year}.csv")
    assert not found, "\n".join([f"{len(found)}個の数値が変わった：", *found, RENEW])


@pytest.mark.parametrize(("year", "least"), [("R4", 80), ("R5", 600)])
def test_they_hold_the_year_s_evidence_and_its_verdict(year, least):
    rows = read(STORED / f"{year}.csv")
    assert len(rows) >= least
    assert ["verdict", "year", "code", "linked"] in rows


def test_a_changed_figure_is_named(town, reports, tmp_path):
    processed = shutil.copytree(town / "data/processed/R4", tmp_path / "R4")
    evidence = pd.read_parquet(processed / "evidence.parquet")
    evidence.loc[evidence["evidence_id"] == "ideas", "estimate"] = 0.5
    evidence.to_parquet(processed / "evidence.parquet")
    [line] = changed(processed, STORED / "R4.csv")
    assert line == "evidence｜trial/ideas｜estimate：0.875 → 0.5"
