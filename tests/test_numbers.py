"""Numbers in the cells of the office's own lists: one reader, whatever the list."""

import pytest

from pipeline.findings import Findings, Place
from pipeline.ingest.headings import Cell
from pipeline.ingest.numbers import number


def read(text, unit=r"\D*"):
    findings = Findings()
    value = number(Cell(text, Place("表.xlsx", "表", "B2")), "費用", findings, unit)
    return value, [finding.rule_id for finding in findings.items]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,200", "件", 1200),
        ("約１，２００件", "件", 1200),
        ("12.5％", "%", 12.5),
        ("3万件", "件", 30_000),
        ("¥5,000", "円", 5000),
        ("50千円", "千円", 50),
        ("約5万円（税込）", r"\D*", 50_000),
        ("未定", "件", None),
        ("−", "件", None),
    ],
)
def test_a_number_in_its_forms(text, unit, value):
    assert read(text, unit) == (value, [])


@pytest.mark.parametrize(
    ("text", "unit"),
    [("多数", "件"), ("3人", "件"), ("5万", "千円"), ("1,2", "件"), (",", "件"), ("1,2", r"\D*"), ("2～3万円", r"\D*")],
)
def test_what_could_be_two_numbers_or_none_is_not_guessed_at(text, unit):
    assert read(text, unit) == (None, ["E28"])
