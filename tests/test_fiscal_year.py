"""A year's name, its label and its bounds."""

import datetime

import pytest

from pipeline.fiscal_year import FiscalYear


@pytest.mark.parametrize(
    ("name", "label", "label_ad"),
    [
        ("R1", "令和元年度", "令和元(2019)年度"),
        ("R4", "令和4年度", "令和4(2022)年度"),
        ("R10", "令和10年度", "令和10(2028)年度"),
    ],
)
def test_a_year_has_a_name_and_two_labels(name, label, label_ad):
    year = FiscalYear.parse(name)
    assert (str(year), year.label, year.label_ad) == (name, label, label_ad)


def test_a_year_runs_from_april_to_the_end_of_march():
    year = FiscalYear.parse("R5")
    first, last = datetime.date(2023, 4, 1), datetime.date(2024, 3, 31)
    day = datetime.timedelta(days=1)
    assert (year.starts_on, year.ends_on) == (first, last)
    assert [d in year for d in (first - day, first, last, last + day)] == [False, True, True, False]


def test_years_are_ordered_by_time_and_not_by_their_names():
    names = ["R10", "R9", "R4"]
    assert list(map(str, sorted(map(FiscalYear.parse, names)))) == ["R4", "R9", "R10"]


@pytest.mark.parametrize("name", ["", "4", "R0", "R04", "r4", "Ｒ４", "R4旧", "令和4年度", "R4 ", "R٤"])
def test_any_other_name_is_refused_in_japanese(name):
    with pytest.raises(ValueError, match="R4 のように"):
        FiscalYear.parse(name)
