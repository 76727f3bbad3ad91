"""The chapters of the data quality report: every row and finding stands somewhere, also where a year has none."""

import pytest

from pipeline.preparing.prepare import prepare
from pipeline.reports import data_quality
from pipeline.store import Store
from pipeline.year import Year
from tests.towns import PROJECT

CHAPTERS = [
    data_quality.files,
    data_quality.set_aside,
    data_quality.matches,
    data_quality.questionnaires,
    data_quality.findings,
    data_quality.comments,
]


@pytest.fixture(scope="module")
def year():
    return Year.open(Store.open("R4", PROJECT))


@pytest.fixture(scope="module")
def tables(year):
    return prepare(year)


def shown(year, tables):
    """The tables of the report by name."""
    blocks = [block for chapter in CHAPTERS for block in chapter(year, tables)]
    assert [block.text[0] for block in blocks if block.kind == "heading"] == list("123456")
    return {block.name: block for block in blocks if block.kind == "table"}


def column(table, name):
    at = [c.name for c in table.columns].index(name)
    return [row[at] for row in table.rows]


def numbers(table, name):
    return [int(cell.replace(",", "")) for cell in column(table, name)]


def test_every_row_is_used_or_set_aside_for_a_reason(year, tables):
    report = shown(year, tables)
    away = numbers(report["accounts"], "rows_set_aside")
    used = zip(numbers(report["accounts"], "rows_read"), numbers(report["accounts"], "rows_used"), strict=True)
    assert [read - use for read, use in used] == away
    assert sum(numbers(report["set_aside"], "count")) == sum(away) > 0


def test_every_finding_is_to_be_confirmed_or_on_record(year, tables):
    report, found = shown(year, tables), tables["findings"]
    assert sum(numbers(report["findings_by_rule"], "count")) == len(found)
    minor = sum(numbers(report["minor_findings"], "count"))
    assert len(report["to_confirm"].rows) + minor == len(found)
    assert minor == (found["severity"] == "minor").sum() > 0
    assert set(column(report["to_confirm"], "answer")) == {"未回答"}


def test_everybody_on_the_roster_answered_or_did_not(year, tables):
    report = shown(year, tables)["matches"]
    people = [a + b for a, b in zip(numbers(report, "people"), numbers(report, "register_only"), strict=True)]
    assert set(people) == {len(tables["participants"])}


def test_a_year_without_comments_or_findings_has_all_its_chapters(year, tables):
    empty = {name: tables[name].iloc[:0] for name in ("findings", "set_aside", "comments", "instruments")}
    report = shown(year, tables | empty)
    assert not any(report[name].rows for name in ("to_confirm", "minor_findings", "set_aside", "instruments"))
