"""Readings put together: the later word on a session stands, and no raw row is lost or told of twice."""

import pytest

from pipeline.preparing.accounts import Ledger
from pipeline.preparing.reading import Reading, join
from tests.grids import grid
from tests.readers import year

YEAR = year()


def attendance(*rows):
    names = ("participant_id", "session_id", "status")
    return Reading(YEAR, tables={"attendance": [dict(zip(names, row, strict=True)) for row in rows]})


def test_what_a_later_reader_says_of_a_person_in_a_session_stands():
    register = attendance(("p2", "no05-1", "present"), ("p1", "no05-1", "unknown"))
    log = attendance(("p1", "no05-1", "online"), ("p1", "no02-1", "online"))
    assert [tuple(row.values()) for row in join(register, log).tables["attendance"]] == [
        ("p1", "no02-1", "online"),
        ("p1", "no05-1", "online"),
        ("p2", "no05-1", "present"),
    ]
    assert len(register.tables["attendance"]) == 2  # what was given back stays as it was


def test_findings_keep_the_order_of_the_readers():
    first, second = Reading(YEAR), Reading(YEAR)
    for reading, rule in ((second, "F03"), (first, "H07")):
        reading.findings.add(rule, grid().place(1))
    assert [found.rule_id for found in join(first, second).findings.items] == ["H07", "F03"]


SHEET = grid(["氏名"], ["森健"])


def ledger(*rows):
    """A ledger in which these rows of the sheet went somewhere."""
    made = Ledger()
    for row in rows:
        made.set_aside(SHEET, row, "空の行")
    return made


def test_a_row_that_two_readers_tell_of_is_our_error():
    with pytest.raises(RuntimeError, match="行の勘定"):
        join(Reading(YEAR, ledger=ledger(1, 2)), Reading(YEAR, ledger=ledger(2)))


@pytest.mark.parametrize("rows", [(1,), (1, 2, 3)], ids=["lost", "never read"])
def test_a_row_that_went_nowhere_or_came_from_nowhere_is_our_error(rows):
    opened = ledger(*rows)
    opened.open(SHEET.file, "roster", "0", [SHEET])
    with pytest.raises(RuntimeError, match="行の勘定"):
        opened.accounts()
